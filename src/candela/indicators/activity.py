"""Is this organisation's research activity as expected for its size?

Notation: O a count of activity, s a size, m the rate O / s of the middle organisation,
E = m s.  The limits are those of ``candela.stats.funnel`` for O and E, so that
log(O / E) is centred at its median.

Counts that may not be shown are named by the caller, with a number to stand in for
each.  Nothing that is said over organisations then rests on the hidden count: not the
middle, the limits, the spread, the quartiles, the thirds, nor how many lie outside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from candela.indicators.funnel import DEFAULT_METHOD, band_of
from candela.indicators.position import (
    Indicator,
    Limits,
    Position,
    Standing,
    quartiles,
    some_had_none,
    too_few,
    verdict_of_bands,
)
from candela.outcomes import Outcomes
from candela.participation import Figure, Figures, Rate, sustained_years, thirds_by_year
from candela.participation.rates import NEAR_DAYS
from candela.stats.funnel import FEWEST, TRIM, FunnelLimits, funnel_limits
from candela.stats.poisson_limits import poisson_interval
from candela.tables import Period, independent_periods

__all__ = ["ActivityCount", "activity_limits", "activity_standings"]

Floats = npt.NDArray[np.float64]

ActivityCount = tuple[str, Period]
"""Organisation and period of one count of the measure at hand."""

NOT_COUNTED = "Money is not counted one by one, so chance alone gives it no limits."


def activity_standings(
    activity: Figures,
    size: Figures,
    *,
    indicator: Indicator,
    outcomes: Outcomes,
    stand_ins: Mapping[ActivityCount, float],
) -> tuple[Standing, ...]:
    """Return the standing of every year on one measure of research activity by size.

    An organisation that had a size or an outcome in a year, and no figure of research,
    has a position that says so: not reported is not none.

    Parameters
    ----------
    outcomes
        Under the policy of the figures.
    stand_ins
        What takes the place of each count that may not be shown.
    """
    counted = activity.measure.unit == "count"
    by_year = {
        year: [
            _bare(code, year, done, of, indicator, stand_ins)
            for code, done, of in _reported(activity, size, outcomes, year)
        ]
        for year in independent_periods(activity.years)
    }
    if counted:
        by_year = {
            y: _with_intervals(found, indicator.per) for y, found in by_year.items()
        }
    activeness = _activeness(by_year, indicator)
    return tuple(
        _placed(
            [activeness.told(position) for position in positions],
            indicator,
            year,
            counted=counted,
        )
        for year, positions in by_year.items()
        if any(position.value is not None for position in positions)
    )


def _reported(
    activity: Figures, size: Figures, outcomes: Outcomes, year: Period
) -> list[tuple[str, Figure | None, Figure | None]]:
    """Return activity and size of each organisation that was there in the year."""
    there = {row.org_code for row in outcomes.rows if row.period.overlaps(year)}
    ever = {row.org_code for row in outcomes.rows}
    found = []
    for code in sorted({*activity.organisations, *ever}):
        done = activity.over(code, year)
        if done is None and code not in there and size.over(code, year) is None:
            continue
        found.append((code, done, size.near(code, year, within_days=NEAR_DAYS)))
    return found


def _bare(
    code: str,
    year: Period,
    done: Figure | None,
    of: Figure | None,
    indicator: Indicator,
    stand_ins: Mapping[ActivityCount, float],
) -> Position:
    """Return a position with its figure alone."""
    count = None if done is None else done.value
    size = None if of is None or of.value <= 0 else of.value
    nothing = Position(
        code,
        year,
        count,
        size,
        None,
        None,
        None,
        None,
        stood_in=(code, year) in stand_ins,
    )
    if done is None or size is None or of is None:
        return nothing
    unit = indicator.per / size
    return replace(
        nothing,
        value=done.value * unit,
        shown_value=stand_ins.get((code, year), done.value) * unit,
        rows=done.rows + of.rows,
    )


def _with_intervals(positions: Sequence[Position], per: float) -> list[Position]:
    """Return the positions with the exact intervals of their counts."""
    counts = [0.0 if p.count is None else p.count for p in positions]
    found = []
    low, high = poisson_interval(counts)
    for p, lower, upper in zip(positions, low.tolist(), high.tolist(), strict=True):
        if p.value is None or p.size is None:
            found.append(p)
            continue
        unit = per / p.size
        found.append(replace(p, lower=lower * unit, upper=upper * unit))
    return found


@dataclass(frozen=True)
class _Activeness:
    """Thirds and years running, by organisation and year."""

    thirds: Mapping[ActivityCount, int]
    running: Mapping[ActivityCount, int]

    def told(self, position: Position) -> Position:
        """Return the position with them."""
        key = position.org_code, position.period
        return replace(
            position, third=self.thirds.get(key), sustained_years=self.running.get(key)
        )


def _activeness(
    by_year: Mapping[Period, Sequence[Position]], indicator: Indicator
) -> _Activeness:
    shown = [
        Rate(
            p.org_code,
            p.period,
            indicator.measure,
            indicator.denominator,
            p.shown_value,
            "",
            p.shown_value,
            (),
        )
        for positions in by_year.values()
        for p in positions
        if p.shown_value is not None
    ]
    return _Activeness(
        {(r.org_code, r.period): int(r.value) for r in thirds_by_year(shown)},
        {(r.org_code, r.period): int(r.value) for r in sustained_years(shown)},
    )


def _placed(
    positions: Sequence[Position],
    indicator: Indicator,
    year: Period,
    *,
    counted: bool,
) -> Standing:
    """Return the year's standing, each organisation against its limits."""
    known = [p for p in positions if p.shown_value is not None]
    values = np.array([p.shown_value for p in known], dtype=np.float64)
    sizes = np.array([p.size for p in known], dtype=np.float64) / indicator.per
    quarters = quartiles(values.tolist())
    why = NOT_COUNTED if not counted else _why_no_limits(known)
    if why:
        return Standing(indicator, year, tuple(positions), None, quarters, why)
    middle, limits = activity_limits(values * sizes, sizes)
    place = {p.org_code: n for n, p in enumerate(known)}
    return Standing(
        indicator,
        year,
        tuple(
            p
            if p.org_code not in place
            else _against(p, limits, middle, place[p.org_code])
            for p in positions
        ),
        limits.between_sd,
        quarters,
    )


