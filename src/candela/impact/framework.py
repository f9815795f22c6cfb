"""Which domains and kinds of change are there, and what is each called?

Six domains and 28 kinds are those of Table 1 of the paper named in ``candela.impact``;
help and examples are our own.  Two domains are added: what a study changes for the
people who do it (A), and what it costs those it touches (B), so that burden and harm
have a place of their own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

__all__ = ["Domain", "Framework", "Kind", "framework"]


@dataclass(frozen=True)
class Kind:
    """One kind of change; ``aliases`` are what other versions call it."""

    code: str
    domain: str
    label: str
    help: str
    example: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True)
class Domain:
    """A group of kinds; ``added`` says that it is ours and not of the paper."""

    code: str
    label: str
    help: str
    kinds: tuple[Kind, ...]
    aliases: tuple[str, ...] = ()
    added: bool = False


@dataclass(frozen=True)
class Framework:
    """All domains in order, with where they come from."""

    version: str
    citation: str
    doi: str
    domains: tuple[Domain, ...]
    kinds: Mapping[str, Kind]

    def domain_of(self, kind: str) -> Domain:
        """Return the domain of a kind."""
        code = self.kinds[kind].domain
        return next(domain for domain in self.domains if domain.code == code)

    def named(self, words: str) -> Kind | None:
        """Return the kind with this code, label or alias, however it is written."""
        wanted = " ".join(words.lower().split())
        for kind in self.kinds.values():
            names = (kind.code, kind.label, *kind.aliases)
            if wanted in {name.lower() for name in names}:
                return kind
        return None


@cache
def framework() -> Framework:
    """Return the framework that comes with Candela."""
    file = resources.files("candela.impact") / "framework.toml"
    written = tomllib.loads(file.read_text(encoding="utf-8"))
    domains = tuple(_domain(entry) for entry in written["domain"])
    return Framework(
        version=written["version"],
        citation=written["citation"],
        doi=written["doi"],
        domains=domains,
        kinds=MappingProxyType({k.code: k for d in domains for k in d.kinds}),
    )


def _domain(entry: Mapping[str, Any]) -> Domain:
    kinds = tuple(
        Kind(
            code=kind["code"],
            domain=entry["code"],
            label=kind["label"],
            help=kind["help"],
            example=kind["example"],
            aliases=tuple(kind.get("aliases", ())),
        )
        for kind in entry["kind"]
    )
    return Domain(
        code=entry["code"],
        label=entry["label"],
        help=entry["help"],
        kinds=kinds,
        aliases=tuple(entry.get("aliases", ())),
        added=entry.get("added", False),
    )
