"""How research-active was each patient's organisation, before?

The dose belongs to an organisation in a year, so it is a small table and never a column
of rows.  A dose that is not known is not none: those patients leave, and are counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.association.patients.places import Units
from candela.association.patients.protocol import ResearchExposure
from candela.errors import TooFewData
from candela.participation import Figures, exposure_periods
from candela.participation.rates import NEAR_DAYS
from candela.stats.thirds import thirds
from candela.tables import MEASURES, Period

__all__ = [
    "ExposureClass",
    "ExposureClasses",
    "Sizes",
    "classes_of",
    "doses_of",
    "high_years_of",
    "highest_reached",
]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
THIRDS = ("lowest third", "middle third", "highest third")


@dataclass(frozen=True, eq=False)
class Sizes:
    """What doses are divided by: a published size, or the cohort's own patients."""

    figures: Figures | None
    patients: dict[tuple[str, Period], float]

    def of(self, code: str, year: Period) -> float | None:
        """Return the size of an organisation in a year, if it is known and not 0."""
        if self.figures is None:
            found = self._patients_in(code, year)
        else:
            figure = self.figures.near(code, year, within_days=NEAR_DAYS)
            found = None if figure is None else figure.value
        return found if found else None

    def _patients_in(self, code: str, year: Period) -> float | None:
        if (code, year) in self.patients:
            return self.patients[code, year]
        # Research is counted in financial years and diagnoses in calendar years: the
        # calendar year that shares most of its days stands for the financial one.
        shared = [
            (min(own.end, year.end) - max(own.start, year.start), own)
            for name, own in self.patients
            if name == code and own.overlaps(year)
        ]
        return self.patients[code, max(shared)[1]] if shared else None


@dataclass(frozen=True)
class ExposureClass:
    """One class: its words, where it begins and ends; ``None`` if open."""

    label: str
    low: float | None
    high: float | None


@dataclass(frozen=True, eq=False)
class ExposureClasses:
    """Classes from the lowest dose to the highest.

    ``of_unit`` is the class of each unit, -1 where its dose is not known.
    """

    classes: tuple[ExposureClass, ...]
    of_unit: Ints

    @property
    def labels(self) -> tuple[str, ...]:
        """The words of each class."""
        return tuple(one.label for one in self.classes)


def doses_of(
    exposure: ResearchExposure, units: Units, activity: Figures, sizes: Sizes
) -> Floats:
    """Return the dose of each unit, shape (units,); NaN where it is not known."""
    found = np.full(len(units), np.nan)
    windows: dict[Period, tuple[Period, ...]] = {}
    for unit, (code, period) in enumerate(zip(units.codes, units.periods, strict=True)):
        if period not in windows:
            windows[period] = exposure_periods(
                activity.years,
                period,
                lag_years=exposure.lag_years,
                window_years=exposure.window_years,
            )
        if windows[period]:
            found[unit] = _dose(code, windows[period], activity, sizes)
    return found


def _dose(
    code: str, window: Sequence[Period], activity: Figures, sizes: Sizes
) -> float:
    done, size = 0.0, 0.0
    for year in window:
        figure, own = activity.over(code, year), sizes.of(code, year)
        if figure is None or own is None:
            return np.nan
        done, size = done + figure.value, size + own
    return done / size


def high_years_of(
    exposure: ResearchExposure, units: Units, activity: Figures, sizes: Sizes
) -> Floats:
    """Return how many years before each unit's year were of high participation.

    Only years that had ended, at the lag of the exposure, are counted: a year that is
    still to come would credit a patient with having lived to see it.  NaN where no such
    year is known.

    References
    ----------
    Suissa S. Am J Epidemiol 2008;167:492-499. doi:10.1093/aje/kwm324
    """
    assert exposure.high_from is not None
    assert exposure.most_years is not None
    high: dict[str, list[tuple[Period, bool]]] = {}
    for code in units.organisations:
        for year in activity.years:
            value = _dose(code, (year,), activity, sizes)
            if np.isfinite(value):
                above = value >= exposure.high_from
                high.setdefault(code, []).append((year, bool(above)))
    found = np.full(len(units), np.nan)
    lag = max(exposure.lag_years, 1)
    for unit, (code, period) in enumerate(zip(units.codes, units.periods, strict=True)):
        years = [
            (year, above)
            for year, above in high.get(code, [])
            if _whole_years_before(year, period) >= lag
        ]
        if years:
            found[unit] = min(sum(above for _, above in years), exposure.most_years)
    return found


