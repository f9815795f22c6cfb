"""Do two people who read the same things find the same in them?

Letters: po the share on which they agree, pe the share on which they would agree by
chance, kappa = (po - pe)/(1 - pe).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Hashable, Sequence
from dataclasses import dataclass
from math import sqrt

from candela.errors import InputError, TooFewData
from candela.stats.intervals import critical_value

__all__ = [
    "Agreement",
    "PooledAgreement",
    "cohens_kappa",
    "krippendorffs_alpha",
    "pooled_kappa",
]

FEW_ITEMS = 30
"""Below this many items the normal interval of kappa is not to be leaned on."""


@dataclass(frozen=True)
class Agreement:
    """How far two coders agree on one question.

    Attributes
    ----------
    observed, expected
        Shares of the items on which they agree, and would by chance: 0 to 1.
    kappa, lower, upper
        1 is full agreement, 0 no more than by chance.
    """

    items: int
    observed: float
    expected: float
    kappa: float
    lower: float
    upper: float
    cautions: tuple[str, ...] = ()


@dataclass(frozen=True)
class PooledAgreement:
    """How far two coders agree who may choose several codes for each item.

    Attributes
    ----------
    same
        On how many items both chose exactly the same codes.
    by_code
        Agreement on each code.  One that both chose throughout is left out, since it
        tells nothing of agreement beyond chance.
    """

    items: int
    same: int
    observed: float
    expected: float
    kappa: float
    by_code: dict[str, Agreement]


def cohens_kappa(
    first: Sequence[Hashable], second: Sequence[Hashable], *, level: float = 0.95
) -> Agreement:
    """Return Cohen's kappa of two coders who each chose one code for every item.

    Parameters
    ----------
    first, second
        Codes of the two coders, in the same order of items.
    level
        Coverage of the interval.

    Raises
    ------
    InputError
        If one coder has more items than the other.
    TooFewData
        If there are no items, or both chose one and the same code throughout.

    Notes
    -----
    The interval is the normal one with the large-sample variance of Fleiss, Cohen and
    Everitt, cut off at -1 and 1.  kappa is low where nearly all items have one code,
    however often the coders agree: read it with ``observed``.

    References
    ----------
    Cohen J. Educ Psychol Meas 1960;20:37-46. doi:10.1177/001316446002000104
    Fleiss JL, Cohen J, Everitt BS. Psychol Bull 1969;72:323-327. doi:10.1037/h0028106
    """
    _check_pairs(first, second)
    n = len(first)
    both = Counter(zip(first, second, strict=True))
    row = {code: count / n for code, count in Counter(first).items()}
    column = {code: count / n for code, count in Counter(second).items()}
    po = sum(count for (a, b), count in both.items() if a == b) / n
    pe = sum(share * column.get(code, 0.0) for code, share in row.items())
    if pe == 1:
        raise TooFewData(
            f"both coders gave all {n} items the same code: agreement beyond chance "
            "cannot be told from them. Compare items that differ."
        )
    kappa = (po - pe) / (1 - pe)
    spread = -((kappa - pe * (1 - kappa)) ** 2)
    for (a, b), count in both.items():
        if a == b:
            spread += count / n * (1 - (row[a] + column[a]) * (1 - kappa)) ** 2
        else:
            chance = column.get(a, 0.0) + row.get(b, 0.0)
            spread += count / n * (1 - kappa) ** 2 * chance**2
    half = critical_value(level) * sqrt(max(spread, 0.0) / n) / (1 - pe)
    return Agreement(
        items=n,
        observed=po,
        expected=pe,
        kappa=kappa,
        lower=max(kappa - half, -1.0),
        upper=min(kappa + half, 1.0),
        cautions=_cautions(n, po),
    )


def _cautions(n: int, po: float) -> tuple[str, ...]:
    found = []
    if n < FEW_ITEMS:
        found.append(f"With {n} items the interval of kappa is a rough one.")
    if po in {0.0, 1.0}:
        found.append("Where coders agree on all items, or on none, it has no width.")
    return tuple(found)


def _check_pairs(first: Sequence[object], second: Sequence[object]) -> None:
    if len(first) != len(second):
        raise InputError(
            f"two coders need the same items; one has {len(first)}, the other "
            f"{len(second)}. Give only items that both coded."
        )
    if not first:
        raise TooFewData("no item was coded by two people yet.")


def pooled_kappa(
    first: Sequence[Collection[str]],
    second: Sequence[Collection[str]],
    *,
    level: float = 0.95,
) -> PooledAgreement:
    """Return how far two coders agree who may choose several codes, or none, for each.

    Parameters
    ----------
    first, second
        The codes that each chose, in the same order of items.

    Raises
    ------
    InputError
        If one coder has more items than the other.
    TooFewData
        If there are no items, or no code tells anything of agreement.

    Notes
    -----
    Each code is a question of yes or no.  Shares observed and expected are averaged
    over codes before kappa is made of them, so that rare codes do not swing it.

    References
    ----------
    De Vries H, Elliott MN, Kanouse DE, Teleki SS. Field Methods 2008;20:272-282.
    """
    _check_pairs(first, second)
    by_code: dict[str, Agreement] = {}
    for code in sorted({code for chosen in (*first, *second) for code in chosen}):
        one, other = [code in c for c in first], [code in c for c in second]
        if not (all(one) and all(other)):
            by_code[code] = cohens_kappa(one, other, level=level)
    if not by_code:
        raise TooFewData("the coders chose no code, or all of them, for every item.")
    po = sum(found.observed for found in by_code.values()) / len(by_code)
    pe = sum(found.expected for found in by_code.values()) / len(by_code)
    return PooledAgreement(
        items=len(first),
        same=sum(set(a) == set(b) for a, b in zip(first, second, strict=True)),
        observed=po,
        expected=pe,
        kappa=(po - pe) / (1 - pe),
        by_code=by_code,
    )


def krippendorffs_alpha(items: Sequence[Sequence[Hashable | None]]) -> float:
    """Return Krippendorff's alpha of codes without order, for any number of coders.

    Parameters
    ----------
    items
        For each item the codes that its coders gave; ``None`` where one gave none.
        Items coded once tell nothing and are passed over.

    Raises
    ------
    TooFewData
        If no item was coded twice, or only one code was ever given.

    Notes
    -----
    1 - Do/De of coincidences: each item gives every ordered pair of its codes the
    weight 1/(m - 1), m being how many codes it has.

    References
    ----------
    Krippendorff K. Computing Krippendorff's alpha-reliability. University of
    Pennsylvania 2011, https://repository.upenn.edu/asc_papers/43
    """
    given = [[code for code in item if code is not None] for item in items]
    paired = [codes for codes in given if len(codes) > 1]
    if not paired:
        raise TooFewData("no item was coded by two people yet.")
    totals = Counter(code for codes in paired for code in codes)
    n = totals.total()
    if len(totals) == 1:
        raise TooFewData(
            f"one code was given throughout, {n} times: agreement beyond chance cannot "
            "be told from it."
        )
    differing = 0.0
    for codes in paired:
        m = len(codes)
        alike = sum(count * (count - 1) for count in Counter(codes).values())
        differing += (m * (m - 1) - alike) / (m - 1)
    by_chance = n * n - sum(count * count for count in totals.values())
    return 1 - (n - 1) * differing / by_chance
