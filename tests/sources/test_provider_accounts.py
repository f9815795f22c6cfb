"""Are research money and staff read from the lines of the accounts that hold them?"""

from __future__ import annotations

import csv
import gzip
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from candela.errors import InputError
from candela.sources import Reading, recognised
from candela.sources.files import open_contents
from candela.sources.provider_accounts import LAYOUT, MEASURED, financial_year_named
from candela.tables import Period

COLUMNS = (
    "OrganisationName",
    "WorkSheetName",
    "TableID",
    "MainCode",
    "RowNumber",
    "SubCode",
    "Total",
)
AVONLEA, BRAMBLE = "Avonlea NHS Trust", "Bramble's NHS Foundation Trust"
LISTED = (
    (AVONLEA, "ZA1", "South West", "Acute", None),
    (BRAMBLE, "ZA2", "London", "Mental Health", None),
)
YEAR = Period(date(2022, 4, 1), date(2023, 3, 31))
NAME = "TAC_NHS_trusts_2022-23.xlsx"

Line = tuple[str, str, int, str, int, str, object]


def line(main: str, sub: str, total: object, *, name: str = AVONLEA) -> Line:
    return (name, "TAC sheet", 1, main, 10, sub, total)


AVONLEA_LINES = (
    line("A07CY01", "INC1230A", 700),
    line("A07CY01", "INC1230B", 50),
    line("A07PY01", "INC1230A", 9999),  # the year before
    line("A08CY01", "EXP0300", -400),
    line("A08CY01", "EXP0310", -30),
    line("A09CY01", "STA0310", 8888),  # agency costs in thousand pounds
    line("A09CY01", "STA0370", 500.5),
    line("A09CY01P", "STA0370", 450),  # of which permanent
    line("A09CY01O", "STA0370", 50.5),
    line("A09CY01", "STA0410", 1200),
    line("A09CY01", "STA0490", 4000),
    line("A09PY01", "STA0490", 3900),
)


def write(
    path: Path,
    lines: Sequence[Sequence[object]] = AVONLEA_LINES,
    *,
    listed: Sequence[Sequence[object]] = LISTED,
    columns: Sequence[str] = COLUMNS,
    titles: Sequence[str] = (),
) -> Path:
    book = openpyxl.Workbook()
    data = book.active
    data.title = "All data"
    for title in titles:
        data.append([title])
    data.append(columns)
    for row in lines:
        data.append(row)
    providers = book.create_sheet("List of Providers")
    providers.append(
        ["Full name of Provider", "NHS code", "Region", "Sector", "Comments"]
    )
    for row in listed:
        providers.append(row)
    book.save(path)
    return path


def reading(path: Path) -> Reading:
    contents = open_contents(path, path.name)
    assert recognised(contents) is LAYOUT
    return LAYOUT.read(contents, LAYOUT)


