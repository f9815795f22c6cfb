"""Are the files of a folder recognised by their headings, and whole?"""

from __future__ import annotations

import gzip
import hashlib
import re
from pathlib import Path

import pytest

from candela.errors import InputError
from candela.sources.patients import PatientFolder, read_patient_folder
from candela.tables import Succession
from patient_files import EPISODE, SPELL, opened, write_rows

ACTIVITY = "org_code,period_start,period_end,measure,route,design,specialty,value\n"
ROW = "ZA1,2015-04-01,2016-03-31,participants_recruited,all,all,all,{}\n"


def folder(place: Path, **files: str) -> Path:
    """Write one spell, and the files given (`_` before the ending)."""
    write_rows(place / "spells.csv", SPELL, [])
    for name, text in files.items():
        (place / name.replace("_csv", ".csv")).write_text(text)
    return place


def read(place: Path, **files: str) -> PatientFolder:
    return read_patient_folder(folder(place, **files))


def refusal(place: Path, **files: str) -> str:
    with pytest.raises(InputError) as raised:
        read(place, **files)
    return str(raised.value)


def test_the_small_tables_are_read_beside_the_patients(tmp_path: Path) -> None:
    found = read(
        tmp_path,
        a_csv=ACTIVITY
        + ROW.format(120)
        + ROW.replace("all,all,all", ",,")
        .format(1)
        .replace("2015", "2014")
        .replace("2016", "2015"),
        b_csv="org_code,period_start,period_end,measure,value\n"
        "ZA1,2015-04-01,2016-03-31,beds_general_acute,812.5\n",
        c_csv="org_code,name\nza1,Ashen (made up)\n",
        d_csv="predecessor_code,successor_code,effective_date,reason,share\n"
        "ZA2,ZA1,2015-04-01,merger,\n",
        e_csv="sex,age_years,year,death_probability\nmale,70,2015,0.02\n",
        f_csv="of,no,use\n1,2,3\n",
    )
    activity = found.research_activity
    assert activity["value"].tolist() == [120, 1]
    assert activity["design"].tolist() == ["all", "all"]  # blank means all
    assert found.org_structure["value"].tolist() == [812.5]
    assert found.names == {"ZA1": "Ashen (made up)"}
    assert found.made_up
    assert found.succession is not None
    assert "ZA2" in Succession.from_table(found.succession).steps
    assert found.life_table is not None
    assert found.life_table["death_probability"].tolist() == [0.02]
    assert found.left_out == ("f.csv",)


def test_official_lists_give_names_and_successions(
    real_data: Path, tmp_path: Path
) -> None:
    for name in ("etr_2022_raw_noheader.csv", "ods_succession_trusts.csv"):
        (tmp_path / name).write_bytes((real_data / "ods" / name).read_bytes())
    found = read(tmp_path)
    assert len(found.names) > 200
    assert found.succession is not None
    assert not found.made_up


def test_two_exposures_for_one_trust_and_year_are_refused(tmp_path: Path) -> None:
    told = refusal(tmp_path, a_csv=ACTIVITY + ROW.format(120) + ROW.format(130))
    assert "a.csv, row 3: a second figure for ZA1, 2015-04-01" in told
    assert "the first is row 2" in told


def test_two_files_that_give_one_exposure_are_refused(tmp_path: Path) -> None:
    text = ACTIVITY + ROW.format(120)
    told = refusal(tmp_path, a_csv=text, b_csv=text)
    assert told.startswith("b.csv: research_activity: two rows for ")
    assert "Take it out of one of the two files" in told


def test_a_year_and_its_part_are_refused(tmp_path: Path) -> None:
    part = ROW.format(60).replace("2016-03-31", "2015-06-30")
    told = refusal(tmp_path, a_csv=ACTIVITY + ROW.format(120) + part)
    assert "overlaps" in told


@pytest.mark.parametrize(
    ("change", "what"),
    [
        (("participants_recruited", "recruits"), "`recruits` is not a known measure"),
        (("all,all,all", "private,all,all"), "`private` is not known"),
        (("all,all,all", "all,rct,all"), "`rct` is not known"),
        (("2015-04-01", "01/04/2015"), "`01/04/2015` is not an ISO date"),
        (("ZA1", "Z-1"), "`Z-1` is not an organisation code"),
        ((",120", ",-"), "`-` may mean none or not known"),
        ((",120", ",-5"), "-5 is below 0"),
        (("2016-03-31", "2015-03-31"), "the period ends on"),
    ],
)
def test_a_wrong_figure_is_quoted_with_its_row(
    tmp_path: Path, change: tuple[str, str], what: str
) -> None:
    told = refusal(tmp_path, a_csv=ACTIVITY + ROW.format(120).replace(*change))
    assert what in told
    assert "a.csv, row 2" in told


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("m,70,2015,0.02", "one of male, female"),
        ("male,70,2015,2.1", "a number from 0 to 1"),
        ("male,70,2015,0.1\nmale,70,2015,0.2", "a second row for male, 70"),
    ],
)
def test_a_wrong_life_table_is_refused(tmp_path: Path, row: str, what: str) -> None:
    head = "sex,age_years,year,death_probability\n"
    assert what in refusal(tmp_path, life_csv=f"{head}{row}\n")


