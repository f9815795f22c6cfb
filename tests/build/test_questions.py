"""Does a folder know what it can answer, and which codes are odd?"""

from __future__ import annotations

from pathlib import Path

import pytest

from candela.build.inputs import is_made_up, material_of, names_of, spells_of
from candela.build.questions import Answerable, answerable, unknown_codes
from candela.sources import Folder, read_folder
from candela.tables import (
    ORGANISATIONS,
    PUBLISHED_OUTCOMES,
)
from shmi_files import LATER, shmi_row, shmi_rows, write_shmi
from small_nation import ACTIVITY, MadeUp

DIFFER, ACTIVE, TOGETHER, WHICH = range(4)


@pytest.fixture(scope="module")
def nation(made_up: MadeUp) -> Folder:
    return read_folder(made_up.files)


def questions(folder: Path) -> tuple[Answerable, ...]:
    return answerable(read_folder(folder))


def activity(folder: Path, *lines: str) -> None:
    folder.mkdir(exist_ok=True)
    head = "org_code,period_start,period_end,measure,value"
    (folder / ACTIVITY).write_text("\n".join((head, *lines, "")), encoding="utf-8")


def test_a_folder_with_everything_answers_every_question(nation: Folder) -> None:
    assert [q.lacks for q in answerable(nation)] == [(), (), (), ()]
    assert all(q.can_be_answered for q in answerable(nation))


def test_deaths_alone_answer_which_trusts_differ(tmp_path: Path) -> None:
    found = questions(write_shmi(tmp_path / "files"))
    assert [q.can_be_answered for q in found] == [True, False, False, False]
    assert found[DIFFER].has == ("SHMI, 40 rows",)
    assert any("research activity" in lack for lack in found[TOGETHER].lacks)
    assert found[WHICH].lacks == ("succession lists", "organisation lists (etr)")


def test_research_alone_lacks_deaths_and_a_size(tmp_path: Path) -> None:
    activity(tmp_path / "f", "ZA1,2015-04-01,2016-03-31,studies_recruiting,5")
    found = questions(tmp_path / "f")
    assert not any(q.can_be_answered for q in found)
    assert found[DIFFER].lacks == ("SHMI files (trust level)",)
    assert found[ACTIVE].has == ("studies_recruiting",)
    assert found[ACTIVE].lacks == ("a size: KH03 beds, workforce statistics or SHMI",)


def test_deaths_give_a_size_to_research(tmp_path: Path) -> None:
    files = write_shmi(tmp_path / "files")
    activity(files, "ZA1,2011-04-01,2012-03-31,studies_recruiting,5")
    found = questions(files)
    assert [q.can_be_answered for q in found] == [True, True, True, False]
    assert "spells (from SHMI)" in found[ACTIVE].has


def test_without_a_list_no_code_is_odd(tmp_path: Path) -> None:
    assert unknown_codes(read_folder(write_shmi(tmp_path / "files"))) == ()


def test_the_made_up_nation_has_no_odd_codes(nation: Folder) -> None:
    assert unknown_codes(nation) == ()


def test_a_code_in_no_list_is_told_once_with_its_first_place(
    made_up: MadeUp, tmp_path: Path
) -> None:
    files = tmp_path / "files"
    files.mkdir()
    for name in ("etr.csv", "succ.csv"):
        (files / name).write_bytes((made_up.files / name).read_bytes())
    write_shmi(files, [shmi_row(0), shmi_row(1, PROVIDER="ZZ9")])
    activity(
        files,
        "ZZ9,2015-04-01,2016-03-31,studies_recruiting,5",
        "ZZ8,2015-04-01,2016-03-31,studies_recruiting,5",
    )
    found = unknown_codes(read_folder(files))
    assert [(p.file, p.row) for p in found] == [
        (ACTIVITY, 3),  # ZZ8
        ("shmi-2013-october.csv", 3),  # ZZ9, whose second place is not told
    ]
    assert "the code ZZ8 is in none of the organisation or succession lists" in str(
        found[0]
    )
    assert "Its figures are kept" in str(found[0])


# What the rooms are given.


def test_spells_of_the_outcome_files_are_a_size(tmp_path: Path) -> None:
    folder = read_folder(write_shmi(tmp_path / "files", shmi_rows(3)))
    rows = list(spells_of(folder.table(PUBLISHED_OUTCOMES)).rows())
    assert [(r["org_code"], r["measure"], r["value"]) for r in rows] == [
        ("ZA1", "spells", 50_000.0),
        ("ZA2", "spells", 50_001.0),
        ("ZA3", "spells", 50_002.0),
    ]
    assert [r["source_row"] for r in rows] == [2, 3, 4]


def test_outcomes_without_spells_give_none(tmp_path: Path) -> None:
    rows = [shmi_row(0, DENOMINATOR=""), shmi_row(1)]
    folder = read_folder(write_shmi(tmp_path / "files", rows))
    assert len(spells_of(folder.table(PUBLISHED_OUTCOMES))) == 1


def test_a_file_that_gives_spells_of_its_own_is_believed_first(tmp_path: Path) -> None:
    files = write_shmi(tmp_path / "files", shmi_rows(2))
    activity(files, "ZA1,2012-04-01,2013-03-31,spells,777")
    material, matches = material_of(read_folder(files))
    spells = {
        row["org_code"]: row["value"]
        for row in material.measures.rows()
        if row["measure"] == "spells"
    }
    assert spells == {"ZA1": 777.0, "ZA2": 50_001.0}
    assert matches is None  # no file gives names without codes


def test_the_latest_name_in_the_outcomes_is_taken(tmp_path: Path) -> None:
    files = write_shmi(tmp_path / "f", [shmi_row(0, PROVIDER_NAME="Old")])
    write_shmi(files, [shmi_row(0, PROVIDER_NAME="New")], name=LATER)
    assert names_of(read_folder(files)) == {"ZA1": "New"}


def test_a_list_of_organisations_is_believed_before_the_outcomes(
    nation: Folder,
) -> None:
    names = names_of(nation)
    listed = dict(nation.table(ORGANISATIONS).keys("org_code", "org_name"))
    assert listed.items() <= names.items()


def test_made_up_names_make_a_made_up_book() -> None:
    assert is_made_up({"ZA1": "Quillmere NHS Trust (made up)", "ZA2": "Other"})
    assert not is_made_up({"ZA1": "Quillmere NHS Trust"})
    assert not is_made_up({})