def told(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        reading(path)
    return str(caught.value)


def values(found: Reading) -> dict[tuple[str, str], float]:
    return {
        (code, measure): value
        for code, measure, value in found.table.keys("org_code", "measure", "value")
    }


def test_research_money_and_staff_are_read_of_this_year_and_in_all(
    tmp_path: Path,
) -> None:
    assert values(reading(write(tmp_path / NAME))) == {
        ("ZA1", "research_income_gbp"): (700 + 50) * 1000,
        ("ZA1", "research_expenditure_gbp"): (400 + 30) * 1000,
        ("ZA1", "staff_doctors_fte"): 500.5,
        ("ZA1", "staff_nurses_fte"): 1200,
        ("ZA1", "staff_clinical_fte"): 500.5 + 1200,
        ("ZA1", "staff_total_fte"): 4000,
    }


def test_every_line_used_is_what_the_official_form_says(real_data: Path) -> None:
    labels: dict[str, set[str]] = {}
    path = real_data / "tac_finance_reference" / "dim_tac_subcodes_by_year.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as text:
        for row in csv.DictReader(text):
            labels.setdefault(row["SubCode"], set()).add(row["subcode_label"].strip())
    meant = {
        "INC1230A": "Research and development (IFRS 15)",
        "INC1230B": "Research and development (non-IFRS 15 e.g. IAS 20)",
        "EXP0300": "Research and development - staff costs",
        "EXP0310": "Research and development - non-staff",
        "STA0370": "Medical and dental",
        "STA0410": "Nursing, midwifery and health visiting staff",
        "STA0490": "Total average numbers",
    }
    used = {sub for measured in MEASURED for _, sub in measured.lines}
    assert used == meant.keys()
    assert {sub: labels[sub] for sub in used} == {s: {meant[s]} for s in used}


def test_each_line_is_in_the_column_of_the_official_form(real_data: Path) -> None:
    form = "2023-24-NHS-Provider-TAC-illustrative-file.xlsx"
    book = openpyxl.load_workbook(
        real_data / "tac_finance_reference" / form, read_only=True
    )
    found = set()
    for sheet in book.sheetnames:
        mains: set[str] = set()
        for cells in book[sheet].iter_rows(values_only=True):
            if "Maincode" in cells:
                mains = {str(cell) for cell in cells if cell}
            found |= {(main, str(cell)) for cell in cells if cell for main in mains}
    book.close()
    for measured in MEASURED:
        assert set(measured.lines) <= found


def test_the_blank_official_form_is_not_taken_for_accounts(real_data: Path) -> None:
    form = "2023-24-NHS-Provider-TAC-illustrative-file.xlsx"
    path = real_data / "tac_finance_reference" / form
    assert recognised(open_contents(path, path.name)) is None


def test_research_income_on_one_line_only_is_the_income(tmp_path: Path) -> None:
    path = write(tmp_path / NAME, [line("A07CY01", "INC1230A", 0)])
    assert values(reading(path)) == {("ZA1", "research_income_gbp"): 0}


def test_doctors_without_nurses_are_not_all_clinical_staff(tmp_path: Path) -> None:
    path = write(tmp_path / NAME, [line("A09CY01", "STA0370", 10)])
    assert values(reading(path)) == {("ZA1", "staff_doctors_fte"): 10}


def test_a_negative_income_is_left_out_with_a_note(tmp_path: Path) -> None:
    lines = [line("A07CY01", "INC1230A", -7), line("A09CY01", "STA0490", 10)]
    found = reading(write(tmp_path / NAME, lines))
    assert values(found) == {("ZA1", "staff_total_fte"): 10}
    assert any("research_income_gbp" in note.what for note in found.notes)


def test_providers_are_matched_whatever_marks_their_names_have(tmp_path: Path) -> None:
    spelt = "BRAMBLE’S  NHS Foundation Trust"
    path = write(tmp_path / NAME, [line("A09CY01", "STA0490", 10, name=spelt)])
    assert values(reading(path)) == {("ZA2", "staff_total_fte"): 10}


def test_a_provider_that_is_not_listed_is_told_once(tmp_path: Path) -> None:
    other = "Clover NHS Trust"
    lines = [
        *AVONLEA_LINES,
        line("A09CY01", "STA0490", 10, name=other),
        line("A07CY01", "INC1230A", 10, name=other),
    ]
    message = told(write(tmp_path / NAME, lines))
    assert (
        f"{NAME}, sheet All data, row 14, column `OrganisationName`: "
        "`Clover NHS Trust` is not in the list of providers" in message
    )
    assert message.count(other) == 1


def test_listed_providers_without_figures_are_noted(tmp_path: Path) -> None:
    found = reading(write(tmp_path / NAME))
    assert any(
        "1 listed providers have no figures here (ZA2)" in n.what for n in found.notes
    )


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (
            [line("A09CY01", "STA0490", "many")],
            "row 2, column `Total`: `many` is not a number",
        ),
        (
            [line("A09CY01", "STA0490", 1), line("A09CY01", "STA0490", 2)],
            "row 3, column `SubCode`: a second STA0490",
        ),
    ],
)
def test_a_wrong_line_is_told_with_its_place(
    tmp_path: Path, lines: list[Line], expected: str
) -> None:
    assert f"{NAME}, sheet All data, {expected}" in told(write(tmp_path / NAME, lines))


def test_a_provider_without_a_code_is_told(tmp_path: Path) -> None:
    path = write(
        tmp_path / NAME, listed=[(AVONLEA, "none yet", "London", "Acute", None)]
    )
    assert "sheet List of Providers, row 2, column `NHS code`" in told(path)


def test_columns_of_2021_22_have_other_names(tmp_path: Path) -> None:
    columns = ("Organisation Name", *COLUMNS[1:-1], "Value number")
    found = reading(write(tmp_path / NAME, columns=columns))
    assert values(found)["ZA1", "staff_total_fte"] == 4000


def test_a_missing_column_is_told_with_the_columns_seen(tmp_path: Path) -> None:
    message = told(write(tmp_path / NAME, columns=(*COLUMNS[:-1], "Sum")))
    assert "no column `Total`; columns seen: OrganisationName, WorkSheetName" in message


def test_the_year_is_that_of_a_title_in_the_workbook(tmp_path: Path) -> None:
    path = write(
        tmp_path / "accounts.xlsx", titles=["NHS trusts' accounts 2022/23", ""]
    )
    found = reading(path)
    assert found.periods == (YEAR,)
    assert found.table["source_row"].min() == 4  # two titles and the headings above


def test_the_year_of_the_name_is_believed_with_a_note(tmp_path: Path) -> None:
    found = reading(write(tmp_path / NAME))
    assert found.periods == (YEAR,)
    assert any("taken from the name (2022/23)" in note.what for note in found.notes)


def test_a_title_is_believed_over_the_name(tmp_path: Path) -> None:
    found = reading(write(tmp_path / "TAC_2021-22.xlsx", titles=["Accounts 2022-23"]))
    assert found.periods == (YEAR,)
    assert any("the name says 2021/22" in note.what for note in found.notes)


def test_accounts_of_no_known_year_are_refused(tmp_path: Path) -> None:
    message = told(write(tmp_path / "accounts.xlsx"))
    assert "neither a title in the workbook nor its name says which year" in message


@pytest.mark.parametrize(
    "text", ["2022-23", "TAC 2022/23 trusts", "202223", "2022-2023"]
)
def test_a_financial_year_is_known_however_it_is_written(text: str) -> None:
    assert financial_year_named(text) == YEAR


@pytest.mark.parametrize(
    "text", ["2022", "2023-03-31", "2022-24", "2021-22 and 2022-23"]
)
def test_text_that_names_no_single_year_is_not_believed(text: str) -> None:
    assert financial_year_named(text) is None
