"""What would survival be, if people could die of their cancer only?

Net survival sets deaths beside those of people of the same sex, age and year in the
population (Pohar Perme), so that it does not hang on a cause written on a certificate.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt

from candela.association.patients.analyses import Run
from candela.association.patients.crude import class_column
from candela.association.patients.main_analysis import Primary
from candela.association.patients.result import SurvivalCurve
from candela.association.patients.risks import curve_days
from candela.association.patients.rows import OutcomeRows
from candela.association.patients.tallies import masked_by
from candela.errors import InputError, TooFewData
from candela.stats.coded import CodeColumn
from candela.stats.life_table import DAYS_IN_YEAR, LifeTable
from candela.tables import Table

__all__ = ["life_table_of", "net_curves"]

SEXES = ("male", "female")
CERTAIN = 0.9999  # the last, open age of a table may be said to be certain death


def life_table_of(table: Table) -> LifeTable:
    """Return the hazards of a ``LIFE_TABLE`` table.

    Raises
    ------
    InputError
        If a sex, a year between the first and the last, or an age up to the oldest
        lacks its chance of dying.
    """
    years = table["year"].astype(np.int64)
    ages = table["age_years"].astype(np.int64)
    shape = (len(SEXES), int(np.ptp(years)) + 1, int(ages.max()) + 1)
    dying = np.full(shape, np.nan)
    sex = np.array([SEXES.index(one) for one in table["sex"]], dtype=np.int64)
    dying[sex, years - years.min(), ages] = table["death_probability"]
    missing = int(np.isnan(dying).sum())
    if missing:
        raise InputError(
            f"the life table lacks {missing} of {dying.size} chances of dying. "
            "Expected both sexes, every year and every age from 0. Complete it, or "
            "take it away."
        )
    return LifeTable.of_probabilities(
        np.minimum(dying, CERTAIN), int(years.min()), sexes=SEXES
    )


def net_curves(
    run: Run, primary: Primary, table: LifeTable
) -> tuple[SurvivalCurve, ...]:
    """Return net survival of each class, as it was at diagnosis.

    Patients whose sex is not known are left out.

    Raises
    ------
    TooFewData
        If the exposure is not in classes, or the files do not give sex.
    """
    from candela.stats.net_survival import pohar_perme

    rows, classed = run.rows, primary.comparison.patients
    if classed is None:
        raise TooFewData("a dose that is not in classes has no survival of a class.")
    if rows.population is None:
        raise TooFewData("the files do not give sex, which a life table goes by.")
    assert rows.stop is not None
    population = rows.population
    keep = masked_by(rows.unit.codes, classed.classes.of_unit >= 0, primary.base)
    keep &= population.sex.codes < len(SEXES)
    curves = pohar_perme(
        rows.stop,
        rows.event,
        sex=_known_sex(population.sex),
        age_days=_age_days(rows),
        begin=population.begin,
        first_day=date(population.first_year, 1, 1),
        table=table,
        group=class_column(classed, rows),
        labels=classed.classes.labels,
        horizon=run.outcome.horizon_days,
        keep=keep,
        level=run.level,
    )
    found = []
    for curve in curves:
        days = curve_days(run)
        days = days[days < len(curve.days)]
        found.append(
            SurvivalCurve(
                curve.label,
                "net",
                days,
                curve.survival[days],
                curve.lower[days],
                curve.upper[days],
                curve.at_risk[days],
            )
        )
    return tuple(found)


def _known_sex(sex: CodeColumn) -> CodeColumn:
    codes: npt.NDArray[np.uint8] = np.minimum(sex.codes, 1).astype(np.uint8)
    return CodeColumn("sex", codes, len(SEXES))


def _age_days(rows: OutcomeRows) -> CodeColumn:
    """Return age in days; half a year is added to an age in whole years."""
    assert rows.population is not None
    age = rows.population.age
    days = np.round((np.arange(age.levels) + 0.5) * DAYS_IN_YEAR).astype(np.uint16)
    return CodeColumn("age_days", days[age.codes], int(days[-1]) + 1)
