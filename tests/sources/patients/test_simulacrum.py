"""Are the registry's tables of both versions joined to one row for each tumour?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from candela.errors import InputError
from candela.sources.patients import read_patient_folder
from patient_files import PATIENT, TUMOUR, Opened, Row, opened, write_rows

REGIMEN: Row = {
    "MERGED_REGIMEN_ID": "R1",
    "MERGED_TUMOUR_ID": "M1",
    "MERGED_PATIENT_ID": "70",
    "START_DATE_OF_REGIMEN": "2015-07-10",
    "CLINICAL_TRIAL": "02",
}
SACT_PATIENT: Row = {"MERGED_PATIENT_ID": "70", "LINK_NUMBER": "810"}
DRUG: Row = {
    "MERGED_DRUG_DETAIL_ID": "D1",
    "MERGED_CYCLE_ID": "C1",
    "ORG_CODE_OF_DRUG_PROVIDER": "ZA101",
    "ADMINISTRATION_DATE": "2015-07-10",
    "MERGED_PATIENT_ID": "70",
    "MERGED_REGIMEN_ID": "R1",
}
REGIMEN_2: Row = {
    "ENCORE_PATIENT_ID": "10",
    "MERGED_REGIMEN_ID": "R1",
    "START_DATE_OF_REGIMEN": "2015-07-10",
    "CLINICAL_TRIAL": "02",
    "LINK_NUMBER": "1",
}
CYCLE_2: Row = {
    "MERGED_REGIMEN_ID": "R1",
    "MERGED_CYCLE_ID": "C1",
    "CYCLE_NUMBER": "1",
}
DRUG_2: Row = {
    "MERGED_DRUG_DETAIL_ID": "D1",
    "MERGED_CYCLE_ID": "C1",
    "ADMINISTRATION_DATE": "2015-07-10",
    "ORG_CODE_OF_DRUG_PROVIDER": "ZB2",
}
RADIOTHERAPY: Row = {
    "PATIENTID": "10",
    "RADIOTHERAPYEPISODEID": "E1",
    "APPTDATE": "2015-09-01",
}


def registry(folder: Path, *tumours: Row, patients: tuple[Row, ...] = ()) -> Path:
    write_rows(folder / "sim_av_tumour.csv", TUMOUR, tumours)
    write_rows(folder / "sim_av_patient.csv", PATIENT, patients)
    return folder


def only_row(found: Opened) -> dict[str, object]:
    rows = found.engine.rows("SELECT * FROM cancer_patient")
    assert len(rows) == 1
    assert set(rows[0]) == found.tables.columns["cancer_patient"]
    return rows[0]


def test_version_1_is_joined_by_link_number(tmp_path: Path) -> None:
    registry(tmp_path)
    write_rows(tmp_path / "sim_sact_patient.csv", SACT_PATIENT, [])
    later = {"MERGED_REGIMEN_ID": "R2", "START_DATE_OF_REGIMEN": "2016-01-01"}
    regimens = [{}, {**later, "CLINICAL_TRIAL": "01"}]
    write_rows(tmp_path / "sim_sact_regimen.csv", REGIMEN, regimens)
    drugs = [{"ADMINISTRATION_DATE": "2015-08-01", "ORG_CODE_OF_DRUG_PROVIDER": "ZC3"}]
    write_rows(tmp_path / "sim_sact_drug_detail.csv", DRUG, [{}, *drugs])
    with opened(tmp_path) as found:
        row = only_row(found)
        assert found.tables.decisions == ()
    assert row == {
        "person_id": "10",
        "tumour_id": "T1",
        "diagnosis_date": date(2015, 6, 1),
        "site_icd10": "C187",
        "stage": "2",
        "grade": "G2",
        "age_at_diagnosis": 66,
        "sex": "female",
        "ethnicity": "A",
        "imd_quintile": 1,
        "performance_status": 1,
        "comorbidity_score": 2,
        "trust_first_treatment": "ZA1",
        "first_surgery_date": date(2015, 6, 20),
        "first_sact_date": date(2015, 7, 10),
        "vital_status": "dead",
        "vital_status_date": date(2017, 1, 5),
        "underlying_cause": "C189",
        "trial_participant": "yes",
        "trial_first_date": date(2016, 1, 1),
    }


def test_version_2_is_joined_by_the_registrys_pseudonym(tmp_path: Path) -> None:
    registry(
        tmp_path,
        {"SEX": None, "GENDER": "1", "ACE27": None, "CHRL_TOT_27_03": "4"},
        patients=({"SEX": None, "NEWVITALSTATUS": None, "VITALSTATUS": "A"},),
    )
    write_rows(tmp_path / "sim_sact_regimen.csv", REGIMEN_2, [])
    write_rows(tmp_path / "sim_sact_cycle.csv", CYCLE_2, [])
    write_rows(tmp_path / "sim_sact_drug_detail.csv", DRUG_2, [])
    write_rows(tmp_path / "sim_rtds_episode.csv", RADIOTHERAPY, [])
    with opened(tmp_path) as found:
        row = only_row(found)
    assert row["sex"] == "male"
    assert row["vital_status"] == "alive"
    assert row["comorbidity_score"] == 4
    assert row["trial_participant"] == "no"
    assert row["trial_first_date"] is None
    assert row["trust_first_treatment"] == "ZB2"
    assert row["first_rt_date"] == date(2015, 9, 1)


def test_the_published_headings_of_version_2_are_recognised(
    real_data: Path,
) -> None:
    # Its rows are zeros: only the headings are worth reading.
    found = read_patient_folder(real_data / "simulacrum" / "minisimulacrum_v2_headers")
    assert found.layouts == {"cancer_patient": "Simulacrum"}
    assert {role: len(files) for role, files in found.files.items()} == {
        "registry_patient": 1,
        "registry_tumour": 1,
        "sact_regimen": 1,
        "sact_cycle": 1,
        "sact_drug": 1,
        "radiotherapy": 2,
    }


def test_treatment_before_the_diagnosis_belongs_to_another_tumour(
    tmp_path: Path,
) -> None:
    registry(tmp_path, {}, {"TUMOURID": "T2", "DIAGNOSISDATEBEST": "2016-06-01"})
    regimens = [{"CLINICAL_TRIAL": "Y"}]
    write_rows(tmp_path / "regimen.csv", REGIMEN_2, regimens)
    with opened(tmp_path) as found:
        columns = ("tumour_id", "trial_participant", "first_sact_date")
        assert found.cells(*columns, table="cancer_patient") == [
            ("T1", "yes", date(2015, 7, 10)),
            ("T2", "unknown", None),
        ]


STAGES = {"1A2": "1", "2": "2", "3C": "3", "4S": "4", "0IS": None, "?": None, "U": None}


def test_stages_are_read_by_their_first_character(tmp_path: Path) -> None:
    changes = [{"TUMOURID": f"T{n}", "STAGE_BEST": s} for n, s in enumerate(STAGES)]
    with opened(registry(tmp_path, *changes)) as found:
        stages = found.cells("tumour_id", "stage", table="cancer_patient")
        assert stages == [(f"T{n}", s) for n, s in enumerate(STAGES.values())]
        assert found.tables.decisions == ()


def test_what_cannot_be_used_is_counted(tmp_path: Path) -> None:
    registry(
        tmp_path,
        {},
        {"TUMOURID": "T2", "PATIENTID": "99"},
        {"TUMOURID": "T3", "DIAGNOSISDATEBEST": ""},
        {"TUMOURID": "T4", "DIAGNOSISDATEBEST": "2018-01-01"},
        {"TUMOURID": "T1", "GRADE": "G3"},
        {"TUMOURID": "T6", "STAGE_BEST": "marker77", "AGE": "marker77"},
        patients=({}, {"ETHNICITY": "B"}),
    )
    regimens = [{}, {"ENCORE_PATIENT_ID": "98"}, {"CLINICAL_TRIAL": "marker77"}]
    write_rows(tmp_path / "regimen.csv", REGIMEN_2, regimens)
    with opened(tmp_path) as found:
        assert found.decided() == {
            "unreadable_stage": 1,
            "unreadable_age": 1,
            "repeated_person": 1,
            "unreadable_trial": 1,
            "unlinked_regimen": 1,
            "no_patient": 1,
            "no_diagnosis_date": 1,
            "ended_before_diagnosis": 1,
            "repeated_identifier": 1,
        }
        assert found.cells("tumour_id", "grade", table="cancer_patient") == [
            ("T1", "G2"),
            ("T6", "G2"),
        ]
        assert "marker77" not in str(found.tables)


def test_regimens_that_cannot_be_linked_are_refused(tmp_path: Path) -> None:
    registry(tmp_path)
    write_rows(tmp_path / "regimen.csv", REGIMEN, [])
    with pytest.raises(InputError, match="cannot be linked"), opened(tmp_path):
        pass


def test_tumours_without_patients_are_refused(tmp_path: Path) -> None:
    write_rows(tmp_path / "sim_av_tumour.csv", TUMOUR, [])
    with (
        pytest.raises(InputError, match="tumours without the table of patients"),
        opened(tmp_path),
    ):
        pass


def test_without_a_place_of_treatment_it_says_so(tmp_path: Path) -> None:
    with opened(registry(tmp_path)) as found:
        assert not found.tables.columns["cancer_patient"] & {
            "trust_first_treatment",
            "trust_diagnosis",
            "trial_participant",
            "first_rt_date",
        }
        assert any("no trust to join research to" in n for n in found.tables.notes)
