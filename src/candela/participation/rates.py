"""How much research for an organisation of this size, and how many years running?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median

import numpy as np

from candela.errors import TooFewData
from candela.participation.figures import Figures
from candela.stats.thirds import thirds
from candela.tables import DENOMINATORS, Denominator, Period

__all__ = ["Rate", "rates", "sustained_years", "thirds_by_year"]

NEAR_DAYS = 550  # a size from at most a year and a half away


@dataclass(frozen=True)
class Rate:
    """One measure of one organisation in one year, by size or as it stands.

    ``denominator`` is ``none`` for the figure itself.  ``value`` is per the
    denominator's ``per`` units (for instance 100 beds).
    """

    org_code: str
    period: Period
    measure: str
    denominator: str
    value: float
    unit: str
    activity: float
    rows: tuple[tuple[str, int], ...]


def rates(
    activity: Figures,
    sizes: Iterable[Figures],
    *,
    organisations: Iterable[str] | None = None,
) -> tuple[Rate, ...]:
    """Return the yearly figures of one measure, as they stand and by each size.

    Parameters
    ----------
    activity
        Figures of a research measure.
    sizes
        Figures of denominators (beds, staff, spells).
    organisations
        Restrict to these; without it every organisation with a figure.
    """
    by_size = [
        (DENOMINATORS[size.measure.name], size)
        for size in sizes
        if size.measure.name in DENOMINATORS
    ]
    wanted = activity.organisations if organisations is None else sorted(organisations)
    found: list[Rate] = []
    for code in wanted:
        for period in activity.years:
            figure = activity.over(code, period)
            if figure is None:
                continue
            name, unit = activity.measure.name, activity.measure.unit
            found.append(
                Rate(
                    code,
                    period,
                    name,
                    "none",
                    figure.value,
                    unit,
                    figure.value,
                    figure.rows,
                )
            )
            for denominator, size in by_size:
                rate = _rate(code, period, figure.value, denominator, size)
                if rate is None:
                    continue
                value, rows = rate
                found.append(
                    Rate(
                        code,
                        period,
                        name,
                        denominator.measure,
                        value,
                        f"{unit} {denominator.label}",
                        figure.value,
                        figure.rows + rows,
                    )
                )
    return tuple(found)


def _rate(
    code: str, period: Period, activity: float, denominator: Denominator, size: Figures
) -> tuple[float, tuple[tuple[str, int], ...]] | None:
    of = size.near(code, period, within_days=NEAR_DAYS)
    if of is None or of.value <= 0:
        return None
    return activity / of.value * denominator.per, of.rows


def sustained_years(found: Sequence[Rate]) -> tuple[Rate, ...]:
    """Return, for each organisation and year, how many years running it was active.

    A year counts when the rate is at or above that year's middle organisation.  The
    number for a year uses that year and earlier ones only: counting years that were
    still to come would give credit for surviving to see them (immortal time).

    Parameters
    ----------
    found
        Rates of one measure and one denominator.

    References
    ----------
    Suissa S. Am J Epidemiol 2008;167:492-499. doi:10.1093/aje/kwm324
    """
    periods = sorted({rate.period for rate in found})
    middle = {
        period: median(rate.value for rate in found if rate.period == period)
        for period in periods
    }
    by_org: dict[str, dict[Period, Rate]] = {}
    for rate in found:
        by_org.setdefault(rate.org_code, {})[rate.period] = rate
    made: list[Rate] = []
    for code in sorted(by_org):
        running = 0
        rows: tuple[tuple[str, int], ...] = ()
        for before, period in zip([None, *periods], periods):  # noqa: B905
            if before is not None and before.gap_days(period) > 1:
                running, rows = 0, ()  # a year that nobody published
            rate_ = by_org[code].get(period)
            if rate_ is None:
                running, rows = 0, ()
                continue
            active = rate_.value >= middle[period] and rate_.value > 0
            running = running + 1 if active else 0
            rows = (rows if active else ()) + rate_.rows
            made.append(
                Rate(
                    code,
                    period,
                    f"sustained_years_{rate_.measure}",
                    rate_.denominator,
                    float(running),
                    "years",
                    float(running),
                    rows,
                )
            )
    return tuple(made)


def thirds_by_year(found: Sequence[Rate]) -> tuple[Rate, ...]:
    """Return each organisation's third of research activity in each year, 1 to 3.

    Equal rates are never parted, so thirds can be uneven where many do none; a year in
    which three groups cannot be made is left out.

    Parameters
    ----------
    found
        Rates of one measure and one denominator.
    """
    made: list[Rate] = []
    for period in sorted({rate.period for rate in found}):
        year = [rate for rate in found if rate.period == period]
        try:
            groups = thirds(np.array([rate.value for rate in year]))
        except TooFewData:
            continue
        made += [
            replace(
                rate,
                measure=f"third_{rate.measure}",
                value=float(group + 1),
                unit="third, 1 least and 3 most",
            )
            for rate, group in zip(year, groups.tolist(), strict=True)
        ]
    return tuple(made)
