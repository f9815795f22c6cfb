"""Which organisation is meant by this name?

Some official tables give names and no codes.  A name is matched to the lists of
organisations at hand, first as it stands and then by a *key*: the name without case,
punctuation and the words that come and go (``the``, ``and``, ``NHS``, ``Foundation``,
``Trust``), with ``hospitals`` as ``hospital``.  The answer is a table for a person to
review.  A name that fits two codes, or none, gets no code: nothing is guessed.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from candela.errors import InputError
from candela.tables.published import NAMED_MEASURES, ORGANISATION_MEASURES
from candela.tables.table import Column, Table, TableSpec

__all__ = ["NAME_MATCHES", "NameMatch", "NameMatches", "match_names", "name_key"]

How = Literal["exact", "key", "unmatched", "ambiguous"]

DROPPED = frozenset({"the", "and", "nhs", "foundation", "trust"})

NAME_MATCHES = TableSpec(
    "name_matches",
    "one published name and the code found for it",
    ("org_name",),
    (
        Column("org_name", "text", "name as published"),
        Column("org_code", "text", "code found; empty for none", nullable=True),
        Column(
            "how",
            "text",
            "as it stands, by its key, or not at all",
            allowed=("exact", "key", "unmatched", "ambiguous"),
        ),
        Column("listed_name", "text", "name in the list of that code", nullable=True),
        Column("candidates", "text", "codes it could be, where several", nullable=True),
    ),
)


def name_key(name: str) -> str:
    """Return a name without case, punctuation and the words that come and go.

    Examples
    --------
    >>> name_key("The Newcastle upon Tyne Hospitals NHS Foundation Trust")
    'newcastle upon tyne hospital'
    """
    plain = re.sub(r"['’`.]", "", name.lower()).replace("&", " and ")
    words = re.findall(r"\w+", plain)
    kept = ["hospital" if w == "hospitals" else w for w in words if w not in DROPPED]
    return " ".join(kept)


@dataclass(frozen=True)
class NameMatch:
    """What was found for one name; ``org_code`` is empty unless one code fits."""

    org_name: str
    how: How
    org_code: str = ""
    listed_name: str = ""
    candidates: tuple[str, ...] = ()


@dataclass(frozen=True)
class NameMatches:
    """What was found for every name, for a person to review."""

    matches: tuple[NameMatch, ...]

    @property
    def codes(self) -> Mapping[str, str]:
        """The code of each name that fits exactly one."""
        return {m.org_name: m.org_code for m in self.matches if m.org_code}

    @property
    def open(self) -> tuple[NameMatch, ...]:
        """The names that a person must settle: unmatched and ambiguous."""
        return tuple(m for m in self.matches if not m.org_code)

    @property
    def table(self) -> Table:
        """The matches as a table of ``NAME_MATCHES``."""
        rows = [
            {
                "org_name": m.org_name,
                "org_code": m.org_code,
                "how": m.how,
                "listed_name": m.listed_name,
                "candidates": " ".join(m.candidates),
            }
            for m in self.matches
        ]
        return Table.from_rows(NAME_MATCHES, rows)

    def coded(self, table: Table) -> Table:
        """Return the rows of a ``NAMED_MEASURES`` table whose names have a code.

        Raises
        ------
        InputError
            If the table is of another kind, or two names of one code give the same
            measure of the same period: then the match must be reviewed.
        """
        if table.spec != NAMED_MEASURES:
            raise InputError(f"{table.spec.name} is not a table of names.")
        codes = self.codes
        named: dict[tuple[str, date, date, str], str] = {}
        rows = []
        for row in table.rows():
            name = row.pop("org_name")
            del row["org_type"]
            code = codes.get(name, "")
            if not code:
                continue
            key = (code, row["period_start"], row["period_end"], row["measure"])
            first = named.setdefault(key, name)
            if first != name:
                raise InputError(
                    f"`{first}` and `{name}` both match {code}, and both give "
                    f"{row['measure']} from {row['period_start']} to "
                    f"{row['period_end']}. Leave one of the two out, or give each its "
                    "own code in a file of the columns org_code, period_start, "
                    "period_end, measure, value."
                )
            rows.append({"org_code": code, "org_name": name, **row})
        return Table.from_rows(ORGANISATION_MEASURES, rows, table.sources)


def match_names(names: Iterable[str], organisations: Table) -> NameMatches:
    """Return the code that each name fits, in the order of first appearance.

    Parameters
    ----------
    names
        Names as published; repeated names are matched once.
    organisations
        A table with the columns ``org_code`` and ``org_name``, such as
        ``ORGANISATIONS``.  A code may come several times, under several names.

    Notes
    -----
    A name that stands in the list as it is, case aside, is matched so even if other
    organisations share its key.
    """
    exact: dict[str, dict[str, str]] = defaultdict(dict)
    keyed: dict[str, dict[str, str]] = defaultdict(dict)
    for code, listed in organisations.keys("org_code", "org_name"):
        exact[_plain(listed)].setdefault(code, listed)
        keyed[name_key(listed)].setdefault(code, listed)
    keyed.pop("", None)
    return NameMatches(
        tuple(_match(name, exact, keyed) for name in dict.fromkeys(names))
    )


def _match(
    name: str,
    exact: Mapping[str, Mapping[str, str]],
    keyed: Mapping[str, Mapping[str, str]],
) -> NameMatch:
    lists: tuple[tuple[How, Mapping[str, str]], ...] = (
        ("exact", exact.get(_plain(name), {})),
        ("key", keyed.get(name_key(name), {})),
    )
    for how, found in lists:
        if len(found) > 1:
            return NameMatch(name, "ambiguous", candidates=tuple(sorted(found)))
        for code, listed in found.items():
            return NameMatch(name, how, code, listed)
    return NameMatch(name, "unmatched")


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())
