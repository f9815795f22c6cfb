"""Are exports read, and what is wrong with them said with its place?"""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candela.errors import InputError, Problem
from candela.impact.registers.cells import text_of
from candela.impact.registers.entries import Register, StudyState
from candela.impact.registers.exports import MOST_ROWS, read
from candela.impact.registers.numbers import Scheme
from candela.impact.registers.states import state_of

TODAY = date(2026, 11, 25)
CPMS = (
    "StudyId,StudyShortName,IrasId,StudyStatus,StudyRoute,StudySponsors,"
    "ActualOpeningDate,PlannedClosureToRecruitmentDate,TotalRecruitmentToDate\n"
    '50001,HERON,123456,"Closed to Recruitment, In Follow Up",Non-commercial,'
    "Quillmere Trust,01/02/2024,31/12/2027,4711\n"
    "50002.0,EGRET,,Open to Recruitment,Commercial,Westerby Ltd,2025-03-04,"
    "31/12/2025,12\n"
)
EDGE = (
    "Project ID\tIRAS Number\tProject Short title\tProject site status\t"
    "Project site Start date (NHS Permission)\tProject site Closed date\t"
    "Principal Investigator\tRecruited (org)\n"
    "4711\t123456\tHERON\tClosed - in follow up\t1 Feb 2024\t\tA Person\t34\n"
)


def problems(text: str) -> list[Problem]:
    """Return what is wrong with an export."""
    with pytest.raises(InputError) as refusal:
        read(text, "export.csv", today=TODAY)
    return list(refusal.value.problems)


def test_a_cpms_export_gives_studies_with_their_rows() -> None:
    export = read(CPMS, "export.csv", today=TODAY)
    (row, heron), (_, egret) = export.rows
    assert export.register is Register.CPMS
    assert row == 2
    assert heron.numbers == {Scheme.CPMS: "50001", Scheme.IRAS: "123456"}
    assert heron.state is StudyState.CLOSED_RECRUITMENT
    assert heron.is_commercial is False
    assert heron.opened_on == date(2024, 2, 1)
    assert egret.numbers[Scheme.CPMS] == "50002"
    assert egret.is_commercial is True


def test_a_planned_day_counts_only_while_it_lies_ahead() -> None:
    (_, heron), (_, egret) = read(CPMS, "export.csv", today=TODAY).rows
    assert heron.closed_recruitment_on == date(2027, 12, 31)
    assert egret.closed_recruitment_on is None  # planned for 2025, and not done


def test_recruitment_is_taken_of_our_site_and_never_of_all_sites() -> None:
    (_, heron), _ = read(CPMS, "export.csv", today=TODAY).rows
    assert heron.recruits is None
    ((_, ours),) = read(EDGE, "export.csv", today=TODAY).rows
    assert ours.recruits == 34


def test_an_edge_export_is_told_by_its_headings_and_names_are_not_read() -> None:
    text = text_of(EDGE.encode("utf-16"), "export.csv")
    export = read(text, "export.csv", today=TODAY)
    ((_, heron),) = export.rows
    assert export.register is Register.EDGE
    assert heron.opened_on == date(2024, 2, 1)
    assert heron.state is StudyState.CLOSED_RECRUITMENT
    assert "Person" not in repr(export)


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_however_a_spreadsheet_wrote_it(codec: str) -> None:
    assert text_of("Café,1".encode(codec), "export.csv") == "Café,1"


def test_a_workbook_is_refused_with_what_to_do() -> None:
    with pytest.raises(InputError, match="save it as CSV"):
        text_of(b"PK\x03\x04....", "export.csv")
    with pytest.raises(InputError, match="not text"):
        text_of(b"\x89PNG\r\n\x1a\n\0\0\x81", "export.csv")


def test_every_wrong_cell_is_named_with_row_and_column() -> None:
    text = (
        "StudyId,StudyShortName,IrasId,ActualOpeningDate\n"
        "50001,HERON,12,31/06/2024\n"
        ",EGRET,,\n"
        "50003,,,\n"
    )
    places = [(p.row, p.column) for p in problems(text)]
    assert places == [
        (2, "IrasId"),
        (2, "ActualOpeningDate"),
        (3, "StudyId"),
        (4, "StudyShortName"),
    ]
    assert all(p.file == "export.csv" and p.remedy for p in problems(text))


def test_a_study_that_stands_twice_is_named_with_both_rows() -> None:
    text = "StudyId,StudyShortName\n50001,HERON\n50002,EGRET\n50001.0,HERON\n"
    (problem,) = problems(text)
    assert problem.row == 4
    assert "row 2" in problem.what


def test_another_file_is_refused_with_the_headings_seen() -> None:
    (problem,) = problems("Name,Age\nA,1\n")
    assert "`Name`, `Age`" in problem.what
    (problem,) = problems("")
    assert problem.row == 1


def test_headings_alone_and_a_cut_off_file_are_refused() -> None:
    (problem,) = problems("StudyId,StudyShortName\n")
    assert "no studies" in problem.what
    (problem,) = problems('StudyId,StudyShortName\n50001,"HERON\n')
    assert "cut off" in problem.remedy


def test_a_file_of_too_many_studies_is_refused() -> None:
    rows = "".join(f"{n},S{n}\n" for n in range(1, MOST_ROWS + 2))
    (problem,) = problems(f"StudyId,StudyShortName\n{rows}")
    assert "2,000" in problem.what


def test_an_unknown_status_is_left_out_and_said() -> None:
    export = read(
        "StudyId,StudyShortName,Status\n1,HERON,Somewhere\n", "x", today=TODAY
    )
    assert export.rows[0][1].state is None
    assert export.notes[0].row == 2


@pytest.mark.parametrize(
    ("words", "state"),
    [
        ("Pre-Setup", StudyState.SETUP),
        ("In Setup, NHS Permission Received", StudyState.SETUP),
        ("Open, With Recruitment", StudyState.OPEN),
        ("Suspended (from Open to Recruitment)", StudyState.OPEN),
        ("Closed to Recruitment, Follow Up Complete", StudyState.CLOSED),
        ("Closed to Recruitment, No Follow Up", StudyState.CLOSED),
        ("Closed to Recruitment, In Follow Up", StudyState.CLOSED_RECRUITMENT),
        ("Closed to Recruitment", StudyState.CLOSED_RECRUITMENT),
        ("Withdrawn During Setup", StudyState.CLOSED),
        ("Archived", StudyState.CLOSED),
    ],
)
def test_the_words_of_the_registers_stand_for_a_state(
    words: str, state: StudyState
) -> None:
    assert state_of(words) is state


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        told = read(text, "export.csv", today=TODAY).rows
    except InputError as refusal:
        told = refusal.problems
    assert told
