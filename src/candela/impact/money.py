"""How much money is claimed, of each kind, without counting any of it twice?

Money is added only where adding makes sense: of one kind, in prices of one year, once
or yearly, seen or still expected.  Nothing is ever added over kinds.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum

from candela.impact.claims import (
    Claim,
    Direction,
    Method,
    MoneyKind,
    Quantity,
    Realised,
    by_number,
)

__all__ = ["MoneySum", "MoneyTable", "add_up"]


@dataclass(frozen=True)
class MoneySum:
    """Money of one kind, as one sum in pounds.

    Attributes
    ----------
    low, high
        Sums of the low ends and of the high ends: as if all were low, or high, at once.
        A figure without a range counts as its value in both.
    yearly
        Whether it comes again every year.
    expected
        Whether it was not seen yet.
    claims
        Labels of the claims that it was added up from.
    """

    money_kind: MoneyKind
    price_year: int
    yearly: bool
    expected: bool
    value: float
    low: float
    high: float
    methods: frozenset[Method]
    claims: tuple[str, ...]


@dataclass(frozen=True)
class MoneyTable:
    """The sums, never to be added to one another, and what to know of them."""

    sums: tuple[MoneySum, ...]
    cautions: tuple[str, ...]


@dataclass(frozen=True, order=True)
class _Figure:
    """One figure of money; the lowest comes first in order."""

    value: float
    low: float
    high: float
    group: tuple[MoneyKind, int, bool, bool]
    method: Method
    label: str
    key: str


def add_up(claims: Iterable[Claim]) -> MoneyTable:
    """Return the money of claims that count, each figure once.

    Parameters
    ----------
    claims
        Already without repeats; see ``rollup``.

    Notes
    -----
    Figures with one ``shared_key`` are one saving, told by several studies.  Where they
    differ, the lowest is taken and a caution says so: no sum is higher than what all
    who claim it would agree to.
    """
    figures, cautions = _usable(claims)
    shared: dict[str, list[_Figure]] = {}
    for figure in sorted(figures):
        shared.setdefault(figure.key or f"only {id(figure)}", []).append(figure)
    groups: dict[tuple[MoneyKind, int, bool, bool], list[list[_Figure]]] = {}
    for told in shared.values():
        groups.setdefault(told[0].group, []).append(told)
        if len({(figure.group, figure.value) for figure in told}) > 1:
            cautions.append(
                f"{_names(told)} give the same saving different figures. The lowest is "
                "counted. Agree on one figure."
            )
    sums = tuple(_sum(group, groups[group]) for group in sorted(groups))
    return MoneyTable(sums, tuple(sorted(cautions)))


def _usable(claims: Iterable[Claim]) -> tuple[list[_Figure], list[str]]:
    """Return the figures of money that can be added, and why others are left out."""
    figures, cautions = [], []
    for claim in claims:
        for quantity in claim.quantities:
            if quantity.money_kind is None:
                continue
            if quantity.price_year is None:
                cautions.append(
                    f"{claim.label} has a sum of money without the year of its prices. "
                    "It is not added. Say the year."
                )
            elif _is_no_gain(claim) and quantity.money_kind is not MoneyKind.INVESTMENT:
                cautions.append(
                    f"{claim.label} tells of {claim.direction.words}, so its money is "
                    "not added to savings or income."
                )
            else:
                kind, year = quantity.money_kind, quantity.price_year
                figures.append(_figure(claim, quantity, kind, year))
    return figures, cautions


def _is_no_gain(claim: Claim) -> bool:
    return claim.direction in {Direction.NEGATIVE, Direction.NO_CHANGE}


def _figure(claim: Claim, quantity: Quantity, kind: MoneyKind, year: int) -> _Figure:
    value, low, high = quantity.value, quantity.low, quantity.high
    expected = claim.realised is Realised.ANTICIPATED
    return _Figure(
        value=value,
        low=value if low is None else min(low, value),
        high=value if high is None else max(high, value),
        group=(kind, year, quantity.recurring, expected),
        method=quantity.method,
        label=claim.label,
        # Whatever its capitals and spaces, as people type it.
        key=" ".join(quantity.shared_key.casefold().split()),
    )


def _sum(
    group: tuple[MoneyKind, int, bool, bool], told: Iterable[list[_Figure]]
) -> MoneySum:
    kind, year, yearly, expected = group
    told = list(told)
    labels = {figure.label for tellers in told for figure in tellers}
    return MoneySum(
        money_kind=kind,
        price_year=year,
        yearly=yearly,
        expected=expected,
        value=fsum(tellers[0].value for tellers in told),
        low=fsum(tellers[0].low for tellers in told),
        high=fsum(tellers[0].high for tellers in told),
        methods=frozenset(tellers[0].method for tellers in told),
        claims=tuple(sorted(labels, key=by_number)),
    )


def _names(told: Iterable[_Figure]) -> str:
    *most, last = sorted({figure.label for figure in told}, key=by_number)
    return f"{', '.join(most)} and {last}" if most else f"Two figures of {last}"
