"""Small made-up patients with a planted difference, and plans to study them.

Twenty trusts in three years.  Half of the trusts do much research and half do little,
and the odds of death are lower in those that did much the year before.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from candela.association.patients.cohort import CohortCount, count_cohort
from candela.association.patients.prepared import Exposures
from candela.association.patients.protocol import StudyProtocol
from candela.association.patients.reading import parse_protocol
from candela.engine import Engine
from candela.engine.duck import open_duckdb
from candela.engine.parquet import write_parquet
from candela.sources.patients import PatientTables, read_patient_folder
from candela.tables import Policy, Succession

TRUSTS = tuple(f"ZT{n:02d}" for n in range(20))
YEARS = (2012, 2013, 2014)
LOG_ODDS = -0.7  # planted: of a trust that did much research, against one that did not
EXPOSURE = """
[[exposure]]
name = "recruits"
label = "participants recruited per bed"
measure = "participants_recruited"
design = "all"
specialty = "all"
denominator = "beds_general_acute"
lag_years = 1
window_years = 1
form = "thirds"
unit = 1.0
reference = "highest"
"""
SENSITIVITY = """
[sensitivity]
lags_years = []
without_trial_participants = true
within_between = true
naive = true
models = []
spline_knots = 3
without_covariates = []

[sensitivity.negative_control]
lag_years = -1
reason = "Research afterwards cannot have changed what went before."
"""
ADMISSIONS = f"""
kind = "patients"
name = "small"
title = "Small"
departures = []
policy = "successor_at=latest"
level = 0.95
fewest_organisations = 5
least_coverage = 0.5
disclosure = "hes"

[cohort]
table = "admission_spell"
organisation = "org_code"
least_age_years = 18
most_age_years = 120
admission_methods = ["emergency"]
trial_participants = "kept"

[[outcome]]
name = "deaths"
label = "deaths in hospital or within 30 days of discharge"
question = "Do fewer die?"
kind = "mortality"
event = "died_30d_discharge"
event_if_absent = "died_in_hospital"
horizon_days = 30
smallest_ratio_that_matters = 0.95
adjust_for = ["age", "diagnosis group", "year"]
model = "robust"
{EXPOSURE}
[[case_mix]]
name = "age"
column = "age_years"
bands = [18, 50, 70]
unknown = "leave_out"

[[case_mix]]
name = "diagnosis group"
column = "diagnosis_group"
unknown = "class"

[[case_mix]]
name = "year"
column = "year"
unknown = "leave_out"
{SENSITIVITY}"""
CANCER = f"""
kind = "patients"
name = "small"
title = "Small"
departures = []
policy = "as_reported"
level = 0.95
fewest_organisations = 5
least_coverage = 0.3
disclosure = "hes"

[cohort]
table = "cancer_patient"
organisation = "trust_diagnosis"
least_age_years = 18
most_age_years = 120
sites_icd10 = ["C18", "C19", "C20"]
trial_participants = "kept"

[[outcome]]
name = "survival"
label = "deaths within three years of diagnosis"
question = "Do they live longer?"
kind = "survival"
event = "died"
horizon_days = 1096
smallest_ratio_that_matters = 0.95
adjust_for = ["age", "stage"]
model = "robust"

[[exposure]]
name = "share"
label = "share joining trials"
measure = "participants_interventional"
design = "interventional"
specialty = "all"
denominator = "cohort_patients"
lag_years = 1
form = "bands"
edges = [0.0, 0.10]
unit = 0.05

[[exposure]]
name = "high years"
label = "past years at 16% or above"
measure = "participants_interventional"
design = "interventional"
specialty = "all"
denominator = "cohort_patients"
lag_years = 1
form = "high_years"
high_from = 0.16
most_years = 2
unit = 1.0

[[case_mix]]
name = "age"
column = "age_at_diagnosis"
bands = [18, 70]
unknown = "leave_out"

[[case_mix]]
name = "stage"
column = "stage"
unknown = "class"
{SENSITIVITY}"""
Columns = dict[str, list[object]]


def plan(text: str = ADMISSIONS, *changes: tuple[str, str]) -> StudyProtocol:
    """Return a plan, with each of ``changes`` made once."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return parse_protocol(text.encode(), "mine.toml")


def recruits(trust: int, year: int) -> int:
    """Return participants recruited: many in the second half of the trusts."""
    much = trust >= len(TRUSTS) // 2
    return (400 if much else 20) + 7 * trust + 3 * (year - 2010)


def spells(rows: int = 6000, seed: int = 5) -> Columns:
    """Return emergency admissions from April 2012 to March 2015."""
    rng = np.random.default_rng(seed)
    trust = rng.integers(0, len(TRUSTS), rows)
    day = np.datetime64("2012-04-01") + rng.integers(0, 3 * 365, rows)
    age = rng.integers(18, 95, rows)
    group = rng.integers(0, 3, rows)
    much = trust >= len(TRUSTS) // 2
    log_odds = -1.2 + 0.5 * (age >= 70) + 0.4 * group + LOG_ODDS * much
    died = rng.random(rows) < 1 / (1 + np.exp(-log_odds))
    return {
        "spell_id": [f"S{n}" for n in range(rows)],
        "org_code": [TRUSTS[n] for n in trust],
        "admission_date": day.astype("datetime64[D]").tolist(),
        "admission_method": ["emergency"] * rows,
        "age_years": age.tolist(),
        "diagnosis_group": [f"G{n}" for n in group],
        "died_30d_discharge": died.tolist(),
        "trial_participant": np.where(rng.random(rows) < 0.05, "yes", "no").tolist(),
    }


