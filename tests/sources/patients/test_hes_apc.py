"""Do the episodes of HES become stays, with every episode accounted for?"""

from __future__ import annotations

import gzip
import shutil
from datetime import date
from pathlib import Path

import pytest

from candela.errors import InputError
from candela.sources.patients import read_patient_folder
from patient_files import EPISODE, Row, opened, write_rows

FIRST, LATER, LAST = date(2015, 5, 1), date(2015, 5, 4), date(2015, 5, 9)


def write(folder: Path, *changes: Row) -> Path:
    write_rows(folder / "apc.csv", EPISODE, changes)
    return folder


def test_an_episode_becomes_a_stay_in_the_plain_words(tmp_path: Path) -> None:
    with opened(write(tmp_path)) as found:
        row = found.engine.rows("SELECT * FROM admission_spell")[0]
        assert found.tables.columns["admission_spell"] == set(row)
    assert row == {
        "spell_id": "1",
        "person_id": "P1",
        "org_code": "ZA1",
        "site_code": "ZA101",
        "admission_date": FIRST,
        "discharge_date": LATER,
        "admission_method": "emergency",
        "patient_class": "ordinary",
        "age_years": 70,
        "sex": "male",
        "ethnicity": "A",
        "imd_quintile": 2,
        "primary_diagnosis": "I219",
        "diagnosis_group": "IX circulation",
        "comorbidity_score": 1,  # E119, diabetes without complication
        "specialty": "300",
        "los_days": 3,
        "died_in_hospital": False,
    }


def test_the_artificial_episodes_are_all_accounted_for(
    real_data: Path, tmp_path: Path
) -> None:
    file = "artificial_hes_apc_0102.csv.gz"
    shutil.copy(real_data / "artificial_hes" / file, tmp_path)
    with opened(tmp_path) as found:
        left_here = [d for d in found.tables.decisions if d.kind == "left"]
        spells = found.engine.rows("SELECT COUNT(*) AS n FROM admission_spell")[0]["n"]
        assert 2075 - sum(d.rows for d in left_here) == spells
        assert found.tables.rows["admission_spell"] == spells
        assert [f.rows for f in found.tables.inputs] == [2075]
        ages = found.engine.rows("SELECT MAX(age_years) AS m FROM admission_spell")
        assert ages == [{"m": 120}]  # and no 7001
    assert left_here[0].remaining == 2075 - left_here[0].rows


def test_pipes_give_what_commas_give(real_data: Path, tmp_path: Path) -> None:
    (tmp_path / "pipes").mkdir()
    (tmp_path / "commas").mkdir()
    file = real_data / "artificial_hes" / "artificial_hes_apc_0102.csv.gz"
    text = gzip.decompress(file.read_bytes()).decode()
    import csv
    import io

    with (tmp_path / "pipes" / "FILE0102_HES_APC.txt").open("w", newline="") as out:
        csv.writer(out, delimiter="|").writerows(csv.reader(io.StringIO(text)))
    (tmp_path / "commas" / "apc.csv").write_text(text)
    columns = ("spell_id", "admission_date", "died_in_hospital", "comorbidity_score")
    with opened(tmp_path / "pipes") as pipes, opened(tmp_path / "commas") as commas:
        assert pipes.cells(*columns) == commas.cells(*columns)
        assert pipes.tables.decisions == commas.tables.decisions


def test_episodes_of_one_admission_are_one_stay(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"DISDATE": "", "DISMETH": "8", "DISDEST": "98", "EPIEND": "2015-05-02"},
        {
            "EPIKEY": "2",
            "EPIORDER": "2",
            "EPISTART": "2015-05-02",
            "EPIEND": "2015-05-09",
            "DISDATE": "2015-05-09",
            "DISMETH": "4",
            "DISDEST": "79",
            "DIAG_4_01": "J189",
            "TRETSPEF": "320",
        },
    )
    columns = ("spell_id", "primary_diagnosis", "specialty", "discharge_date")
    with opened(tmp_path) as found:
        # the start is that of the first episode, the end that of the last
        assert found.cells(*columns) == [("1", "I219", "300", LAST)]
        assert found.cells("died_in_hospital", "los_days") == [(True, 8)]
        joined = found.decision("joined_episodes")
    assert (joined.rows, joined.remaining, joined.kind) == (1, 1, "left")


