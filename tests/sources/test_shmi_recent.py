"""Is a SHMI file of 2018 onwards read as published, and refused where it is wrong?"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candela.errors import InputError
from candela.sources import Reading, read_folder, recognised
from candela.sources.files import open_contents
from candela.sources.shmi_recent import LAYOUT, months_named, rounding_base
from candela.tables import Period

# 1025 / 1000 = 1.025, where rounding to 5 allows 1022.5/1002.5 to 1027.5/997.5
GOOD = {
    "TIME_PERIOD": "APR22_MAR23",
    "PUBLICATION_MONTH": "JUL_23",
    "PROVIDER_CODE": "ZA1",
    "PROVIDER_NAME": "AVONLEA NHS TRUST",
    "SHMI_VALUE": "1.0239",
    "SHMI_BANDING": "2.0",
    "OD_LL": "0.8912",
    "OD_UL": "1.1221",
    "SPELLS": "41250",
    "OBSERVED": "1025",
    "EXPECTED": "1000",
    "PALLIATIVE_SPELLS": "600",
}
SECOND = GOOD | {
    "PROVIDER_CODE": "ZA2",
    "PROVIDER_NAME": "BRAMBLE NHS FOUNDATION TRUST",
    "SHMI_VALUE": "0.7481",
    "SHMI_BANDING": "3",
    "OBSERVED": "1495",
    "EXPECTED": "2000",
}
COLUMNS = tuple(GOOD)
YEAR = Period(date(2022, 4, 1), date(2023, 3, 31))
TITLE = "SHMI: deaths associated with hospitalisation, England, April 2022 - March 2023"

HEADINGS = {
    "PROVIDER_CODE": "Provider code",
    "PROVIDER_NAME": "Provider name",
    "SHMI_VALUE": "SHMI value",
    "SHMI_BANDING": "SHMI banding",
    "SPELLS": "Number of spells",
    "OBSERVED": "Observed deaths",
    "EXPECTED": "Expected deaths",
}


def csv_text(rows: Sequence[dict[str, str]], columns: Sequence[str] = COLUMNS) -> str:
    lines = [",".join(columns)]
    lines += [",".join(row.get(name, "") for name in columns) for row in rows]
    return "\n".join(lines) + "\n"


def write_csv(path: Path, rows: Sequence[dict[str, str]]) -> Path:
    path.write_text(csv_text(rows), encoding="utf-8-sig")
    return path


def write_workbook(
    path: Path,
    rows: Sequence[dict[str, str]],
    *,
    title: str = TITLE,
    sheet: str = "Data",
    headings: dict[str, str] = HEADINGS,
) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Contents"
    page = book.create_sheet(sheet)
    page["A1"] = title
    page["A3"] = "Source: made up"
    for column, name in enumerate(headings, 1):
        page.cell(11, column, headings[name])
        for at, row in enumerate(rows, 12):
            value = row[name]
            plain = value.replace(".", "", 1).isdigit()
            page.cell(at, column, float(value) if plain else value)
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


def test_a_trust_level_csv_is_read_as_published(tmp_path: Path) -> None:
    found = reading(write_csv(tmp_path / "a.csv", [GOOD, SECOND]))
    first, second = found.table.rows()
    assert (first["org_code"], first["org_name"]) == ("ZA1", "AVONLEA NHS TRUST")
    assert (first["period_start"], first["period_end"]) == (YEAR.start, YEAR.end)
    assert (first["spells"], first["observed"], first["expected"]) == (
        41250,
        1025,
        1000,
    )
    assert (first["ratio"], first["banding"]) == (1.0239, "as_expected")
    assert (first["od95_lower"], first["od95_upper"]) == (0.8912, 1.1221)
    assert (first["value_status"], first["source_row"]) == ("ok", 2)
    assert second["banding"] == "lower"
    assert found.periods == (YEAR,)
    assert found.revision == date(2023, 7, 1)
    assert not found.restates


def test_counts_that_are_all_multiples_of_five_are_rounded(tmp_path: Path) -> None:
    found = reading(write_csv(tmp_path / "a.csv", [GOOD]))
    assert list(found.table["rounding_base"]) == [5]
    exact = GOOD | {"OBSERVED": "1026", "EXPECTED": "1001.2", "SHMI_VALUE": "1.0248"}
    found = reading(write_csv(tmp_path / "b.csv", [exact]))  # 1026 / 1001.2 = 1.02477
    assert list(found.table["rounding_base"]) == [1]


def test_one_count_among_many_that_breaks_the_rounding_is_a_problem(
    tmp_path: Path,
) -> None:
    rows = [GOOD | {"PROVIDER_CODE": f"ZB{n}"} for n in range(9)]
    rows[4] = rows[4] | {"SPELLS": "41251"}
    message = told(write_csv(tmp_path / "a.csv", rows))
    assert "a.csv, row 6, column `SPELLS`: 41251 is not a multiple of 5" in message
    assert message.count("a.csv, row") == 1


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=30))
def test_rounded_counts_are_always_known_as_such(counts: list[int]) -> None:
    assert rounding_base([5.0 * count for count in counts]) == 5
    assert rounding_base([5.0 * count + 1 for count in counts]) == 1


@pytest.mark.parametrize("mark", ["*", "**"])
def test_a_suppressed_trust_has_no_figures(tmp_path: Path, mark: str) -> None:
    names = ("SHMI_VALUE", "SHMI_BANDING", "OD_LL", "OD_UL", "OBSERVED", "EXPECTED")
    hidden = SECOND | dict.fromkeys(names, mark)
    (_, row) = reading(write_csv(tmp_path / "a.csv", [GOOD, hidden])).table.rows()
    assert row["value_status"] == "suppressed"
    assert row["spells"] == 41250
    figures = [row[n] for n in ("observed", "expected", "ratio", "od95_lower")]
    assert all(figure != figure for figure in figures)  # missing, not zero
    assert row["banding"] == ""


def test_a_band_suppressed_beside_figures_is_noted(tmp_path: Path) -> None:
    found = reading(
        write_csv(tmp_path / "a.csv", [GOOD, SECOND | {"SHMI_BANDING": "**"}])
    )
    assert list(found.table["value_status"]) == ["ok", "suppressed"]
    assert [(note.row, "in part" in note.what) for note in found.notes] == [(3, True)]


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("OBSERVED", "many", "`many` is not a number"),
        ("OBSERVED", "-5", "-5 is below 0"),
        ("OBSERVED", "41255", "41255 deaths observed in 41250 spells"),
        ("EXPECTED", "", "the cell is blank"),
        ("EXPECTED", "0", "0 deaths expected"),
        ("SHMI_VALUE", "1.0310", "1.031 is not OBSERVED / EXPECTED (1.0250)"),
        ("SHMI_BANDING", "4", "`4` is not a band"),
        ("TIME_PERIOD", "2022/23", "`2022/23` is not a period"),
        ("TIME_PERIOD", "APR22_JUN22", "`APR22_JUN22` is not twelve months"),
        ("PUBLICATION_MONTH", "soon", "`soon` is not a month"),
        ("PROVIDER_CODE", "ZA", "`ZA` is not an organisation code"),
    ],
)
def test_a_wrong_cell_is_told_with_its_row_and_column(
    tmp_path: Path, column: str, value: str, expected: str
) -> None:
    message = told(
        write_csv(
            tmp_path / "a.csv",
            [GOOD, SECOND, GOOD | {"PROVIDER_CODE": "ZA3"} | {column: value}],
        )
    )
    assert f"a.csv, row 4, column `{column}`: {expected}" in message


@pytest.mark.parametrize("value", ["1.0200", "1.0300"])
def test_a_value_within_what_the_rounding_allows_is_believed(
    tmp_path: Path, value: str
) -> None:
    # 1022.5 / 1002.5 = 1.01995 and 1027.5 / 997.5 = 1.03008
    found = reading(write_csv(tmp_path / "a.csv", [GOOD | {"SHMI_VALUE": value}]))
    assert found.table["ratio"][0] == float(value)


def test_a_trust_twice_in_one_period_is_refused(tmp_path: Path) -> None:
    message = told(write_csv(tmp_path / "a.csv", [GOOD, SECOND, GOOD]))
    assert "row 4: a second row for SHMI, ZA1" in message


def test_a_file_cut_off_in_a_row_is_refused_there(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(csv_text([GOOD, SECOND])[:-20])
    assert "a.csv, row 3: the row has" in told(path)


def test_a_missing_column_is_told_with_the_columns_seen(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(csv_text([GOOD], [c for c in COLUMNS if c != "EXPECTED"]))
    message = told(path)
    assert (
        "no column `EXPECTED`; columns seen: TIME_PERIOD, PUBLICATION_MONTH" in message
    )


def test_columns_are_known_without_case_spaces_and_underscores(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    body = csv_text([GOOD]).split("\n", 1)[1]
    path.write_text(
        ",".join(c.lower().replace("_", " ") for c in COLUMNS) + "\n" + body
    )
    assert reading(path).table["observed"][0] == 1025


def test_a_site_file_is_refused_with_its_row_and_column(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    columns = ["TIME_PERIOD", "SITE_CODE", "SITE_NAME", *COLUMNS[2:]]
    path.write_text(csv_text([GOOD | {"SITE_CODE": "ZA101"}], columns))
    message = told(path)
    assert "a.csv, row 1, column `SITE_CODE`: this is a site-level file" in message
    assert "`SHMI data at trust level`" in message


def test_a_site_file_beside_the_trust_file_in_a_zip_is_left_out(tmp_path: Path) -> None:
    columns = ["TIME_PERIOD", "SITE_CODE", "SITE_NAME", *COLUMNS[2:]]
    with zipfile.ZipFile(tmp_path / "SHMI data.zip", "w") as archive:
        archive.writestr("trusts.csv", csv_text([GOOD]))
        archive.writestr(
            "sites.csv", csv_text([GOOD | {"SITE_CODE": "ZA101"}], columns)
        )
    (report,) = read_folder(tmp_path).files
    assert report.problems == ()
    assert report.rows == 1
    (note,) = report.notes
    assert (note.file, note.row) == ("SHMI data.zip/sites.csv", 1)
    assert note.what == "this is a site-level file"


def test_a_zip_of_sites_alone_is_refused(tmp_path: Path) -> None:
    columns = ["TIME_PERIOD", "SITE_CODE", "SITE_NAME", *COLUMNS[2:]]
    with zipfile.ZipFile(tmp_path / "SHMI data.zip", "w") as archive:
        archive.writestr(
            "sites.csv", csv_text([GOOD | {"SITE_CODE": "ZA101"}], columns)
        )
    (report,) = read_folder(tmp_path).files
    assert [problem.what for problem in report.problems] == [
        "this is a site-level file"
    ]


def test_site_codes_in_the_column_of_trusts_are_refused(tmp_path: Path) -> None:
    message = told(
        write_csv(tmp_path / "a.csv", [GOOD, SECOND | {"PROVIDER_CODE": "ZA201"}])
    )
    assert "a.csv, row 3, column `PROVIDER_CODE`: `ZA201` is a site code" in message
    assert "use the trust-level file" in message


def test_a_file_by_diagnosis_group_is_another_layout(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(csv_text([GOOD], [*COLUMNS, "DIAGNOSIS_GROUP"]))
    assert recognised(open_contents(path, "a.csv")) is None


def test_the_row_of_england_is_left_out_with_a_note(tmp_path: Path) -> None:
    found = reading(
        write_csv(tmp_path / "a.csv", [GOOD, GOOD | {"PROVIDER_CODE": "ENGLAND"}])
    )
    assert len(found.table) == 1
    assert [(n.row, n.what) for n in found.notes] == [
        (3, "left out the row of England")
    ]


def test_the_historical_file_holds_several_periods_and_restates_them(
    tmp_path: Path,
) -> None:
    later = GOOD | {"TIME_PERIOD": "AUG22_JUL23", "PUBLICATION_MONTH": "DEC_23"}
    found = reading(write_csv(tmp_path / "a.csv", [GOOD, later]))
    assert found.restates
    assert found.periods == (YEAR, Period(date(2022, 8, 1), date(2023, 7, 31)))
    assert found.revision == date(2023, 12, 1)


def test_the_workbook_takes_its_period_from_the_title(tmp_path: Path) -> None:
    found = reading(write_workbook(tmp_path / "a.xlsx", [GOOD, SECOND]))
    assert found.periods == (YEAR,)
    assert found.restates
    first, _ = found.table.rows()
    assert (first["ratio"], first["source_row"]) == (1.0239, 12)


def test_a_workbook_that_names_no_period_asks_for_the_csv(tmp_path: Path) -> None:
    message = told(write_workbook(tmp_path / "a.xlsx", [GOOD], title="SHMI"))
    assert "a.xlsx, row 11: the workbook does not say which months" in message
    assert "Use the CSV of the same publication" in message


def test_a_site_level_workbook_is_refused(tmp_path: Path) -> None:
    headings = {"SITE_NAME": "Site name"} | HEADINGS
    row = GOOD | {"SITE_NAME": "AVONLEA INFIRMARY"}
    message = told(write_workbook(tmp_path / "a.xlsx", [row], headings=headings))
    assert "row 11, column `Site name`: this is a site-level file" in message


def test_a_workbook_with_other_headings_is_another_layout(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "a.xlsx", [GOOD], headings={"SPELLS": "Spells"})
    assert recognised(open_contents(path, "a.xlsx")) is None


@pytest.mark.parametrize("published", ["JUL_23", ""])
def test_a_zip_with_the_csv_and_the_workbook_of_a_period_has_no_conflict(
    tmp_path: Path, published: str
) -> None:
    row = GOOD | {"PUBLICATION_MONTH": published}
    precise = GOOD | {"SHMI_VALUE": "1.02387654"}  # 1.0239 to 4 decimals
    book = write_workbook(tmp_path / "whole.xlsx", [precise])
    folder = tmp_path / "in"
    folder.mkdir()
    with zipfile.ZipFile(folder / "SHMI data, Apr22-Mar23.zip", "w") as archive:
        archive.writestr("SHMI data/trust level (xls).xlsx", book.read_bytes())
        archive.writestr("SHMI data/trust level (csv).csv", csv_text([row]))
    found = read_folder(folder)
    assert found.problems == ()
    assert [len(table) for _, table in found.kept] == [0, 1]
    assert "1 rows gave way to" in found.choices[0].what


def test_a_workbook_that_says_otherwise_than_an_undated_csv_is_a_conflict(
    tmp_path: Path,
) -> None:
    write_csv(tmp_path / "a.csv", [GOOD | {"PUBLICATION_MONTH": ""}])
    write_workbook(tmp_path / "b.xlsx", [GOOD | {"SHMI_VALUE": "1.0241"}])
    (problem,) = read_folder(tmp_path).problems
    assert "this period (SHMI, ZA1" in problem.what


def test_suppressed_rows_agree_in_two_files_that_restate(tmp_path: Path) -> None:
    hidden = SECOND | dict.fromkeys(("SHMI_VALUE", "OBSERVED", "EXPECTED"), "*")
    later = GOOD | {"TIME_PERIOD": "AUG22_JUL23"}
    write_csv(tmp_path / "a.csv", [GOOD, hidden])
    write_csv(tmp_path / "history.csv", [GOOD, hidden, later])
    found = read_folder(tmp_path)
    assert found.problems == ()
    assert len(found.kept[1][1]) == 1  # only the later period is the history's own


def test_two_files_that_claim_one_period_are_a_conflict(tmp_path: Path) -> None:
    write_csv(tmp_path / "a.csv", [GOOD])
    write_csv(tmp_path / "b.csv", [GOOD | {"OBSERVED": "1030", "SHMI_VALUE": "1.0300"}])
    (problem,) = read_folder(tmp_path).problems
    assert "is also in a.csv" in problem.what


@pytest.mark.parametrize(
    "text",
    [
        "APR22_MAR23",
        "Apr22-Mar23",
        "April 2022 to March 2023",
        "England, Apr 2022-Mar 2023",
    ],
)
def test_a_period_is_known_however_it_is_written(text: str) -> None:
    assert months_named(text) == YEAR


@pytest.mark.parametrize(
    "text", ["MAR23_APR22", "July 2023", "", "Section 12, page 14"]
)
def test_text_without_a_first_and_last_month_names_no_period(text: str) -> None:
    assert months_named(text) is None
