"""How do the stays of one part of the file come about, and how do they end?

For a stay, with the traits of the patient and the cell (hospital and quarter)::

    logit P(death in hospital or within 30 days of discharge)
        = constant + group + age + sex + method + comorbidity + deprivation + month
          + year + trust (dose, doctors, what sets it apart) + trial candidate

Some people stay twice: the second stay begins at least 31 days after the first ended,
so that a death is counted once.  A candidate of a trial consents before or after
admission.  Who dies before the day of consent never becomes a participant.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from candela.nation.patients import casemix
from candela.nation.patients.constants import log_odds_constant
from candela.nation.patients.country import Country
from candela.nation.patients.drawing import Choice, chance, choice, spread_choice
from candela.nation.structure import quarter_start

__all__ = ["AdmissionModel", "Admissions", "admission_model"]

Days = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.uint16]
Singles = npt.NDArray[np.float32]

NEVER = np.int32(np.iinfo(np.int32).max)
EPOCH = np.datetime64("1970-01-01", "D")
SAMPLE = 200_000  # rows on which the constant is set
CLEAR_DAYS, READMITTED_WITHIN = 31, 270
CONSENT_BEFORE, CONSENT_AFTER = 180, 30


@dataclass(eq=False)
class Admissions:
    """Stays of one part, an array each; days count from 1970, ``NEVER`` for none.

    Attributes
    ----------
    person
        Row, within the part, of the first stay of the same person.
    """

    cell: npt.NDArray[np.int64]
    person: Days
    age: Whole
    sex: Whole
    deprivation: Whole
    method: Whole
    day_case: Flags
    group: Whole
    comorbidity: Whole
    nights: Whole
    admitted: Days
    candidate: Flags
    consent: Days
    died: Flags
    in_hospital: Flags
    death: Days
    sex_unknown: Flags
    deprivation_unknown: Flags

    @property
    def discharged(self) -> Days:
        """Day of discharge."""
        return self.admitted + self.nights.astype(np.int32)

    @property
    def participant(self) -> Flags:
        """Who lived to consent."""
        return self.candidate & (self.consent <= self.death)


@dataclass(frozen=True, eq=False)
class AdmissionModel:
    """Everything drawn once: tables of weights and coefficients, and the constant."""

    country: Country
    constant: float
    group_log_odds: npt.NDArray[np.float64]
    starts: npt.NDArray[np.int64]
    age: Choice = field(repr=False)
    method: Choice = field(repr=False)
    group: Choice = field(repr=False)
    comorbidity: Choice = field(repr=False)
    nights: Choice = field(repr=False)
    deprivation: Choice = field(repr=False)
    days: npt.NDArray[np.int64] = field(repr=False)
    cell_log_odds: Singles = field(repr=False)

    @property
    def last_day(self) -> int:
        """Last day of admission."""
        return int(self.days[-1] - 1)

    def draw(self, first: int, last: int, rng: np.random.Generator) -> Admissions:
        """Return rows ``first`` to ``last`` less one of the whole table.

        Notation: the last ``again`` rows may be second stays.
        """
        rows, design = last - first, self.country.design
        found = self.traits(self._cells(first, last, rng), rng)
        again = int(rows * design.readmissions)
        fresh = rows - again
        self._decide(found, slice(0, fresh), rng)
        earlier = rng.permutation(fresh)[:again]
        later = fresh + np.arange(again)
        held = self._readmit(found, earlier, later, rng)
        self._decide(found, slice(fresh, rows), rng)
        _share_deaths(found, earlier[held], later[held])
        return found

    def _cells(
        self, first: int, last: int, rng: np.random.Generator
    ) -> npt.NDArray[np.int64]:
        """Return hospital and quarter of each row; the table is in order of quarter."""
        inner = np.clip(self.starts, first, last)
        cells = np.repeat(np.arange(len(self.starts) - 1), np.diff(inner))
        return rng.permutation(cells)

    def traits(
        self, cell: npt.NDArray[np.int64], rng: np.random.Generator
    ) -> Admissions:
        """Return the patients of these cells, before it is known who dies."""
        rows, design = len(cell), self.country.design
        age = self.age.draw(rows, rng)
        banded = casemix.age_class()[age]
        method = self.method.draw(rows, rng, within=banded)
        female = chance(1 - casemix.MALE_SHARE, rows, rng)
        female |= method == casemix.METHODS.index("maternity")
        elective = method == casemix.METHODS.index("elective")
        day_case = elective & chance(casemix.DAY_CASE_SHARE, rows, rng)
        nights = np.where(day_case, 0, self.nights.draw(rows, rng, within=method))
        admitted = self._day_within(cell // self.hospitals, rng)
        # A consent to come is kept as the day itself, counted from admission.
        consent = admitted + rng.integers(
            -CONSENT_BEFORE, CONSENT_AFTER, rows, dtype=np.int32
        )
        return Admissions(
            cell=cell,
            person=np.arange(rows, dtype=np.int32),
            age=age,
            sex=female.astype(np.uint16),
            deprivation=self.deprivation.draw(rows, rng),
            method=method,
            day_case=day_case,
            group=self.group.draw(rows, rng),
            comorbidity=self.comorbidity.draw(rows, rng, within=banded),
            nights=nights.astype(np.uint16),
            admitted=admitted,
            candidate=chance(self._participant_share()[cell], rows, rng),
            consent=consent,
            died=np.zeros(rows, dtype=bool),
            in_hospital=np.zeros(rows, dtype=bool),
            death=np.full(rows, NEVER),
            sex_unknown=chance(design.unknown_sex, rows, rng),
            deprivation_unknown=chance(design.unknown_deprivation, rows, rng),
        )

    @property
    def hospitals(self) -> int:
        """Number of hospitals; a cell is quarter times this, and the hospital."""
        return int(self.country.admissions.count.shape[0])

    def _participant_share(self) -> Singles:
        return _by_cell(self.country.admissions.participant_share).astype(np.float32)

    def _day_within(
        self, quarter: npt.NDArray[np.int64], rng: np.random.Generator
    ) -> Days:
        length = np.diff(self.days).astype(np.float32)[quarter]
        into = (rng.random(len(quarter), dtype=np.float32) * length).astype(np.int64)
        # A draw next to 1 may round up to the first day of the next quarter.
        into = np.minimum(into, length.astype(np.int64) - 1)
        return (self.days[quarter] + into).astype(np.int32)

    def log_odds(self, found: Admissions, rows: slice) -> Singles:
        """Return the log odds of death of some rows, without the constant."""
        month = (EPOCH + found.admitted[rows]).astype("datetime64[M]").astype(np.int64)
        total = self.cell_log_odds[found.cell[rows]].copy()
        for coefficients, codes in (
            (self.group_log_odds, found.group),
            (casemix.admission_age_log_odds(), found.age),
            (casemix.METHOD_LOG_ODDS, found.method),
            (casemix.SEX_LOG_ODDS, found.sex),
            (casemix.COMORBIDITY_LOG_ODDS, found.comorbidity),
            (casemix.DEPRIVATION_LOG_ODDS, found.deprivation),
        ):
            total += coefficients.astype(np.float32)[codes[rows]]
        total += casemix.MONTH_LOG_ODDS.astype(np.float32)[month % 12]
        design = self.country.design
        total += np.float32(design.participant_log_odds) * found.candidate[rows]
        return total

    def _decide(self, found: Admissions, rows: slice, rng: np.random.Generator) -> None:
        """Say who dies in these rows, where and when."""
        size = rows.stop - rows.start
        risk = 1 / (1 + np.exp(-self.log_odds(found, rows) - np.float32(self.constant)))
        died = chance(risk, size, rng)
        inside = died & chance(casemix.IN_HOSPITAL_SHARE, size, rng)
        later = ~died & chance(casemix.LATER_DEATH_SHARE, size, rng)
        discharged = found.discharged[rows]
        death = np.full(size, NEVER)
        soon = died & ~inside
        death[inside] = discharged[inside]
        death[soon] = discharged[soon] + rng.integers(1, 31, soon.sum(), dtype=np.int32)
        death[later] = discharged[later] + rng.integers(
            CLEAR_DAYS, 366, later.sum(), dtype=np.int32
        )
        found.died[rows], found.in_hospital[rows] = died, inside
        found.death[rows] = death

    def _readmit(
        self,
        found: Admissions,
        earlier: npt.NDArray[np.int64],
        later: npt.NDArray[np.int64],
        rng: np.random.Generator,
    ) -> Flags:
        """Make later rows second stays of earlier ones, where that can be.

        Returns
        -------
        ndarray of bool
            Which pairs are one person: those who lived, and came back before the end.
        """
        gap = rng.integers(
            CLEAR_DAYS, CLEAR_DAYS + READMITTED_WITHIN, len(later), dtype=np.int32
        )
        admitted = found.discharged[earlier] + gap
        held = ~found.died[earlier] & (admitted <= self.last_day)
        one, two = earlier[held], later[held]
        quarter = np.searchsorted(self.days, admitted[held], side="right") - 1
        found.admitted[two] = admitted[held]
        found.cell[two] = quarter * self.hospitals + found.cell[one] % self.hospitals
        found.person[two] = one
        for name in ("age", "sex", "deprivation", "sex_unknown", "deprivation_unknown"):
            values = getattr(found, name)
            values[two] = values[one]
        maternity = casemix.METHODS.index("maternity")
        # Nobody has two births within a year here, and men have none.
        births = two[found.method[two] == maternity]
        found.method[births] = casemix.METHODS.index("emergency")
        found.death[one] = NEVER
        joined = found.candidate[one]
        found.candidate[two] = joined
        found.consent[two] = np.where(joined, found.consent[one], found.consent[two])
        return held


def _share_deaths(
    found: Admissions,
    earlier: npt.NDArray[np.int64],
    later: npt.NDArray[np.int64],
) -> None:
    """Give the first stay the day of death that the second one ended with."""
    found.death[earlier] = found.death[later]


def admission_model(country: Country, rng: np.random.Generator) -> AdmissionModel:
    """Return the model of admissions, its constant set by a sample of rows."""
    design, cells = country.design, country.admissions
    count = _by_cell(cells.count).astype(np.int64)
    quarters = cells.count.shape[1]
    first = quarter_start(design.first_year - 1, 0)
    days = [quarter_start(first.year, quarter) for quarter in range(quarters + 1)]
    year = np.arange(quarters) // 4 - 1
    model = AdmissionModel(
        country=country,
        constant=0.0,
        group_log_odds=casemix.group_log_odds(design.groups, design.group_sd, rng),
        starts=np.concatenate([[0], np.cumsum(count)]),
        age=choice(casemix.admission_age_weights()),
        method=choice(casemix.method_weights(design.emergency_share)),
        group=choice(casemix.group_weights(design.groups)),
        comorbidity=choice(casemix.comorbidity_weights()),
        nights=spread_choice(casemix.METHOD_NIGHTS),
        deprivation=choice(casemix.DEPRIVATION_WEIGHTS),
        days=np.array(days, dtype="datetime64[D]").astype(np.int64),
        cell_log_odds=_by_cell(
            cells.log_odds + casemix.YEARLY_LOG_ODDS * year[None, :]
        ).astype(np.float32),
    )
    if design.admissions == 0:
        return model
    chosen = rng.choice(len(count), SAMPLE, p=count / count.sum())
    sample = model.traits(chosen, rng)
    log_odds = model.log_odds(sample, slice(0, SAMPLE)).astype(np.float64)
    return replace(model, constant=log_odds_constant(log_odds, design.death_share))


def _by_cell(values: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
    """Return (hospitals, quarters) as one row of cells, quarter by quarter."""
    return np.ascontiguousarray(values.T, dtype=np.float64).ravel()
