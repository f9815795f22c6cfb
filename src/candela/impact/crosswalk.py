"""Where would a kind of change be filed in another scheme, and where nowhere?

Every row is our own reading.  What has no home in a scheme is named, because that is a
finding too: most schemes have no place for cohesion, reputation or burden.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from candela.errors import InputError
from candela.impact.framework import framework

__all__ = ["Scheme", "crosswalk", "gaps", "schemes"]

FILES = ("crosswalk.toml", "crosswalk_researchfish.toml")


@dataclass(frozen=True)
class Scheme:
    """Another scheme; ``kinds`` gives its headings by our kinds."""

    code: str
    title: str
    kinds: Mapping[str, tuple[str, ...]]


@cache
def schemes() -> Mapping[str, Scheme]:
    """Return every scheme that we have a reading of, by code."""
    found = {}
    for name in FILES:
        file = resources.files("candela.impact") / name
        for code, entry in tomllib.loads(file.read_text(encoding="utf-8")).items():
            kinds = {kind: tuple(headings) for kind, headings in entry["kinds"].items()}
            found[code] = Scheme(code, entry["title"], MappingProxyType(kinds))
    return MappingProxyType(found)


def crosswalk(scheme: str) -> Mapping[str, tuple[str, ...]]:
    """Return the headings of a scheme by kind; kinds without a home are absent.

    Raises
    ------
    InputError
        If there is no such scheme.
    """
    if scheme not in schemes():
        known = ", ".join(sorted(schemes()))
        raise InputError(f"There is no such scheme. There are {known}.")
    return schemes()[scheme].kinds


def gaps(scheme: str) -> tuple[str, ...]:
    """Return the kinds that have no home in a scheme, in the framework's order."""
    homes = crosswalk(scheme)
    return tuple(kind for kind in framework().kinds if kind not in homes)
