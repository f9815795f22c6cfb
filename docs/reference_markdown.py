"""How is a reference page written down?"""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["grid", "page"]


def page(title: str, opening: str, *parts: str) -> str:
    """Return a page that says where it comes from."""
    head = (
        f"# {title}\n\n<!-- Written by docs/generate.py from the code: edit that. -->"
        f"\n\n{opening}"
    )
    return "\n\n".join((head, *(part.strip("\n") for part in parts if part))) + "\n"


def grid(headings: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a Markdown table; bars in cells are escaped."""
    lines = ["| " + " | ".join(headings) + " |", "|" + " --- |" * len(headings)]
    for row in rows:
        cells = (" ".join(str(cell).split()).replace("|", "\\|") for cell in row)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)
