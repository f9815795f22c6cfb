"""Is a plan to study patients read as written, and refused where it cannot be run?"""

from __future__ import annotations

import hashlib
from importlib import resources
from pathlib import Path

import pytest

from candela.association.patients import SHIPPED, needed_columns, read_protocol
from candela.association.patients.reading import parse_protocol
from candela.errors import InputError
from candela.tables.patients import PATIENT_TABLES
from patient_studies import ADMISSIONS, CANCER


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_protocol_is_read_and_carries_its_hash(name: str) -> None:
    file = resources.files("candela.association") / "protocols" / f"{name}.toml"
    found = read_protocol(name)
    assert found.name == name
    assert found.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()
    assert found.departures
    assert found.doi in ("10.1371/journal.pone.0118253", "10.1136/gutjnl-2015-311308")


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_exposure_comes_before_the_outcome(name: str) -> None:
    found = read_protocol(name)
    assert min(exposure.lag_years for exposure in found.exposures) >= 1
    assert min(found.sensitivity.lags_years) >= 1
    assert found.sensitivity.negative_control_lag_years == -1


def test_the_printed_figures_of_ozdemir_are_against_the_highest_third() -> None:
    found = read_protocol("ozdemir_2015")
    printed = {(p.exposure, p.label): p.estimate for p in found.published}
    # As printed: the middle third was worse than the lowest, so not in order.
    assert printed["recruits per bed", "lowest third"] == 1.069
    assert printed["recruits per bed", "middle third"] == 1.085
    assert all(exposure.reference == "highest" for exposure in found.exposures)


def test_the_rows_of_downing_add_up_to_its_totals() -> None:
    found = read_protocol("downing_2017")
    total = {
        outcome: sum(
            p.patients or 0
            for p in found.published
            if p.outcome == outcome and p.exposure == "share joining trials"
        )
        for outcome in ("survival", "deaths after surgery")
    }
    # 63,796 + 66,829 + 42,932 + 36,411 and 43,168 + 46,002 + 29,185 + 24,308.
    assert total == {"survival": 209_968, "deaths after surgery": 142_663}


def test_a_study_names_the_columns_that_it_needs() -> None:
    needed = needed_columns(read_protocol("ozdemir_2015"))
    assert {"org_code", "admission_date", "age_years", "died_30d_discharge"} <= needed
    assert "spell_id" not in needed
    # Rows that left or died before they were admitted can be told by these alone.
    assert {"discharge_date", "death_date"} <= needed
    assert needed <= {c.name for c in PATIENT_TABLES["admission_spell"].columns}


def test_a_protocol_is_read_from_a_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(ADMISSIONS, encoding="utf-8")
    assert read_protocol(path).cohort.table == "admission_spell"


def test_a_path_that_is_not_there_is_refused_with_what_is_shipped(
    tmp_path: Path,
) -> None:
    with pytest.raises(InputError, match=r"ozdemir_2015, downing_2017"):
        read_protocol(tmp_path / "none.toml")