def test_the_order_of_rows_in_the_file_changes_nothing(tmp_path: Path) -> None:
    second = {"EPIKEY": "2", "EPIORDER": "2", "EPISTART": "2015-05-02"}
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    with (
        opened(write(tmp_path / "a", {}, second)) as a,
        opened(write(tmp_path / "b", second, {})) as b,
    ):
        assert a.cells("spell_id", "los_days") == b.cells("spell_id", "los_days")


@pytest.mark.parametrize(
    "change",
    [{"PROCODE3": "ZA2"}, {"PSEUDO_HESID": "P2"}, {"ADMIDATE": "2015-05-02"}],
)
def test_another_person_provider_or_day_is_another_stay(
    tmp_path: Path, change: Row
) -> None:
    with opened(write(tmp_path, {}, {"EPIKEY": "2", **change})) as found:
        assert found.tables.rows["admission_spell"] == 2


def test_a_second_first_episode_begins_a_second_stay_of_the_day(
    tmp_path: Path,
) -> None:
    same_day = {"DISDATE": "2015-05-01", "EPIEND": "2015-05-01"}
    write(tmp_path, same_day, {"EPIKEY": "2", **same_day, "ADMIMETH": "11"})
    with opened(tmp_path) as found:
        assert found.cells("spell_id", "admission_method") == [
            ("1", "emergency"),
            ("2", "elective"),
        ]


# What a row is changed to, and why it leaves.
LEAVING: dict[str, list[Row]] = {
    "no_epikey": [{"EPIKEY": ""}],
    "repeated_epikey": [{"EPIKEY": "0"}],
    "no_person": [{"PSEUDO_HESID": " "}],
    "no_provider": [{"PROCODE3": ""}],
    "no_admission_date": [{"ADMIDATE": "1801-01-01"}, {"ADMIDATE": ""}],
    "unfinished": [{"EPISTAT": "1"}],
    "maternity_event": [{"EPITYPE": "5"}],
    "repeated_episode": [{"PSEUDO_HESID": "P0"}],
    "joined_episodes": [],
    "stillbirth": [{"DISMETH": "5"}],
    "discharge_before_admission": [{"DISDATE": "2015-04-30"}],
}


def test_what_cannot_be_used_leaves_for_one_counted_reason(tmp_path: Path) -> None:
    changes = [change for found in LEAVING.values() for change in found]
    rows = [
        {"EPIKEY": str(n), "PSEUDO_HESID": f"P{n}", **change}
        for n, change in enumerate([{}, *changes])
    ]
    with opened(write(tmp_path, *rows)) as found:
        assert found.decided() == {name: len(rows) for name, rows in LEAVING.items()}
        assert found.tables.rows == {"admission_spell": 1}
        decisions = found.tables.decisions
    remaining = len(rows)
    for decision in decisions:
        remaining -= decision.rows
        assert decision.remaining == remaining


# DISMETH, DISDEST, and whether the person died in hospital.
ENDINGS = (
    ("4", "79", True),
    ("4", "19", True),  # the method of discharge is believed
    ("1", "79", False),
    ("6", "19", False),
    ("9", "79", True),  # where it does not say, the destination is
    ("", "19", False),
    ("8", "98", False),  # discharged on a day that is given
    ("8", "", None),
)


def test_how_a_stay_ended(tmp_path: Path) -> None:
    rows = [
        {"EPIKEY": str(n), "PSEUDO_HESID": f"P{n}", "DISMETH": m, "DISDEST": d}
        for n, (m, d, _) in enumerate(ENDINGS)
    ]
    with opened(write(tmp_path, *rows)) as found:
        assert found.cells("spell_id", "died_in_hospital") == [
            (str(n), died) for n, (_, _, died) in enumerate(ENDINGS)
        ]
        decided = found.decided()
    assert (decided["disagree"], decided["not_ended"]) == (2, 1)


