"""Is every made-up row one that a hospital could have written?"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from candela.tables.patients import PATIENT_TABLES
from made_up_patients import Written

ARROW = {
    "date": pa.date32(),
    "whole": pa.int32(),
    "yes_no": pa.bool_(),
    "choice": pa.string(),
}


@pytest.mark.parametrize("table", sorted(PATIENT_TABLES))
def test_columns_are_those_of_the_plain_layout(patients: Written, table: str) -> None:
    schema = pq.read_schema(patients.folder / table / "part-00000.parquet")
    for field in schema:
        column = PATIENT_TABLES[table].column(field.name)
        if column.kind == "text":
            assert field.type in (pa.string(), pa.int64())
        else:
            assert field.type == ARROW[column.kind], field.name


@pytest.mark.parametrize("table", sorted(PATIENT_TABLES))
def test_choices_are_those_of_the_plain_layout(patients: Written, table: str) -> None:
    found = pq.read_table(patients.folder / table)
    for column in PATIENT_TABLES[table].columns:
        if column.name in found.column_names and column.choices:
            values = set(found[column.name].unique().to_pylist()) - {None}
            assert values <= set(column.choices)
            assert values, column.name


def test_identifiers_are_never_repeated(patients: Written) -> None:
    ((spells, tumours),) = patients.ask(
        "SELECT (SELECT count(*) - count(DISTINCT spell_id) FROM {a}),"
        " (SELECT count(*) - count(DISTINCT tumour_id) FROM {c})"
    )
    assert (spells, tumours) == (0, 0)


@pytest.mark.parametrize(
    "impossible",
    [
        "discharge_date < admission_date",
        "discharge_date - admission_date <> los_days",
        "death_date < discharge_date",
        "died_in_hospital AND death_date <> discharge_date",
        "died_in_hospital AND NOT died_30d_discharge",
        "died_30d_discharge <> coalesce(death_date - discharge_date <= 30, false)",
        "trial_consent_date > death_date",
        "(trial_participant = 'yes') <> (trial_consent_date IS NOT NULL)",
        "patient_class = 'delivery' AND sex = 'male'",
        "patient_class = 'day_case' AND los_days > 0",
        "age_years NOT BETWEEN 0 AND 100",
    ],
)
def test_no_stay_is_impossible(patients: Written, impossible: str) -> None:
    assert patients.ask(f"SELECT count(*) FROM {{a}} WHERE {impossible}") == [(0,)]


@pytest.mark.parametrize(
    "impossible",
    [
        "vital_status_date < diagnosis_date",
        "vital_status = 'dead' AND vital_status_date = diagnosis_date",
        "first_surgery_date NOT BETWEEN diagnosis_date AND vital_status_date",
        "trial_first_date NOT BETWEEN diagnosis_date + 1 AND vital_status_date",
        "(trial_participant = 'yes') <> (trial_first_date IS NOT NULL)",
        "year(diagnosis_date) NOT BETWEEN 2014 AND 2018",
        "vital_status_date > '2023-12-31'",
    ],
)
def test_no_cancer_patient_is_impossible(patients: Written, impossible: str) -> None:
    assert patients.ask(f"SELECT count(*) FROM {{c}} WHERE {impossible}") == [(0,)]


def test_who_stays_twice_is_one_person_and_is_not_dead_the_second_time(
    patients: Written,
) -> None:
    ((people, differing, dead),) = patients.ask(
        "SELECT count(*), count(*) FILTER (WHERE sexes > 1 OR ages > 1 OR deaths > 1),"
        " count(*) FILTER (WHERE death < last) FROM (SELECT count(DISTINCT sex) sexes,"
        " count(DISTINCT age_years) ages, count(DISTINCT death_date) deaths,"
        " min(death_date) death, max(admission_date) last"
        " FROM {a} GROUP BY person_id HAVING count(*) = 2)"
    )
    assert people == patients.truth.counted.second_stays > 5_000
    assert (differing, dead) == (0, 0)


def test_a_second_stay_begins_31_days_after_the_first_or_later(
    patients: Written,
) -> None:
    ((shortest,),) = patients.ask(
        "SELECT min(gap) FROM (SELECT admission_date - lag(discharge_date)"
        " OVER (PARTITION BY person_id ORDER BY admission_date) gap FROM {a})"
    )
    assert shortest == 31


def test_a_trust_has_patients_only_while_it_is_open(patients: Written) -> None:
    folder = patients.folder
    closed = f"read_csv('{folder}/organisation.csv', all_varchar = true)"
    for table, code, day in (
        ("{a}", "org_code", "admission_date"),
        ("{c}", "trust_diagnosis", "diagnosis_date"),
    ):
        ((outside, nobody),) = patients.ask(
            f"SELECT count(*) FILTER (WHERE {day} < open_date::DATE"
            f" OR {day} > close_date::DATE), count(*) FILTER (WHERE open_date IS NULL)"
            f" FROM {table} p LEFT JOIN {closed} o ON o.org_code = p.{code}"
        )
        assert (outside, nobody) == (0, 0)


def test_sites_keep_their_code_when_trusts_merge(patients: Written) -> None:
    rows = patients.ask(
        "SELECT site_code, count(DISTINCT org_code) FROM {a} GROUP BY 1 ORDER BY 1"
    )
    assert len(rows) == 24
    # Two of four mergers are under a new code, which both sites take: 2 * 2 + 2 * 1.
    assert sum(trusts == 2 for _, trusts in rows) == 6