def highest_reached(values: Floats, units: Units) -> Floats:
    """Return, for each unit, the most its organisation ever reached.

    This is the wrong way to count years: it looks into the future.  It is shown beside
    the right one, so that a reader sees what the mistake would have made.
    """
    found = np.full(len(values), np.nan)
    for trust in range(len(units.organisations)):
        own = units.trust == trust
        if np.isfinite(values[own]).any():
            found[own] = np.nanmax(values[own])
    return found


def _whole_years_before(year: Period, period: Period) -> int:
    """Return 1 if a year ended in the twelve months before a period, 2 if before."""
    days = (period.start - year.end).days
    return 0 if days < 1 else 1 + (days - 1) // 365


def classes_of(
    exposure: ResearchExposure, doses: Floats, units: Units, patients: Ints
) -> ExposureClasses:
    """Return the classes of an exposure; thirds are cut among units with patients.

    Raises
    ------
    TooFewData
        If the doses do not make the classes.
    """
    known = np.isfinite(doses)
    if not (known & (patients > 0)).any():
        raise TooFewData(
            f"no patient's organisation has a known dose: {exposure.label}."
        )
    if exposure.form == "high_years":
        return _years_classes(exposure, doses)
    if exposure.form == "bands":
        return _bands(exposure, doses)
    return _thirds(exposure, doses, units, patients)


def _thirds(
    exposure: ResearchExposure, doses: Floats, units: Units, patients: Ints
) -> ExposureClasses:
    known = np.isfinite(doses) & (patients > 0)
    values = doses
    if exposure.cut_at == "trusts":
        values = np.full(len(doses), np.nan)
        for trust in np.unique(units.trust[known]):
            own = units.trust == trust
            values[own & np.isfinite(doses)] = doses[own & known].mean()
    different = len(np.unique(values[known]))
    if different < len(THIRDS):
        raise TooFewData(
            f"{exposure.label}: organisations and years have {different} different "
            "doses, and thirds need three. Check the figures, or use `bands`."
        )
    if exposure.cut_at == "trusts":
        trusts, first = np.unique(units.trust[known], return_index=True)
        third_of = dict(
            zip(trusts.tolist(), thirds(values[known][first]).tolist(), strict=True)
        )
        of_unit = np.array(
            [third_of.get(int(trust), -1) for trust in units.trust], dtype=np.int64
        )
    else:
        of_unit = np.full(len(doses), -1, dtype=np.int64)
        of_unit[known] = thirds(values[known])
    of_unit[~known] = -1
    bounds = [
        (values[of_unit == third].min(), values[of_unit == third].max())
        for third in range(3)
    ]
    return ExposureClasses(
        tuple(
            ExposureClass(label, float(low), float(high))
            for label, (low, high) in zip(THIRDS, bounds, strict=True)
        ),
        of_unit,
    )


def _bands(exposure: ResearchExposure, doses: Floats) -> ExposureClasses:
    known = np.isfinite(doses)
    of_unit = np.full(len(doses), -1, dtype=np.int64)
    # A dose on an edge belongs to the band below it: none is a band of its own.
    of_unit[known] = np.searchsorted(exposure.edges, doses[known], side="left")
    share = exposure.denominator == "cohort_patients"
    told = [f"{100 * e:g}%" if share else f"{e:g}" for e in exposure.edges]
    first = told[0] if exposure.edges[0] == 0 else f"up to {told[0]}"
    classes = [ExposureClass(first, None, exposure.edges[0])]
    for n in range(1, len(told)):
        classes.append(
            ExposureClass(
                f"above {told[n - 1]} to {told[n]}",
                exposure.edges[n - 1],
                exposure.edges[n],
            )
        )
    classes.append(ExposureClass(f"above {told[-1]}", exposure.edges[-1], None))
    return ExposureClasses(tuple(classes), of_unit)


def _years_classes(exposure: ResearchExposure, years: Floats) -> ExposureClasses:
    assert exposure.most_years is not None
    of_unit = np.where(np.isfinite(years), years, -1).astype(np.int64)
    classes = [
        ExposureClass(str(n), float(n), float(n)) for n in range(exposure.most_years)
    ]
    most = float(exposure.most_years)
    classes.append(ExposureClass(f"{exposure.most_years} or more", most, None))
    return ExposureClasses(tuple(classes), of_unit)


def why_not_known(exposure: ResearchExposure) -> str:
    """Return, in words, what a patient without a dose lacks."""
    return (
        f"no known {MEASURES[exposure.measure].label} by size "
        f"{exposure.lag_years} year(s) before"
    )
