"""Every address of the service, filled in with what belongs to one organisation.

A new address needs nothing here unless it takes an identifier that is not known yet:
then ``filled`` fails and says which.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from candela.web.access import Kind, Rule, every_address

PARAMETER = re.compile(r"<(?:[^:<>]+:)?([^<>]+)>")


@dataclass(frozen=True)
class Address:
    """One address: its pattern, its rule, and what it looks like filled in."""

    pattern: str
    rule: Rule
    path: str

    @property
    def names(self) -> list[str]:
        """The identifiers in it."""
        return PARAMETER.findall(self.pattern)

    @property
    def is_api(self) -> bool:
        """Whether a program reads it."""
        return self.path.startswith("/api/")


def filled(values: Mapping[str, str]) -> Iterator[Address]:
    """Yield every address with these identifiers in their places."""
    for pattern, found in every_address():
        unknown = [n for n in PARAMETER.findall(pattern) if n not in values]
        assert unknown == [], f"/{pattern} takes {unknown}: give an example of it"
        path = "/" + PARAMETER.sub(lambda m: values[m[1]], pattern)
        yield Address(pattern, found.callback.access, path)


def is_private(address: Address) -> bool:
    """Say whether the address is of one organisation, or of one book of it."""
    return address.rule.kind in (Kind.MEMBER, Kind.BOOK_READER)
