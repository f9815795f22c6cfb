"""Is what `truth.json` tells true of the rows?

Risks are worked out from the files alone, as a reader would: the rows, research, beds
and doctors as written, and the coefficients of `truth.json`.
"""

from __future__ import annotations

import json
from dataclasses import replace
from math import sqrt

import numpy as np
import numpy.typing as npt
import pytest

from made_up_patients import SMALL, Written, written

Floats = npt.NDArray[np.float64]

# Nothing is hidden and nobody merges, so that every risk can be worked out.
OPEN = replace(
    SMALL,
    admissions=100_000,
    cancer_patients=100_000,
    mergers=0,
    participant_log_odds=0.0,
    participant_log_hazard=0.0,
    unknown_deprivation=0.0,
    unknown_sex=0.0,
    unknown_stage=0.0,
    other_sites=0.0,
    trust_sd=0.2,
)


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Patients whose every risk can be worked out."""
    return written(tmp_path_factory.mktemp("open") / "patients", 7, OPEN)


def told(known: Written) -> dict[str, dict[str, dict[str, float]]]:
    """Return truth.json."""
    found = json.loads((known.folder / "truth.json").read_text())
    assert isinstance(found, dict)
    return found


def case(column: str, values: dict[str, float]) -> str:
    """Return SQL for the coefficient of each level."""
    arms = " ".join(f"WHEN '{level}' THEN {value}" for level, value in values.items())
    return f"(CASE CAST({column} AS VARCHAR) {arms} END)"


ADMISSIONS = """
WITH research AS (
    SELECT org_code, year(CAST(period_start AS DATE)) AS year, value
    FROM '{folder}/research_activity.csv' WHERE measure = 'participants_recruited'
), size AS (
    SELECT org_code, year(CAST(period_start AS DATE)) AS year,
        max(value) FILTER (WHERE measure = 'beds_general_acute') AS beds,
        max(value) FILTER (WHERE measure = 'staff_doctors_fte') AS doctors
    FROM '{folder}/org_structure.csv' GROUP BY ALL
), stay AS (
    SELECT *, year(admission_date) - CAST(month(admission_date) < 4 AS INT) AS year
    FROM {{a}}
)
SELECT died_30d_discharge AS died, {log_odds} AS log_odds,
    r.value / b.beds AS dose, ln(n.doctors / n.beds * 100 / 90) AS doctors
FROM stay s
JOIN research r ON r.org_code = s.org_code AND r.year = s.year - 1
JOIN size b ON b.org_code = s.org_code AND b.year = s.year - 1
JOIN size n ON n.org_code = s.org_code AND n.year = s.year
"""


def test_deaths_after_admission_are_as_many_as_the_truth_says(known: Written) -> None:
    truth = told(known)
    parts = dict(truth["log_odds"])
    each_year = parts.pop("year")["each"]
    columns = {name: name for name in parts} | {"month": "month(admission_date)"}
    log_odds = " + ".join(case(columns[name], parts[name]) for name in parts)
    log_odds += f" + {case('site_code', truth['sites_apart'])}"  # type: ignore[arg-type]
    log_odds += f" + {each_year} * (s.year - {OPEN.first_year})"
    rows = known.columns(ADMISSIONS.format(folder=known.folder, log_odds=log_odds))
    assert len(rows["died"]) == OPEN.admissions
    total = rows["log_odds"].astype(float) + truth["log_odds_constant"]
    total += np.log(truth["odds_ratio"]) * rows["dose"]  # type: ignore[operator]
    total += truth["doctors_on_mortality"] * rows["doctors"]
    risk = 1 / (1 + np.exp(-total))
    assert_as_expected(rows["died"], risk, risk * (1 - risk), by=rows["dose"])
    assert_as_expected(rows["died"], risk, risk * (1 - risk), by=rows["doctors"])
    assert_as_expected(rows["died"], risk, risk * (1 - risk), by=risk)


CANCER = """
WITH diagnosed AS (
    SELECT trust_diagnosis AS org_code, year(diagnosis_date) AS year, count(*) AS n
    FROM {{c}} GROUP BY ALL
), share AS (
    SELECT org_code, d.year, r.value / n AS share
    FROM '{folder}/research_activity.csv' r JOIN diagnosed d USING (org_code)
    WHERE measure = 'participants_interventional' AND specialty = 'all'
        AND year(CAST(period_start AS DATE)) = d.year
), size AS (
    SELECT org_code, year(CAST(period_start AS DATE)) AS year,
        max(value) FILTER (WHERE measure = 'beds_general_acute') AS beds,
        max(value) FILTER (WHERE measure = 'staff_doctors_fte') AS doctors
    FROM '{folder}/org_structure.csv' GROUP BY ALL
)
SELECT vital_status = 'dead' AS died, year(diagnosis_date) AS year,
    diagnosis_date - DATE '{first}-01-01' AS start,
    vital_status_date - diagnosis_date AS days, {log_hazard} AS log_hazard,
    100 * before.share AS dose, ln(size.doctors / size.beds * 100 / 90) AS doctors,
    {high}
