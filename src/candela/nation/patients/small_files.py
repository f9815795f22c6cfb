"""What is told of the trusts themselves, beside the rows of their patients?

The small tables of the plain layout, as text: research, beds and staff, names, mergers,
and a life table.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from candela.nation.delimited import UNIX, decimals, delimited
from candela.nation.patients.country import Country
from candela.nation.structure import Structure
from candela.tables import Period

__all__ = ["life_table_rate", "small_files"]

Floats = npt.NDArray[np.float64]

ACTIVITY_HEADINGS = (
    "org_code", "period_start", "period_end", "measure", "route", "design",
    "specialty", "value",
)  # fmt: skip
COLORECTAL = "colorectal"
BY_FINANCIAL_YEAR = {
    "participants_recruited": "all",
    "participants_observational": "observational",
    "studies_recruiting": "all",
}
STRUCTURE_HEADINGS = ("org_code", "period_start", "period_end", "measure", "value")
STRUCTURE = (
    "beds_general_acute",
    "staff_clinical_fte",
    "staff_doctors_fte",
    "staff_nurses_fte",
)
ORGANISATION_HEADINGS = (
    "org_code", "name", "org_type", "nation", "region_code", "open_date", "close_date",
)  # fmt: skip
SUCCESSION_HEADINGS = (
    "predecessor_code", "successor_code", "effective_date", "reason", "share",
)  # fmt: skip
LIFE_HEADINGS = ("sex", "age_years", "year", "death_probability")
OLDEST = 110
# Gompertz: deaths a person-year at age 0 and what a year of age multiplies them by.
LEVEL, GROWTH, MALE_RATIO, YEARLY_RATIO = 2.2e-5, 1.098, 1.35, 0.985

Rows = Iterator[tuple[object, ...]]


def small_files(country: Country) -> dict[str, bytes]:
    """Return each file's name and its bytes."""
    files: dict[str, tuple[tuple[str, ...], Rows]] = {
        "research_activity.csv": (ACTIVITY_HEADINGS, _activity(country)),
        "org_structure.csv": (STRUCTURE_HEADINGS, _structure(country)),
        "organisation.csv": (ORGANISATION_HEADINGS, _organisations(country)),
        "organisation_succession.csv": (SUCCESSION_HEADINGS, _successions(country)),
    }
    if country.design.cancer_patients:
        files["life_table.csv"] = (LIFE_HEADINGS, _life_table(country))
    return {
        name: delimited([headings, *rows], line_end=UNIX)
        for name, (headings, rows) in files.items()
    }


def _activity(country: Country) -> Rows:
    """Yield participants by financial year, and of interventional studies by calendar.

    Every interventional study of this country is of colorectal cancer, so its patients
    stand as the whole and as a specialty.
    """
    for measure, design in BY_FINANCIAL_YEAR.items():
        values = getattr(country.hospitals, measure)
        for code, period, value in _yearly(country, values):
            yield code, *_days(period), measure, "all", design, "all", round(value)
    if not country.design.cancer_patients:
        return
    measure, design = "participants_interventional", "interventional"
    for code, year, value in _calendar_years(country):
        days = f"{year}-01-01", f"{year}-12-31"
        for specialty in ("all", COLORECTAL):
            yield code, *days, measure, "all", design, specialty, value


def _structure(country: Country) -> Rows:
    """Yield beds and staff, averages of the financial year, at the end of the year."""
    for measure in STRUCTURE:
        values = getattr(country.hospitals, measure)
        for code, period, value in _yearly(country, values):
            # Enough decimals that a dose read back is the dose that was planted.
            yield code, *_days(period), measure, decimals(value, 6)


def _yearly(country: Country, values: Floats) -> Iterator[tuple[str, Period, float]]:
    """Yield a figure of each trust, the year before the first included."""
    structure, first = country.structure, country.design.first_year - 1
    for year in range(values.shape[1]):
        run_by = structure.run_by[:, 4 * year + 3]
        total = np.bincount(run_by, values[:, year])
        period = Period.financial_year(first + year)
        for code, number in _running(structure, 4 * year + 3):
            yield code, period, float(total[number])


def _calendar_years(country: Country) -> Iterator[tuple[str, int, int]]:
    """Yield recruits to interventional studies, by the trust that ran the quarter."""
    structure, cancer = country.structure, country.cancer
    for number in range(country.design.years):
        recruits = np.zeros(len(structure.trusts), dtype=np.int64)
        there: set[tuple[str, int]] = set()
        for quarter in range(4 * number + 3, 4 * number + 7):
            np.add.at(
                recruits, structure.run_by[:, quarter], cancer.recruits[:, quarter]
            )
            there.update(_running(structure, quarter))
        for code, trust in sorted(there):
            yield code, country.design.first_year + number, int(recruits[trust])


def _running(structure: Structure, quarter: int) -> list[tuple[str, int]]:
    """Return code and number of each trust that runs a hospital in a quarter."""
    numbers = np.unique(structure.run_by[:, quarter]).tolist()
    return sorted((structure.codes[number], number) for number in numbers)


def _days(period: Period) -> tuple[str, str]:
    return period.start.isoformat(), period.end.isoformat()


def _organisations(country: Country) -> Rows:
    for trust in sorted(country.structure.trusts, key=lambda trust: trust.code):
        closed = "" if trust.closed is None else trust.closed.isoformat()
        yield (
            trust.code, trust.name, "acute", "made up", trust.region_code,
            trust.opened.isoformat(), closed,
        )  # fmt: skip


def _successions(country: Country) -> Rows:
    for takeover in country.structure.takeovers:
        yield (
            takeover.predecessor, takeover.successor, takeover.day.isoformat(),
            "merger", "",
        )  # fmt: skip


def _life_table(country: Country) -> Rows:
    design = country.design
    last = design.first_year + design.years + design.follow_up_years
    for sex in ("male", "female"):
        for age in range(OLDEST + 1):
            for year in range(design.first_year, last):
                rate = life_table_rate(sex, age, year - design.first_year)
                yield sex, age, year, decimals(float(-np.expm1(-rate)), 8)


def life_table_rate(sex: str, age: int, year: int) -> float:
    """Return deaths a person-year in the whole population, ``year`` counted from 0."""
    ratio = MALE_RATIO if sex == "male" else 1.0
    return LEVEL * GROWTH**age * ratio * YEARLY_RATIO**year
