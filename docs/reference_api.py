"""What does the code say of the interface for programs?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from reference_markdown import grid, page

from candela.web.api.endpoints import ENDPOINTS, IN_PATH, Endpoint
from candela.web.api.openapi import DESCRIPTION, ERRORS, PREFIX
from candela.web.api.schemas import ERROR

__all__ = ["api_page"]


def api_page() -> str:
    """Return every address with what it takes and what it answers."""
    return page(
        "Interface for programs",
        f"{DESCRIPTION} The same is served as OpenAPI 3.1 at `{PREFIX}openapi.json`.",
        "## Example",
        f"```bash\ncurl -s http://127.0.0.1:8000{PREFIX}books/\n```",
        "## Addresses",
        grid(
            ("address", "what it answers"),
            [(f"`{PREFIX}{e.path}`", e.summary) for e in ENDPOINTS],
        ),
        "## Parts of addresses",
        grid(
            ("part", "what it is"),
            [(f"`{{{name}}}`", words) for name, (_, words) in IN_PATH.items()],
        ),
        *(_endpoint(e) for e in ENDPOINTS),
        "## Errors",
        "An error is an answer with "
        + ", ".join(f"`{name}`" for name in ERROR["properties"])
        + ".",
        grid(("status", "when"), list(ERRORS.items())),
    )


def _endpoint(endpoint: Endpoint) -> str:
    parts = [f"## {endpoint.summary}", f"`GET {PREFIX}{endpoint.path}`"]
    if endpoint.query:
        rows = [(f"`{p.name}`", p.words) for p in endpoint.query]
        parts.append(grid(("choice in the address", "what it does"), rows))
    parts.append(grid(("field", "kind"), list(_fields(endpoint.schema))))
    return "\n\n".join(parts)


def _fields(schema: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, str]]:
    """Yield each field of an answer and its kind; those of a list below its name."""
    for name, of in schema.get("properties", {}).items():
        place = f"{above}{name}"
        yield f"`{place}`", _kind(of)
        if name != "book" or above:
            inner = of.get("items", of)
            mark = "[]." if "items" in of else "."
            yield from _fields(inner, f"{place}{mark}")


def _kind(schema: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return "one of " + ", ".join(f"`{word}`" for word in schema["enum"])
    kind = schema["type"]
    kinds = [kind] if isinstance(kind, str) else list(kind)
    words = " or ".join(kinds)
    if schema.get("format"):
        words = f"{schema['format']} ({words})"
    if "items" in schema:
        words = f"{words} of {_kind(schema['items'])}"
    return words
