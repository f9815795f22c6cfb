"""What is the exposure of every organisation and year, ready to be asked about?"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import numpy.typing as npt

from candela.association.patients.cohort import CohortCount
from candela.association.patients.exposure import (
    ExposureClasses,
    Sizes,
    classes_of,
    doses_of,
    high_years_of,
)
from candela.association.patients.places import Units, year_of
from candela.association.patients.protocol import ResearchExposure
from candela.errors import InputError, TooFewData
from candela.participation import Figures, figures_of
from candela.sources.patients import PatientTables
from candela.stats.coded import Term
from candela.tables import (
    MEASURES,
    ORGANISATION_MEASURES,
    Period,
    Policy,
    Succession,
    Table,
)

__all__ = ["Exposures", "Prepared"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
# Two ways to say the same: a measure of its own, or all participants of one design.
SAME = {
    "participants_interventional": ("participants_recruited", "interventional"),
    "participants_observational": ("participants_recruited", "observational"),
    "studies_interventional": ("studies_recruiting", "interventional"),
    "studies_observational": ("studies_recruiting", "observational"),
}


@dataclass(frozen=True, eq=False)
class Prepared:
    """One exposure over the units of some rows.

    Attributes
    ----------
    doses : ndarray, shape (units,)
        Dose, or number of high years; NaN where not known.
    """

    exposure: ResearchExposure
    units: Units
    doses: Floats

    @cached_property
    def known(self) -> npt.NDArray[np.bool_]:
        """Which units have a dose."""
        return np.isfinite(self.doses)

    def classes(self, patients: Ints) -> ExposureClasses:
        """Return the classes; thirds are cut among units that have patients."""
        return classes_of(self.exposure, self.doses, self.units, patients)

    def mean_dose(self, patients: Ints) -> float:
        """Return the mean dose over patients."""
        used = self.known & (patients > 0)
        return float(np.average(self.doses[used], weights=patients[used]))

    def dose_term(self, name: str = "dose") -> Term:
        """Return the dose as a straight line, per unit of the exposure."""
        values = np.where(self.known, self.doses, 0.0) / self.exposure.unit
        return Term(name, "unit", (name,), values[:, None])

    def within_between_terms(self, patients: Ints) -> tuple[Term, Term]:
        """Return each organisation's own mean, and the years' distance from it.

        References
        ----------
        Mundlak Y. Econometrica 1978;46:69-85. doi:10.2307/1913646
        Bell A, Jones K. Polit Sci Res Methods 2015;3:133-153. doi:10.1017/psrm.2014.7
        """
        used = self.known & (patients > 0)
        mean = np.zeros(len(self.doses))
        for trust in np.unique(self.units.trust[used]):
            own = self.units.trust == trust
            weights = patients[own & used]
            mean[own] = np.average(self.doses[own & used], weights=weights)
        within = np.where(used, self.doses - mean, 0.0) / self.exposure.unit
        if not (np.abs(within[used]) > 0).any():
            raise TooFewData("no organisation's dose changes from year to year.")
        between = np.where(used, mean, 0.0) / self.exposure.unit
        return (
            Term("between", "unit", ("between organisations",), between[:, None]),
            Term("within", "unit", ("within organisations",), within[:, None]),
        )


@dataclass(frozen=True, eq=False)
class Exposures:
    """Research activity and sizes, organisations followed as the policy says."""

    tables: PatientTables
    count: CohortCount
    policy: Policy
    succession: Succession

    def prepared(self, exposure: ResearchExposure, units: Units) -> Prepared:
        """Return an exposure over units.

        Raises
        ------
        TooFewData
            If no file gives the research, or the size it is divided by.
        """
        activity = self._activity(exposure)
        sizes = self._sizes(exposure, units)
        if exposure.form == "high_years":
            found = high_years_of(exposure, units, activity, sizes)
        else:
            found = doses_of(exposure, units, activity, sizes)
        return Prepared(exposure, units, found)

    def moved(self, exposure: ResearchExposure, lag_years: int) -> ResearchExposure:
        """Return the same exposure at another lag."""
        return replace(exposure, lag_years=lag_years)

    def _activity(self, exposure: ResearchExposure) -> Figures:
        table = self.tables.research_activity
        for measure, design in _meanings(exposure):
            here = (
                (table["measure"] == measure)
                & (table["route"] == "all")
                & (table["design"] == design)
                & (table["specialty"] == exposure.specialty)
            )
            if here.any():
                chosen = _as_measures(table.where(here), exposure.measure)
                return figures_of(
                    chosen,
                    exposure.measure,
                    policy=self.policy,
                    succession=self.succession,
                )
        raise TooFewData(
            f"no file gives {MEASURES[exposure.measure].label} (design "
            f"{exposure.design}, specialty {exposure.specialty}); see `[[exposure]]` "
            "of the protocol."
        )

    def _sizes(self, exposure: ResearchExposure, units: Units) -> Sizes:
        if exposure.denominator == "cohort_patients":
            return Sizes(None, self._patients(units))
        table = self.tables.org_structure
        if not (table["measure"] == exposure.denominator).any():
            label = MEASURES[exposure.denominator].label
            raise TooFewData(f"no file gives {label}, by which research is divided.")
        return Sizes(
            figures_of(
                table,
                exposure.denominator,
                policy=self.policy,
                succession=self.succession,
            ),
            {},
        )

    def _patients(self, units: Units) -> dict[tuple[str, Period], float]:
        found: dict[tuple[str, Period], float] = defaultdict(float)
        for (code, year), patients in self.count.patients.items():
            name = self.count.places.stands_for.get((code, year))
            if name is not None:
                found[name, year_of(year, units.kind)] += patients
        return dict(found)


def _meanings(exposure: ResearchExposure) -> list[tuple[str, str]]:
    """Return the ways in which files may say what an exposure asks for."""
    found = [(exposure.measure, exposure.design)]
    same = SAME.get(exposure.measure)
    if same is not None and exposure.design in ("all", same[1]):
        found += [(exposure.measure, d) for d in ("all", same[1])]
        found.append(same)
    return found


def _as_measures(table: Table, measure: str) -> Table:
    rows = len(table)
    given = {name: table[name] for name in table.columns}
    given["measure"] = np.full(rows, measure, dtype=object)
    if "org_name" not in given:
        given["org_name"] = np.full(rows, "", dtype=object)
    lacking = [c.name for c in ORGANISATION_MEASURES.columns if c.name not in given]
    if lacking:
        raise InputError(f"research activity lacks {', '.join(lacking)}.")
    columns = {c.name: given[c.name] for c in ORGANISATION_MEASURES.columns}
    return Table(ORGANISATION_MEASURES, columns, table.sources)