# A column and a cell of it, and what they are in the plain layout.
CODES = (
    ("STARTAGE", "7001", "age_years", 0),
    ("STARTAGE", "7007.0", "age_years", 0),
    ("STARTAGE", "42.0", "age_years", 42),
    ("SEX", "2", "sex", "female"),
    ("SEX", "9", "sex", None),
    ("ADMIMETH", "2B", "admission_method", "emergency"),
    ("ADMIMETH", "2a", "admission_method", "emergency"),
    ("ADMIMETH", "13", "admission_method", "elective"),
    ("ADMIMETH", "31", "admission_method", "maternity"),
    ("ADMIMETH", "81", "admission_method", "other"),
    ("CLASSPAT", "2.0", "patient_class", "day_case"),
    ("DISDATE", "1800-01-01", "discharge_date", None),
    ("DISDATE", "2015-05-04 00:00:00", "discharge_date", LATER),
    ("IMD04_DECILE", "10", "imd_quintile", 5),
    ("IMD04_DECILE", "Most deprived 10%", "imd_quintile", 1),
    ("DIAG_4_01", "R54X", "primary_diagnosis", "R54"),
    ("DIAG_4_01", "I21.9", "primary_diagnosis", "I219"),
    ("DIAG_4_01", "-   ", "primary_diagnosis", None),
)


def test_codes_are_read_as_the_data_dictionary_says(tmp_path: Path) -> None:
    rows = [
        {"EPIKEY": str(n), "PSEUDO_HESID": f"P{n}", column: cell}
        for n, (column, cell, _, _) in enumerate(CODES)
    ]
    with opened(write(tmp_path, *rows)) as found:
        for n, (column, cell, canonical, value) in enumerate(CODES):
            sql = f"SELECT {canonical} AS v FROM admission_spell WHERE spell_id = '{n}'"
            assert found.engine.rows(sql) == [{"v": value}], (column, cell)
        assert set(found.decided()) == {"joined_episodes"}


def test_unknown_codes_are_counted_and_not_shown(tmp_path: Path) -> None:
    columns = {
        "age": "STARTAGE",
        "sex": "SEX",
        "method": "ADMIMETH",
        "discharge": "DISDATE",
        "epiorder": "EPIORDER",
        "imd": "IMD04_DECILE",
        "patient_class": "CLASSPAT",
    }
    write(tmp_path, dict.fromkeys(columns.values(), "marker77"))
    with opened(tmp_path) as found:
        assert found.tables.rows["admission_spell"] == 1
        for name, column in columns.items():
            decision = found.decision(f"unreadable_{name}")
            assert (decision.rows, decision.unit) == (1, "episodes")
            assert decision.kind == "changed"
            assert column in decision.label
        assert "marker77" not in str(found.tables)


def test_without_linked_deaths_thirty_days_are_not_known_and_it_says_so(
    tmp_path: Path,
) -> None:
    with opened(write(tmp_path)) as found:
        assert "died_30d_discharge" not in found.tables.columns["admission_spell"]
        assert any("died_in_hospital" in note for note in found.tables.notes)


@pytest.mark.parametrize(
    ("day", "within"),
    [
        ("2015-06-03", True),  # 30 days after 4 May
        ("2015-06-04", False),
        ("20150603", True),
        ("2015-05-02", True),  # before a discharge that says alive
        ("not known", False),
    ],
)
def test_a_linked_death_within_thirty_days_of_discharge_counts(
    tmp_path: Path, day: str, within: bool
) -> None:
    write(tmp_path)
    write_rows(tmp_path / "deaths.txt", {"PSEUDO_HESID": "P1", "DOD": day}, [])
    with opened(tmp_path) as found:
        assert found.cells("died_30d_discharge", "died_in_hospital") == [
            (within, False)
        ]
        decided = found.decided()
    assert decided.get("early") == (1 if day == "2015-05-02" else None)
    assert decided.get("unusable_death") == (1 if day == "not known" else None)


def test_a_stay_that_began_after_the_persons_death_leaves(tmp_path: Path) -> None:
    write(tmp_path, {}, {"EPIKEY": "2", "PSEUDO_HESID": "P2"})
    deaths = [{}, {"REG_DATE_OF_DEATH": "2015-06-30"}]
    base = {"PSEUDO_HESID": "P1", "REG_DATE_OF_DEATH": "2015-04-30"}
    write_rows(tmp_path / "deaths.csv", base, deaths)
    with opened(tmp_path) as found:
        assert found.cells("person_id", "spell_id") == [("P2", "2")]
        # of two days of death the first counts
        assert found.decided() == {
            "joined_episodes": 0,
            "repeated_death": 1,
            "death_before_admission": 1,
        }