def activity_limits(counts: Floats, sizes: Floats) -> tuple[float, FunnelLimits]:
    """Return the rate of the middle organisation, and limits of the ratio to it.

    Parameters
    ----------
    counts, sizes : arrays of float, shape (n,)
        Of at least 10 organisations, none of them 0.
    """
    middle = float(np.median(counts / sizes))
    return middle, funnel_limits(counts, middle * sizes, method=DEFAULT_METHOD)


def _why_no_limits(known: Sequence[Position]) -> str:
    """Return why there can be no limits; nothing where there can."""
    if len(known) < FEWEST:
        return too_few(len(known))
    none = sum(p.shown_value == 0 for p in known)
    if none:
        return some_had_none(none)
    hidden = sum(p.stood_in for p in known)
    if hidden > TRIM * len(known):  # more than are trimmed away at one end
        return (
            f"{hidden} of {len(known)} counts are too small to show, and limits would "
            "rest on numbers put in their place."
        )
    return ""


def _against(
    position: Position, limits: FunnelLimits, middle: float, n: int
) -> Position:
    lower95, upper95, lower998, upper998 = (
        middle * float(edge[n])
        for edge in (
            limits.lower95,
            limits.upper95,
            limits.lower998,
            limits.upper998,
        )
    )
    value = position.value
    assert value is not None
    return replace(
        position,
        limits=Limits(middle, lower95, upper95, lower998, upper998),
        verdict=verdict_of_bands(
            band_of(value, lower95, upper95), band_of(value, lower998, upper998)
        ),
    )