# The text, what is written, what is written instead, and what the message names.
BAD = [
    (ADMISSIONS, 'kind = "patients"', 'kind = "trusts"', "`kind` holds 'trusts'"),
    (ADMISSIONS, 'title = "Small"', "subtitle = 1", "`subtitle` holds 'a key nobody"),
    (
        ADMISSIONS,
        'disclosure = "hes"',
        'disclosure = "none"',
        "`disclosure` holds 'none",
    ),
    (
        ADMISSIONS,
        'table = "admission_spell"',
        'table = "death"',
        "[cohort]: `table` holds 'death'",
    ),
    (
        ADMISSIONS,
        'organisation = "org_code"',
        'organisation = "site_code"',
        "[cohort]: `organisation` holds 'site_code'",
    ),
    (
        ADMISSIONS,
        'admission_methods = ["emergency"]',
        'admission_methods = ["urgent"]',
        "`admission_methods` holds 'urgent'",
    ),
    (
        ADMISSIONS,
        'trial_participants = "kept"',
        'trial_participants = "kept"\nfirst_day = "2012-04-01"',
        "`first_day` holds '2012-04-01'",
    ),
    (
        ADMISSIONS,
        'trial_participants = "kept"',
        'trial_participants = "kept"\nfirst_day = 2014-04-01\nlast_day = 2013-04-01',
        "`last_day` holds '2013-04-01'",
    ),
    (
        ADMISSIONS,
        'trial_participants = "kept"',
        'trial_participants = "kept"\nsites_icd10 = ["C18"]',
        "`sites_icd10` holds ['C18']",
    ),
    (
        ADMISSIONS,
        'event = "died_30d_discharge"',
        'event = "died"',
        "[[outcome]] 1: `event` holds 'died'",
    ),
    (
        ADMISSIONS,
        "smallest_ratio_that_matters = 0.95",
        "smallest_ratio_that_matters = 1.05",
        "`smallest_ratio_that_matters` holds 1.05",
    ),
    (
        ADMISSIONS,
        'adjust_for = ["age", ',
        'adjust_for = ["ages", ',
        "`adjust_for` holds 'ages'",
    ),
    (ADMISSIONS, 'model = "robust"', 'model = "frailty"', "`model` holds 'frailty'"),
    (
        ADMISSIONS,
        'model = "robust"',
        'model = "robust"\nstratify_by = ["age"]',
        "`stratify_by` holds ['age']",
    ),
    (
        ADMISSIONS,
        'measure = "participants_recruited"',
        'measure = "beds_total"',
        "[[exposure]] 1: `measure` holds 'beds_total'",
    ),
    (
        ADMISSIONS,
        'denominator = "beds_general_acute"',
        'denominator = "wards"',
        "`denominator` holds 'wards'",
    ),
    (ADMISSIONS, "lag_years = 1", "lag_years = 0", "`lag_years` holds 0"),
    (ADMISSIONS, 'form = "thirds"', 'form = "quarters"', "`form` holds 'quarters'"),
    (
        ADMISSIONS,
        'form = "thirds"',
        'form = "thirds"\nedges = [1.0]',
        "`edges` holds [1.0]",
    ),
    (CANCER, "edges = [0.0, 0.10]", "edges = [0.1, 0.0]", "`edges` holds [0.1, 0.0]"),
    (CANCER, "edges = [0.0, 0.10]", "edges = []", "`edges` holds []"),
    (CANCER, "high_from = 0.16", "high_from = 0", "`high_from` holds 0"),
    (CANCER, "most_years = 2", "most_years = 0", "`most_years` holds 0"),
    (ADMISSIONS, "unit = 1.0", "unit = 0.0", "`unit` holds 0.0"),
    (
        ADMISSIONS,
        'column = "age_years"',
        'column = "spell_id"',
        "[[case_mix]] 1: `column` holds 'spell_id'",
    ),
    (
        ADMISSIONS,
        'column = "age_years"\nbands = [18, 50, 70]',
        'column = "age_years"',
        "`bands` holds 'nothing'",
    ),
    (
        ADMISSIONS,
        'column = "diagnosis_group"',
        'column = "diagnosis_group"\nbands = [1]',
        "`bands` holds [1.0]",
    ),
    (ADMISSIONS, 'name = "year"', 'name = "age"', "`case_mix` holds 'age'"),
    (ADMISSIONS, "naive = true", "naive = 1", "`naive` holds 1"),
    (ADMISSIONS, "lag_years = -1", "lag_years = 1", "`lag_years` holds 1"),
]


@pytest.mark.parametrize(
    ("text", "old", "new", "told"), BAD, ids=[told for *_, told in BAD]
)
def test_a_bad_key_is_refused_by_file_and_key(
    text: str, old: str, new: str, told: str
) -> None:
    assert old in text
    with pytest.raises(InputError) as caught:
        parse_protocol(text.replace(old, new, 1).encode(), "mine.toml")
    assert told in str(caught.value)
    assert "ozdemir_2015 for an example" in str(caught.value)


def test_the_same_year_needs_a_reason() -> None:
    old = "lag_years = 1"
    given = 'lag_years = 0\nsame_year_reason = "Only one year is at hand."'
    found = parse_protocol(ADMISSIONS.replace(old, given, 1).encode(), "mine.toml")
    assert found.exposures[0].lag_years == 0


@pytest.mark.parametrize("key", ["outcome", "exposure"])
def test_a_study_without_an_outcome_or_an_exposure_is_refused(key: str) -> None:
    text = ADMISSIONS
    start = text.index(f"[[{key}]]")
    text = text[:start] + text[text.index("\n[", start) :]
    with pytest.raises(InputError, match=rf"at least one \[\[{key}\]\]"):
        parse_protocol(text.encode(), "mine.toml")