def patients(rows: int = 4000, seed: int = 6) -> Columns:
    """Return people with colorectal cancer, diagnosed in 2012 to 2014."""
    rng = np.random.default_rng(seed)
    trust = rng.integers(0, len(TRUSTS), rows)
    day = np.datetime64("2012-01-01") + rng.integers(0, 3 * 365, rows)
    age = rng.integers(30, 95, rows)
    stage = rng.integers(1, 6, rows)
    much = trust >= len(TRUSTS) // 2
    hazard = np.exp(-7.2 + 0.5 * (age >= 70) + 0.3 * stage - 0.4 * much)
    lived = np.ceil(rng.exponential(1 / hazard)).astype(np.int64)
    followed = 1500
    dead = lived <= followed
    joins = rng.random(rows) < 0.1
    joined = [
        (d + int(w)).astype("datetime64[D]").item() if j and w < n else None
        for d, w, j, n in zip(
            day, rng.integers(0, 400, rows), joins, lived, strict=True
        )
    ]
    return {
        "tumour_id": [f"T{n}" for n in range(rows)],
        "diagnosis_date": day.astype("datetime64[D]").tolist(),
        "site_icd10": ["C180"] * rows,
        "stage": [str(n) if n < 5 else None for n in stage],
        "age_at_diagnosis": age.tolist(),
        "sex": ["male" if n % 2 else "female" for n in range(rows)],
        "trust_diagnosis": [TRUSTS[n] for n in trust],
        "vital_status": np.where(dead, "dead", "alive").tolist(),
        "vital_status_date": [
            (d + int(n)).astype("datetime64[D]").item()
            for d, n in zip(day, np.minimum(lived, followed), strict=True)
        ],
        "trial_participant": ["yes" if j else "no" for j in joined],
        "trial_first_date": joined,
    }


def write_folder(
    place: Path,
    *,
    spell: Columns | None = None,
    cancer: Columns | None = None,
    life_table: bool = False,
) -> Path:
    """Write a folder in the plain layout, with research and beds from 2010 on."""
    place.mkdir(parents=True, exist_ok=True)
    for name, rows in (("admission_spell", spell), ("cancer_patient", cancer)):
        if rows is not None:
            write_parquet(place / f"{name}.parquet", arrays(rows))
    figures = ["org_code,period_start,period_end,measure,route,design,specialty,value"]
    beds = ["org_code,period_start,period_end,measure,value"]
    for number, code in enumerate(TRUSTS):
        for year in range(2010, 2016):
            spring = f"{year}-04-01,{year + 1}-03-31"
            count = recruits(number, year)
            figures.append(
                f"{code},{spring},participants_recruited,all,all,all,{count}"
            )
            share = max(number - 4, 0)
            figures.append(
                f"{code},{year}-01-01,{year}-12-31,participants_interventional,all,"
                f"interventional,all,{share}"
            )
            beds.append(f"{code},{spring},beds_general_acute,100")
    (place / "research_activity.csv").write_text("\n".join(figures) + "\n")
    (place / "org_structure.csv").write_text("\n".join(beds) + "\n")
    if life_table:
        dying = [
            f"{sex},{age},{year},{min(2e-5 * 1.1**age, 0.5):.8f}"
            for sex in ("male", "female")
            for year in (2012, 2013)
            for age in range(111)
        ]
        heading = "sex,age_years,year,death_probability"
        (place / "life_table.csv").write_text("\n".join([heading, *dying]) + "\n")
    return place


def arrays(rows: Columns) -> dict[str, np.ndarray]:
    """Return columns as a Parquet file holds them."""
    found = {}
    for name, values in rows.items():
        if name.endswith("_date"):
            found[name] = np.array(values, dtype="datetime64[D]")
        elif isinstance(values[0], bool) and None not in values:
            found[name] = np.array(values, dtype=bool)
        elif isinstance(values[0], int) and None not in values:
            found[name] = np.array(values, dtype=np.int32)
        else:
            column = np.empty(len(values), dtype=object)
            column[:] = values
            found[name] = column
    return found


@contextmanager
def at_hand(
    folder: Path, open_engine: Callable[[], Engine] | None = None
) -> Iterator[tuple[Engine, PatientTables]]:
    """Open a folder in an engine."""
    with open_engine() if open_engine else open_duckdb(folders=[folder]) as engine:
        yield engine, read_patient_folder(folder).open(engine)


def counted(
    engine: Engine, tables: PatientTables, protocol: StudyProtocol
) -> tuple[CohortCount, Exposures]:
    """Count the cohort of a plan."""
    succession = (
        Succession.from_table(tables.succession) if tables.succession else Succession()
    )
    policy = Policy.parse(protocol.policy, latest=succession.latest)
    count = count_cohort(engine, tables, protocol, policy=policy, succession=succession)
    return count, Exposures(tables, count, policy, succession)
