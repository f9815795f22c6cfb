"""How research-active was each organisation *before* the period whose deaths we count?

The dose of an outcome period is the yearly rate over a window of published years that
ended before it began.  ``lag_years=1`` is the last such year, 2 the one before; 0 is
the same year and -1 the year after, both only for declared checks.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from candela.errors import InputError, TooFewData
from candela.participation.figures import Figures
from candela.participation.rates import NEAR_DAYS
from candela.tables import DENOMINATORS, Period

__all__ = ["Dose", "DoseDesign", "doses", "exposure_periods"]


@dataclass(frozen=True)
class DoseDesign:
    """Which dose: measure by size, how far back, over how many years.

    Parameters
    ----------
    lag_years
        1 or more for a dose that ended before the outcome began.
    window_years
        Years averaged, the last of them at the lag.
    reason
        Why a dose that does not precede the outcome is wanted; required for
        ``lag_years`` below 1.
    """

    measure: str
    denominator: str
    lag_years: int = 1
    window_years: int = 1
    reason: str = ""

    def __post_init__(self) -> None:
        if self.denominator not in DENOMINATORS:
            raise InputError(
                f"`{self.denominator}` is not one of {', '.join(DENOMINATORS)}."
            )
        if self.window_years < 1:
            raise InputError("a dose needs a window of at least one year.")
        if self.lag_years < 1 and not self.reason:
            raise InputError(
                "the outcome would begin before its exposure has ended "
                f"(lag_years={self.lag_years}). Use a lag of 1 or more, or give the "
                "reason in the protocol."
            )


@dataclass(frozen=True)
class Dose:
    """One organisation's dose for one outcome period, per unit of the denominator.

    ``activity`` is the sum over the window that the dose was made of.  ``late_size``
    says that a size it was divided by is of the outcome's own time or later, because no
    nearer one was published.
    """

    org_code: str
    outcome_period: Period
    exposure_start: Period
    exposure_end: Period
    value: float
    activity: float
    late_size: bool
    rows: tuple[tuple[str, int], ...]


def exposure_periods(
    years: Sequence[Period], outcome: Period, *, lag_years: int, window_years: int
) -> tuple[Period, ...]:
    """Return the published years that make up the window, or nothing if some lack.

    Parameters
    ----------
    years
        Published periods of a year each, without overlap.
    """
    ordered = sorted(years)
    before = [n for n, year in enumerate(ordered) if year.end < outcome.start]
    after = [n for n, year in enumerate(ordered) if year.start > outcome.end]
    same = [n for n, y in enumerate(ordered) if n not in before and n not in after]
    if lag_years >= 1:
        last = before[-lag_years] if len(before) >= lag_years else None
    elif lag_years == 0:
        last = max(same, key=lambda n: _shared(ordered[n], outcome)) if same else None
    else:
        last = after[-lag_years - 1] if len(after) >= -lag_years else None
    if last is None or last + 1 < window_years:
        return ()
    window = tuple(ordered[last + 1 - window_years : last + 1])
    if not _as_far_as_said(window[-1], outcome, lag_years):
        return ()  # a year between the two was not published
    if any(a.gap_days(b) > 1 for a, b in pairwise(window)):
        return ()
    return window


def _as_far_as_said(year: Period, outcome: Period, lag_years: int) -> bool:
    """Say whether no further year fits between the two than the lag allows."""
    if lag_years >= 1:
        return _years_later(year.end, lag_years) >= outcome.start
    if lag_years == 0:
        return 2 * _shared(year, outcome) >= outcome.days
    return _years_later(outcome.end, -lag_years) >= year.start


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February, in a year without one
        return day.replace(year=day.year + years, day=28)


def _shared(a: Period, b: Period) -> int:
    return (min(a.end, b.end) - max(a.start, b.start)).days + 1


def doses(
    activity: Figures,
    size: Figures,
    *,
    design: DoseDesign,
    organisations: Iterable[str],
    outcome_periods: Iterable[Period],
) -> tuple[Dose, ...]:
    """Return the dose of each organisation for each outcome period that has one.

    Raises
    ------
    TooFewData
        If no published year precedes any outcome period as the design asks.
    """
    codes = sorted(organisations)
    per = DENOMINATORS[design.denominator].per
    found: list[Dose] = []
    reached = False
    for outcome in sorted(outcome_periods):
        window = exposure_periods(
            activity.years,
            outcome,
            lag_years=design.lag_years,
            window_years=design.window_years,
        )
        if not window:
            continue
        reached = True
        for code in codes:
            dose = _dose(activity, size, code, outcome, window, per)
            if dose is not None:
                found.append(dose)
    if not reached:
        raise TooFewData(
            f"no published year of {activity.measure.label} precedes the outcome "
            f"periods by {design.lag_years} with {design.window_years} year(s) in the "
            "window."
        )
    return tuple(found)


def _dose(
    activity: Figures,
    size: Figures,
    code: str,
    outcome: Period,
    window: tuple[Period, ...],
    per: int,
) -> Dose | None:
    done = [activity.over(code, year) for year in window]
    if any(figure is None for figure in done):
        return None
    sizes = [size.near(code, year, within_days=NEAR_DAYS) for year in window]
    known = [figure for figure in sizes if figure is not None and figure.value > 0]
    if not known:
        return None
    mean_size = sum(figure.value for figure in known) / len(known)
    total = sum(figure.value for figure in done if figure)
    rows = [row for figure in done if figure for row in figure.rows]
    rows += [row for figure in known for row in figure.rows]
    return Dose(
        code,
        outcome,
        window[0],
        window[-1],
        total / len(window) / mean_size * per,
        total,
        any(figure.period.end >= outcome.start for figure in known),
        tuple(dict.fromkeys(rows)),
    )