FROM {{c}} p
JOIN share before
    ON before.org_code = p.trust_diagnosis AND before.year = year(diagnosis_date) - 1
JOIN size ON size.org_code = p.trust_diagnosis
    AND size.year = year(diagnosis_date - INTERVAL 3 MONTH)
"""


def test_cancer_deaths_are_as_many_as_the_truth_says(known: Written) -> None:
    truth = told(known)
    parts = truth["log_hazard"]
    sites = {code[:3]: apart for code, apart in truth["sites_apart"].items()}
    first, last = OPEN.first_year, OPEN.first_year + OPEN.years
    log_hazard = " + ".join(case(name, parts[name]) for name in parts)
    log_hazard += f" + {case('trust_diagnosis', sites)}"  # type: ignore[arg-type]
    ends = range(first, last + OPEN.follow_up_years)
    high = ", ".join(
        "(SELECT least(count(*), 4) FROM share WHERE org_code = p.trust_diagnosis"
        f" AND share >= {truth['high_share']} AND year < {year}) AS high_{year}"
        for year in ends
    )
    sql = CANCER.format(
        folder=known.folder, log_hazard=log_hazard, first=first, high=high
    )
    rows = known.columns(sql)
    # The first year answers to a year that is in no file.
    assert len(rows["died"]) == pytest.approx(OPEN.cancer_patients * 4 / 5, rel=0.02)
    total = rows["log_hazard"].astype(float) + truth["log_hazard_constant"]
    total += np.log(truth["hazard_ratio"]) * rows["dose"]  # type: ignore[operator]
    total += truth["doctors_on_mortality"] * rows["doctors"]
    used = np.exp(total) * steps(
        rows, ends, np.log(truth["hazard_ratio_per_high_year"])
    )
    high_at_diagnosis = np.choose(
        rows["year"] - first, [rows[f"high_{year}"] for year in range(first, last)]
    )
    # Under the truth, deaths less cumulative hazard is a martingale.
    assert_as_expected(rows["died"], used, used, by=rows["dose"])
    assert_as_expected(rows["died"], used, used, by=rows["doctors"])
    assert_as_expected(rows["died"], used, used, by=high_at_diagnosis)
    assert_as_expected(rows["died"], used, used, by=rows["log_hazard"])


def steps(rows: dict[str, Floats], years: range, per_high_year: object) -> Floats:
    """Return cumulative hazard to the last day, of a log hazard of 0."""
    total = np.zeros(len(rows["died"]))
    origin = np.datetime64(f"{years[0]}-01-01")
    for year in years:
        start, end = (
            (np.datetime64(f"{y}-01-01") - origin).astype(int) - rows["start"]
            for y in (year, year + 1)
        )
        # A death on day t came between the ends of days t - 1 and t: half-way.
        last = rows["days"] - 0.5 * rows["died"]
        inner = [np.clip(day, 0, np.maximum(last, 0)) / 365.25 for day in (start, end)]
        ratio = np.exp(float(per_high_year) * rows[f"high_{year}"])  # type: ignore[arg-type]
        total += ratio * (inner[1] ** 0.6 - inner[0] ** 0.6)
    return total


def assert_as_expected(
    died: Floats, expected: Floats, variance: Floats, *, by: Floats
) -> None:
    """Check deaths by level or fifth of ``by``, beyond four standard errors."""
    few = len(np.unique(by)) <= 5
    part = by if few else np.digitize(by, np.quantile(by, (0.2, 0.4, 0.6, 0.8)))
    for number in np.unique(part):
        inside = part == number
        difference = died[inside].sum() - expected[inside].sum()
        assert abs(difference) < 4 * sqrt(variance[inside].sum()), number
    assert len(np.unique(part)) >= 3  # or there was nothing to see


def test_about_as_many_die_as_the_design_says(patients: Written) -> None:
    design, counted = patients.truth.design, patients.truth.counted
    share = counted.died_within_30_days / counted.admissions
    # 4 standard errors of 3.5% among 60,000, and as much again for who came twice.
    assert share == pytest.approx(design.death_share, abs=8 * sqrt(0.035 / 60_000))


def test_counts_of_the_truth_are_those_of_the_rows(patients: Written) -> None:
    counted = patients.truth.counted
    assert patients.ask(
        "SELECT count(*), count(*) FILTER (WHERE died_30d_discharge),"
        " count(*) FILTER (WHERE trial_participant = 'yes'),"
        " count(*) - count(DISTINCT person_id) FROM {a}"
    ) == [
        (
            counted.admissions,
            counted.died_within_30_days,
            counted.admissions_of_participants,
            counted.second_stays,
        )
    ]
    assert patients.ask(
        "SELECT count(*), count(*) FILTER (WHERE site_icd10 IN ('C18', 'C19', 'C20')),"
        " count(*) FILTER (WHERE vital_status = 'dead'), count(first_surgery_date),"
        " count(*) FILTER (WHERE vital_status = 'dead'"
        " AND vital_status_date - first_surgery_date <= 30),"
        " count(*) FILTER (WHERE trial_participant = 'yes') FROM {c}"
    ) == [
        (
            counted.cancer_patients,
            counted.colorectal_patients,
            counted.cancer_deaths,
            counted.operations,
            counted.died_within_30_days_of_surgery,
            counted.cancer_participants,
        )
    ]


def test_who_counts_participants_from_diagnosis_finds_what_is_not_there(
    known: Written,
) -> None:
    # Joining changes nothing here, yet the dead of the first 90 days did not join.
    ((joined, others),) = known.ask(
        "SELECT avg(CAST(early AS INT)) FILTER (WHERE trial_participant = 'yes'),"
        " avg(CAST(early AS INT)) FILTER (WHERE trial_participant = 'no') FROM"
        " (SELECT *, vital_status = 'dead' AND vital_status_date - diagnosis_date <= 90"
        " AS early FROM {c})"
    )
    assert isinstance(joined, float)
    assert isinstance(others, float)
    assert joined < others / 2


def test_good_staffing_raises_research_and_lowers_deaths(known: Written) -> None:
    truth = told(known)
    assert truth["doctors_on_recruitment"] == pytest.approx(1.5)
    assert truth["doctors_on_mortality"] == pytest.approx(-0.25)


def test_more_years_are_high_where_research_lasts(known: Written) -> None:
    rows = known.ask(
        "WITH n AS (SELECT trust_diagnosis org_code, year(diagnosis_date) y, count(*) n"
        " FROM {c} GROUP BY ALL), s AS (SELECT org_code, sum(CAST(value >= 0.16 * n"
        f" AS INT)) high FROM '{known.folder}/research_activity.csv' r JOIN n USING"
        " (org_code) WHERE year(CAST(period_start AS DATE)) = y AND specialty = 'all'"
        " AND measure = 'participants_interventional' GROUP BY ALL)"
        " SELECT high, count(*) FROM s GROUP BY 1 ORDER BY 1"
    )
    found = dict(rows)
    assert found[0] > 10  # most trusts never
    assert any(isinstance(h, int) and h >= 2 for h in found)  # some again and again