def test_one_table_in_two_layouts_is_refused(tmp_path: Path) -> None:
    write_rows(tmp_path / "apc.csv", EPISODE, [])
    told = refusal(tmp_path)
    assert "the table `admission_spell` is here in two layouts: plain" in told
    assert "HES APC" in told


def test_parts_of_two_kinds_are_refused(tmp_path: Path) -> None:
    write_rows(tmp_path / "more.txt", SPELL, [], delimiter="|")
    assert "it is csv where more.txt is pipe" in refusal(tmp_path)


def test_parts_with_other_columns_are_refused(tmp_path: Path) -> None:
    write_rows(tmp_path / "more.csv", SPELL, [{"sex": None}])
    with pytest.raises(InputError, match="has also `sex`"), opened(folder(tmp_path)):
        pass


def test_a_file_called_after_a_table_must_have_its_columns(tmp_path: Path) -> None:
    told = refusal(tmp_path, admission_spell_csv="spell,trust\nmarker77,ZA1\n")
    assert "columns seen: spell, trust" in told
    assert "org_code, admission_date" in told
    assert "marker77" not in told


def test_a_folder_without_patients_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(ACTIVITY + ROW.format(120))
    (tmp_path / "notes.txt").write_text("nothing, here\n")
    with pytest.raises(InputError, match=r"no file holds rows about .*\(notes.txt\)"):
        read_patient_folder(tmp_path)
    with pytest.raises(InputError, match="this is not a folder"):
        read_patient_folder(tmp_path / "a.csv")


def cut_text(path: Path) -> None:
    path.write_text(path.read_text()[:-20])


def cut_gzip(path: Path) -> None:
    packed = gzip.compress(path.read_bytes() * 20_000)
    path.with_suffix(".csv.gz").write_bytes(packed[: len(packed) // 2])
    path.unlink()


def packed_without_saying_so(path: Path) -> None:
    path.write_bytes(gzip.compress(path.read_bytes()))


def cut_parquet(path: Path) -> None:
    path.write_bytes(b"PAR1" + b"\x15\x04" * 100)


def emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    "spoil", [cut_text, cut_gzip, packed_without_saying_so, cut_parquet, emptied]
)
def test_a_file_that_is_cut_off_is_refused_without_its_rows(
    tmp_path: Path, spoil: object
) -> None:
    folder(tmp_path)
    assert callable(spoil)
    spoil(tmp_path / "spells.csv")
    with pytest.raises(InputError) as raised, opened(tmp_path):
        pass
    told = str(raised.value)
    assert told.startswith("spells.csv")
    assert re.search("cut off|cannot be read|packed with gzip", told)
    assert "P1" not in told
    assert "emergency" not in told


def test_fingerprints_are_those_of_the_files(tmp_path: Path) -> None:
    write_rows(tmp_path / "spells.csv", SPELL, [{}, {"spell_id": "S2"}])
    packed = gzip.compress((tmp_path / "spells.csv").read_bytes())
    (tmp_path / "spells.csv").unlink()
    (tmp_path / "spells.csv.gz").write_bytes(packed)
    (tmp_path / ".hidden.csv").write_text("admission_date,org_code\n")
    with opened(tmp_path) as found:
        file = found.tables.inputs[0]
    assert len(found.tables.inputs) == 1
    assert file.sha256 == hashlib.sha256(packed).hexdigest()
    assert (file.file, file.size_bytes, file.rows) == ("spells.csv.gz", len(packed), 2)
    assert (file.layout, file.table) == ("plain", "admission_spell")


def test_several_gzips_in_one_file_are_one_text(tmp_path: Path) -> None:
    write_rows(tmp_path / "spells.csv", SPELL, [{}, {"spell_id": "S2"}])
    lines = (tmp_path / "spells.csv").read_bytes().splitlines(keepends=True)
    (tmp_path / "spells.csv.gz").write_bytes(b"".join(map(gzip.compress, lines)))
    (tmp_path / "spells.csv").unlink()
    with opened(tmp_path) as found:
        assert found.tables.inputs[0].rows == 2
        assert found.tables.rows == {"admission_spell": 2}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("PERSON_ID,DEATH_DATE\nP1,2015-06-01\n", "episodes in the layout of HES APC"),
        ("icd10_prefix,diagnosis_group\nI,heart\n", "episodes in the layout of HES"),
        ("PATIENTID,VITALSTATUSDATE\n1,2015-01-01\n", "tumours in the layout of the"),
    ],
)
def test_a_file_that_would_be_passed_over_in_silence_is_refused(
    tmp_path: Path, text: str, wanted: str
) -> None:
    told = refusal(tmp_path, more_csv=text)
    assert f"more.csv: it goes with {wanted}" in told


def test_the_example_of_the_how_to_is_read_as_it_says(tmp_path: Path) -> None:
    page = Path(__file__).parents[3] / "docs" / "how-to" / "bring-patient-data.md"
    shown = re.findall(r"```(?:csv|text)\n(.*?)```", page.read_text(), re.DOTALL)
    (tmp_path / "spells.csv").write_text(shown[0])
    (tmp_path / "activity.csv").write_text(shown[1])
    with opened(tmp_path) as found:
        assert found.tables.rows == {"admission_spell": 3}
        assert found.cells("spell_id", "died_in_hospital") == [
            ("1", False),
            ("2", True),
            ("3", None),  # empty is not known, and not no
        ]
        assert found.tables.research_activity["value"].tolist() == [1630, 412]
        assert found.tables.decisions == ()
