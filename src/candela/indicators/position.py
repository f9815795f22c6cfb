"""Where does each organisation stand on one indicator, and is that as expected?

A position is one organisation in one period: its figure with an exact 95% interval, and
what the middle organisation of its size would have, with the limits around that.

Deaths are placed here; research activity in ``candela.indicators.activity``.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from candela.indicators.funnel import DEFAULT_METHOD, Band, Funnel, FunnelRow
from candela.outcomes import Outcomes, PublishedOutcome
from candela.stats.funnel import FEWEST
from candela.stats.poisson_limits import poisson_interval
from candela.tables import Period

__all__ = [
    "Indicator",
    "Limits",
    "Position",
    "Standing",
    "Verdict",
    "outcome_standings",
    "quartiles",
    "some_had_none",
    "too_few",
    "verdict_of_bands",
]

Verdict = Literal[
    "higher", "possibly_higher", "as_expected", "possibly_lower", "lower", "no_limits"
]
QUARTERS = (0.25, 0.5, 0.75)


@dataclass(frozen=True)
class Indicator:
    """What is compared: a measure by a size, quoted per so many units of it."""

    key: str
    kind: Literal["outcome", "activity"]
    measure: str
    denominator: str
    per: float


@dataclass(frozen=True)
class Limits:
    """What is expected of one organisation, in the unit of its figure."""

    expected: float
    lower95: float
    upper95: float
    lower998: float
    upper998: float


@dataclass(frozen=True)
class Position:
    """One organisation on one indicator in one period.

    Attributes
    ----------
    count, size
        For deaths the observed and the expected ones.
    value, lower, upper
        The figure in the indicator's unit and its 95% interval; nothing where it was
        not reported, and no interval where the measure is not counted one by one.
    shown_value
        The figure with the stand-in in the place of a hidden count: what everything
        said over organisations rests on.  Equal to ``value`` where nothing is hidden.
    stood_in
        Whether a stand-in took the place of the count.
    third, sustained_years
        Of research activity; nothing for outcomes.
    rows
        The (file, row) pairs it rests on.
    """

    org_code: str
    period: Period
    count: float | None
    size: float | None
    value: float | None
    lower: float | None
    upper: float | None
    shown_value: float | None
    limits: Limits | None = None
    verdict: Verdict = "no_limits"
    stood_in: bool = False
    third: int | None = None
    sustained_years: int | None = None
    rows: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Standing:
    """All organisations on one indicator in one period.

    ``between_sd`` is on the log scale, nothing where no limits were made;
    ``why_no_limits`` then says why.  ``quartiles`` need 10 organisations.
    """

    indicator: Indicator
    period: Period
    positions: tuple[Position, ...]
    between_sd: float | None
    quartiles: tuple[float, float, float] | None
    why_no_limits: str = ""

    @property
    def counted(self) -> tuple[Position, ...]:
        """The organisations with a figure that no stand-in took the place of."""
        return tuple(
            p for p in self.positions if p.value is not None and not p.stood_in
        )

    @property
    def outside95(self) -> int | None:
        """Organisations outside the inner limits."""
        return self._verdicts("higher", "possibly_higher", "possibly_lower", "lower")

    @property
    def outside998(self) -> int | None:
        """Organisations outside the outer limits."""
        return self._verdicts("higher", "lower")

    @property
    def expected_outside95(self) -> float | None:
        """Organisations outside the inner limits by chance, when none differs."""
        return None if self.between_sd is None else 0.05 * len(self.counted)

    @property
    def expected_outside998(self) -> float | None:
        """Organisations outside the outer limits by chance, when none differs."""
        return None if self.between_sd is None else 0.002 * len(self.counted)

    def _verdicts(self, *wanted: Verdict) -> int | None:
        if self.between_sd is None:
            return None
        return sum(p.verdict in wanted for p in self.counted)


def outcome_standings(
    outcomes: Outcomes, funnels: Iterable[Funnel], *, indicator: Indicator
) -> tuple[Standing, ...]:
    """Return the standing of every independent period, by the default method's limits.

    Organisations are in the order of the publication.  The interval is the exact one of
    the deaths observed, drawn to the published ratio: with rounded counts O / E is not
    that ratio.
    """
    by_period = {f.period: f for f in funnels if f.method == DEFAULT_METHOD}
    return tuple(
        _outcome_standing(outcomes.of(period), by_period.get(period), indicator, period)
        for period in outcomes.independent
    )


def _outcome_standing(
    rows: Sequence[PublishedOutcome],
    funnel: Funnel | None,
    indicator: Indicator,
    period: Period,
) -> Standing:
    rows = [row for row in rows if not math.isnan(row.ratio)]  # none was published
    observed = np.array([row.observed for row in rows])
    low, high = poisson_interval(observed)
    placed = {} if funnel is None else {r.org_code: r for r in funnel.rows}
    made = [
        _outcome_position(row, lower, upper, placed.get(row.org_code))
        for row, lower, upper in zip(rows, low.tolist(), high.tolist(), strict=True)
    ]
    return Standing(
        indicator,
        period,
        tuple(made),
        None if funnel is None else funnel.between_sd,
        quartiles([row.ratio for row in rows]),
        _why_no_funnel(rows) if funnel is None else "",
    )


def _outcome_position(
    row: PublishedOutcome, lower: float, upper: float, at: FunnelRow | None
) -> Position:
    scale = row.ratio / row.observed if row.observed else 1 / row.expected
    return Position(
        row.org_code,
        row.period,
        row.observed,
        row.expected,
        row.ratio,
        lower * scale,
        upper * scale,
        row.ratio,
        None
        if at is None
        else Limits(1.0, at.lower95, at.upper95, at.lower998, at.upper998),
        "no_limits" if at is None else verdict_of_bands(at.band, at.outer),
        rows=row.rows,
    )


def _why_no_funnel(rows: Sequence[PublishedOutcome]) -> str:
    none = sum(row.observed == 0 for row in rows)
    return some_had_none(none) if none and len(rows) >= FEWEST else too_few(len(rows))


def verdict_of_bands(inner: Band, outer: Band) -> Verdict:
    """Return the verdict of a place against the inner and the outer limits."""
    if outer != "as_expected":
        return outer
    if inner == "higher":
        return "possibly_higher"
    return "possibly_lower" if inner == "lower" else "as_expected"


def quartiles(values: Sequence[float]) -> tuple[float, float, float] | None:
    """Return the quartiles and the median; nothing for fewer than 10 organisations."""
    if len(values) < FEWEST:
        return None
    low, middle, high = np.quantile(np.array(values), QUARTERS).tolist()
    return low, middle, high


def too_few(organisations: int) -> str:
    """Return why so few organisations have no limits."""
    return (
        f"Limits need at least {FEWEST} organisations with a figure; there are "
        f"{organisations}."
    )


def some_had_none(organisations: int) -> str:
    """Return why there are no limits where so many organisations had none."""
    had = "1 organisation" if organisations == 1 else f"{organisations} organisations"
    return (
        f"{had} had none, and these limits are made on the scale of the logarithm, "
        "which none does not have."
    )
