"""How do cancer patients come about, and how long do they live?

For a patient, t days after diagnosis, in a calendar year::

    log cumulative hazard (if nothing changed)
        = constant + HAZARD_SHAPE * log(t in years) + stage + age + sex + route
          + performance + comorbidity + deprivation + trust (dose, doctors, what sets
          it apart) + trial candidate
    hazard in that year is multiplied by
        exp(log_hazard_per_high_year * high years of the trust before it)

Deaths within 30 days of surgery follow the same hazard.  A candidate of a trial
consents some time after diagnosis.  Who dies before that day never becomes a
participant: whoever counts participants from diagnosis gives them time in which they
could not die.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from candela.nation.patients import casemix
from candela.nation.patients.constants import log_hazard_constant
from candela.nation.patients.country import Country
from candela.nation.patients.drawing import Choice, chance, choice, spread_choice
from candela.nation.structure import quarter_start

__all__ = ["NEVER", "CancerModel", "CancerPatients", "cancer_model"]

Days = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.uint16]
Floats = npt.NDArray[np.float64]
Cells = npt.NDArray[np.int64]

NEVER = np.int32(np.iinfo(np.int32).max)
DAYS_PER_YEAR = 365.25
FIVE_YEARS = 5.0
SAMPLE = 100_000  # rows on which the constant is set


@dataclass(eq=False)
class CancerPatients:
    """Patients of one part, an array each; days count from 1970, ``NEVER`` for none.

    Attributes
    ----------
    last_seen
        Day of death, or the last day known to be alive.
    surgery, consent
        Days on which they took place; ``NEVER`` for those who did not live to them.
    """

    cell: Cells
    site: Whole
    age: Whole
    sex: Whole
    deprivation: Whole
    route: Whole
    stage: Whole
    performance: Whole
    comorbidity: Whole
    candidate: Flags
    diagnosed: Days
    surgery: Days
    consent: Days
    died: Flags
    last_seen: Days
    sex_unknown: Flags
    stage_unknown: Flags
    deprivation_unknown: Flags


@dataclass(frozen=True, eq=False)
class CancerModel:
    """Everything drawn once: tables of weights, and the constant.

    A cell is (site is colorectal or other) within quarter within hospitals.
    """

    country: Country
    constant: float
    starts: Cells
    days: Cells
    year_starts: Cells
    age: Choice = field(repr=False)
    comorbidity: Choice = field(repr=False)
    stage: Choice = field(repr=False)
    route: Choice = field(repr=False)
    performance: Choice = field(repr=False)
    deprivation: Choice = field(repr=False)
    site: Choice = field(repr=False)
    to_surgery: Choice = field(repr=False)
    to_consent: Choice = field(repr=False)

    @property
    def hospitals(self) -> int:
        """Number of hospitals."""
        return int(self.country.cancer.colorectal.shape[0])

    def draw(self, first: int, last: int, rng: np.random.Generator) -> CancerPatients:
        """Return rows ``first`` to ``last`` less one of the whole table."""
        inner = np.clip(self.starts, first, last)
        cells = np.repeat(np.arange(len(self.starts) - 1), np.diff(inner))
        found, to_surgery, to_consent = self.traits(rng.permutation(cells), rng)
        rows = last - first
        lived = self._days_lived(found, rng)
        end = np.full(rows, self.year_starts[-1] - 1, dtype=np.int32)
        lost = chance(casemix.LOST_SHARE, rows, rng)
        followed = (end - found.diagnosed).astype(np.float32)
        until = rng.random(rows, dtype=np.float32) * followed
        end[lost] = found.diagnosed[lost] + until[lost].astype(np.int32)
        day = np.minimum(found.diagnosed + lived, NEVER - 1).astype(np.int64)
        found.died = day <= end
        found.last_seen = np.minimum(day, end).astype(np.int32)
        for event, after in ((found.surgery, to_surgery), (found.consent, to_consent)):
            wanted = event != NEVER
            when = found.diagnosed + after
            event[:] = np.where(wanted & (when <= found.last_seen), when, NEVER)
        return found

    def traits(
        self, cell: Cells, rng: np.random.Generator
    ) -> tuple[CancerPatients, Days, Days]:
        """Return patients, and days to surgery and to consent if they live so long."""
        rows, design = len(cell), self.country.design
        quarter, hospital = self.place(cell)
        age = self.age.draw(rows, rng)
        route = self.route.draw(rows, rng)
        stage = self.stage.draw(rows, rng, within=route)
        start = self.days[quarter]
        length = (self.days[quarter + 1] - start).astype(np.float32)
        into = np.minimum(rng.random(rows, dtype=np.float32) * length, length - 1)
        operated = chance(casemix.OPERATED_SHARE.astype(np.float32)[stage], rows, rng)
        share = self.country.cancer.share.astype(np.float32)[hospital, quarter]
        candidate = chance(share, rows, rng)
        site = self.site.draw(rows, rng, within=self.is_other(cell).astype(np.uint16))
        found = CancerPatients(
            cell=cell,
            site=site,
            age=age,
            sex=chance(1 - casemix.MALE_SHARE, rows, rng).astype(np.uint16),
            deprivation=self.deprivation.draw(rows, rng),
            route=route,
            stage=stage,
            performance=self.performance.draw(rows, rng),
            comorbidity=self.comorbidity.draw(
                rows, rng, within=casemix.age_class()[age]
            ),
            candidate=candidate,
            diagnosed=(start + into.astype(np.int64)).astype(np.int32),
            surgery=np.where(operated, np.int32(0), NEVER),
            consent=np.where(candidate, np.int32(0), NEVER),
            died=np.zeros(rows, dtype=bool),
            last_seen=np.full(rows, NEVER),
            sex_unknown=chance(design.unknown_sex, rows, rng),
            stage_unknown=chance(design.unknown_stage, rows, rng),
            deprivation_unknown=chance(design.unknown_deprivation, rows, rng),
        )
        to_surgery = self.to_surgery.draw(rows, rng, within=route).astype(np.int32)
        to_consent = 1 + self.to_consent.draw(rows, rng).astype(np.int32)
        return found, to_surgery, to_consent

    def place(self, cell: Cells) -> tuple[Cells, Cells]:
        """Return quarter and hospital of each cell."""
        quarter, within = np.divmod(cell, 2 * self.hospitals)
        return quarter, within % self.hospitals

    def is_other(self, cell: Cells) -> Flags:
        """Say whose tumour is not colorectal."""
        other: Flags = cell % (2 * self.hospitals) >= self.hospitals
        return other

    def log_hazard(self, found: CancerPatients) -> Floats:
        """Return the log hazard ratio of each, without constant and high years."""
        quarter, hospital = self.place(found.cell)
        total = self.country.cancer.log_hazard[hospital, quarter]
        for coefficients, codes in (
            (casemix.STAGE_LOG_HAZARD, found.stage),
            (casemix.CANCER_AGE_LOG_HAZARD, found.age),
            (casemix.CANCER_SEX_LOG_HAZARD, found.sex),
            (casemix.ROUTE_LOG_HAZARD, found.route),
            (casemix.PERFORMANCE_LOG_HAZARD, found.performance),
            (casemix.CANCER_COMORBIDITY_LOG_HAZARD, found.comorbidity),
            (casemix.CANCER_DEPRIVATION_LOG_HAZARD, found.deprivation),
        ):
            total += coefficients[codes]
        total += self.country.design.participant_log_hazard * found.candidate
        return total

    def _days_lived(self, found: CancerPatients, rng: np.random.Generator) -> Days:
        """Return whole days from diagnosis to death, 1 or more; ``NEVER`` if later.

        The cumulative hazard is used up year by year, since its height may change on
        each first of January.
        """
        rows = len(found.cell)
        quarter, hospital = self.place(found.cell)
        left = rng.standard_exponential(rows) * np.exp(
            -self.constant - self.log_hazard(found)
        )
        step = self.country.design.log_hazard_per_high_year
        lived = np.full(rows, np.inf)
        before = np.zeros(rows)
        alive = np.ones(rows, dtype=bool)
        for year in range(len(self.year_starts) - 1):
            if step == 0 and year < len(self.year_starts) - 2:
                continue  # nothing changes before the end of follow-up
            high = self.country.cancer.high_years[hospital, quarter, year]
            ratio = np.exp(step * high)
            until = np.maximum(self.year_starts[year + 1] - found.diagnosed, 0)
            after = _cumulative(until)
            used = ratio * (after - before)
            ends = alive & (left <= used)
            lived[ends] = _days_of(before[ends] + left[ends] / ratio[ends])
            left -= used
            before = after
            alive &= ~ends
        whole = np.where(alive, NEVER, np.ceil(lived))
        never = np.int64(NEVER) - found.diagnosed
        days: Days = np.minimum(np.maximum(whole, 1), never).astype(np.int32)
        return days


def _cumulative(days: npt.ArrayLike) -> Floats:
    return np.asarray((np.asarray(days) / DAYS_PER_YEAR) ** casemix.HAZARD_SHAPE)


def _days_of(cumulative: Floats) -> Floats:
    return np.asarray(DAYS_PER_YEAR * cumulative ** (1 / casemix.HAZARD_SHAPE))


def cancer_model(country: Country, rng: np.random.Generator) -> CancerModel:
    """Return the model of cancer patients, its constant set by a sample of rows."""
    design, cells = country.design, country.cancer
    # (quarter, colorectal or other, hospital), as one row of cells.
    count = np.stack([cells.colorectal.T, cells.other.T], axis=1).ravel()
    quarters = cells.colorectal.shape[1]
    days = [quarter_start(design.first_year - 1, number) for number in range(quarters)]
    years = range(
        design.first_year, design.first_year + design.years + design.follow_up_years + 1
    )
    sites = np.zeros((2, len(casemix.SITES) + len(casemix.OTHER_SITES)))
    sites[0, : len(casemix.SITES)] = casemix.SITE_WEIGHTS
    sites[1, len(casemix.SITES) :] = 1.0
    model = CancerModel(
        country=country,
        constant=0.0,
        starts=np.concatenate([[0], np.cumsum(count)]),
        days=np.array(days, dtype="datetime64[D]").astype(np.int64),
        year_starts=np.array(
            [f"{year}-01-01" for year in years], dtype="datetime64[D]"
        ).astype(np.int64),
        age=choice(casemix.cancer_age_weights()),
        comorbidity=choice(casemix.comorbidity_weights()),
        stage=choice(casemix.stage_weights()),
        route=choice(casemix.ROUTE_WEIGHTS),
        performance=choice(casemix.PERFORMANCE_WEIGHTS),
        deprivation=choice(casemix.DEPRIVATION_WEIGHTS),
        site=choice(sites),
        to_surgery=spread_choice(casemix.DAYS_TO_SURGERY),
        to_consent=spread_choice(casemix.DAYS_TO_CONSENT),
    )
    if design.cancer_patients == 0:
        return model
    sample = rng.choice(len(count), SAMPLE, p=count / count.sum())
    found, _, _ = model.traits(sample, rng)
    cumulative = FIVE_YEARS**casemix.HAZARD_SHAPE
    constant = log_hazard_constant(
        model.log_hazard(found), cumulative, 1 - design.five_year_survival
    )
    return replace(model, constant=constant)