def test_deaths_of_other_pseudonyms_are_refused(tmp_path: Path) -> None:
    write(tmp_path)
    row = {"TOKEN_PERSON_ID": "P1", "DOD": "2015-06-03"}
    write_rows(tmp_path / "deaths.csv", row, [])
    with (
        pytest.raises(InputError, match="no pseudonym of the person that the episodes"),
        opened(tmp_path),
    ):
        pass


def test_deaths_without_their_days_are_refused(tmp_path: Path) -> None:
    write(tmp_path)
    row = {"study_id": "P1", "death_notification_status": "2", "postcode": ""}
    write_rows(tmp_path / "crd.txt", row, [], delimiter="|")
    with pytest.raises(InputError, match="no day of death; columns seen: study_id"):
        read_patient_folder(tmp_path)


def test_missing_columns_are_named_with_those_seen(tmp_path: Path) -> None:
    write(tmp_path, {"ADMIMETH": None, "PSEUDO_HESID": None})
    with pytest.raises(InputError) as raised, opened(tmp_path):
        pass
    told = str(raised.value)
    assert "no column for person (PSEUDO_HESID or TOKEN_PERSON_ID" in told
    assert "method (ADMIMETH); columns seen: EPIKEY, PROCODE3" in told


def test_columns_that_are_absent_make_no_columns(tmp_path: Path) -> None:
    absent = ("SEX", "IMD04_DECILE", "DIAG_4_01", "DIAG_4_02", "DIAG_4_03", "DISMETH")
    with opened(write(tmp_path, dict.fromkeys(absent))) as found:
        columns = found.tables.columns["admission_spell"]
        assert found.cells("died_in_hospital", "spell_id") == [(False, "1")]
    assert not columns & {"sex", "imd_quintile", "diagnosis_group", "comorbidity_score"}


def test_the_folders_own_groups_go_by_the_longest_prefix(tmp_path: Path) -> None:
    text = "icd10_prefix,diagnosis_group\nI,heart\nI21,infarct\nI21.9,infarct nos\n"
    (tmp_path / "groups.csv").write_text(text)
    codes = ("I219", "I210", "I509", "J189")
    write(
        tmp_path,
        *({"EPIKEY": c, "PSEUDO_HESID": c, "DIAG_4_01": c} for c in codes),
    )
    with opened(tmp_path) as found:
        assert found.cells("primary_diagnosis", "diagnosis_group") == [
            ("I210", "infarct"),
            ("I219", "infarct nos"),
            ("I509", "heart"),
            ("J189", None),
        ]
        assert any("the folder's own list" in note for note in found.tables.notes)


def test_the_folders_own_conditions_replace_charlsons(tmp_path: Path) -> None:
    text = "icd10_prefix,condition,weight\nE11,diabetes,7\nE10,diabetes,7\nI5,heart,3\n"
    (tmp_path / "comorbidity.csv").write_text(text)
    write(tmp_path, {"DIAG_4_02": "E119", "DIAG_4_03": "E10.5"})
    with opened(tmp_path) as found:
        # two codes of one condition count once
        assert found.cells("comorbidity_score", "spell_id") == [(7, "1")]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("icd10_prefix,diagnosis_group\n21,a\n", "does not begin an ICD-10 code"),
        ("icd10_prefix,diagnosis_group\nI21,a\nI21,b\n", "is there twice"),
        ("icd10_prefix,condition,weight\nI21,a,1.5\n", "is not a whole number"),
        ("icd10_prefix,condition,weight\nI21,a,1\nI22,a,2\n", "weighs 1 above"),
        ("icd10_prefix,condition,weight\nI21|(,a,1\n", "does not begin"),
    ],
)
def test_a_list_that_is_wrong_is_refused_with_its_row(
    tmp_path: Path, text: str, what: str
) -> None:
    write(tmp_path)
    (tmp_path / "list.csv").write_text(text)
    with pytest.raises(InputError, match="row") as raised:
        read_patient_folder(tmp_path)
    assert what in str(raised.value)
