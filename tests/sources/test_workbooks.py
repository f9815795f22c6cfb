"""Are the cells of a workbook read as they stand, fast, and refused when damaged?"""

from __future__ import annotations

import time
import tracemalloc
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candela.errors import InputError
from candela.sources.files import open_contents
from candela.sources.workbooks import sheet_names, sheet_rows

MANY = 1_000_000
SECONDS_ALLOWED = 20  # measured: 0.2 to 2
MEMORY_ALLOWED_BYTES = 4_000_000

NAMESPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def write_ods(path: Path, sheets: dict[str, Iterable[str]]) -> Path:
    """Write an OpenDocument workbook of sheets, each given as the XML of its rows."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        with archive.open("content.xml", "w") as out:
            out.write(
                f"<?xml version='1.0' encoding='UTF-8'?><office:document-content "
                f"{NAMESPACES}><office:body><office:spreadsheet>".encode()
            )
            for name, rows in sheets.items():
                out.write(f"<table:table table:name={quoteattr(name)}>".encode())
                for row in rows:
                    out.write(row.encode())
                out.write(b"</table:table>")
            out.write(b"</office:spreadsheet></office:body></office:document-content>")
    return path


def row(*cells: str, repeated: int = 1) -> str:
    times = f' table:number-rows-repeated="{repeated}"' if repeated > 1 else ""
    return f"<table:table-row{times}>{''.join(cells)}</table:table-row>"


def text(value: str) -> str:
    return (
        '<table:table-cell office:value-type="string">'
        f"<text:p>{escape(value)}</text:p></table:table-cell>"
    )


def number(value: float) -> str:
    return f'<table:table-cell office:value-type="float" office:value="{value}"/>'


def empty(repeated: int = 1) -> str:
    return f'<table:table-cell table:number-columns-repeated="{repeated}"/>'


def write_xlsx(path: Path, rows: Iterable[str], *, sheet: str = "Data") -> Path:
    """Write a workbook of one sheet, given as the XML of its rows."""
    book = openpyxl.Workbook()
    book.active.title = sheet
    whole = path.with_suffix(".whole.xlsx")
    book.save(whole)
    with (
        zipfile.ZipFile(whole) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in source.namelist():
            if not name.startswith("xl/worksheets/"):
                archive.writestr(name, source.read(name))
        with archive.open("xl/worksheets/sheet1.xml", "w") as out:
            out.write(
                b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/'
                b'2006/main"><sheetData>'
            )
            for xml in rows:
                out.write(xml.encode())
            out.write(b"</sheetData></worksheet>")
    whole.unlink()
    return path


def rows_of(path: Path, sheet: str) -> list[tuple[int, list[object]]]:
    return list(sheet_rows(open_contents(path, path.name), sheet))


def test_the_sheets_are_named_in_order(tmp_path: Path) -> None:
    path = write_ods(tmp_path / "a.ods", {"Notes & more": [], "Data": []})
    assert sheet_names(open_contents(path, "a.ods")) == ("Notes & more", "Data")


def test_a_file_that_is_no_workbook_has_no_sheets(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    assert sheet_names(open_contents(path, "a.csv")) == ()


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(
    tmp_path: Path,
) -> None:
    path = write_ods(tmp_path / "a.ods", {"Trusts": [], "Sites": []})
    with pytest.raises(InputError, match="no sheet `Data`; sheets seen: Trusts, Sites"):
        rows_of(path, "Data")


def test_cells_of_an_ods_keep_their_kind(tmp_path: Path) -> None:
    day = (
        '<table:table-cell office:value-type="date" office:date-value="2023-04-01">'
        "<text:p>1 April</text:p></table:table-cell>"
    )
    true = '<table:table-cell office:value-type="boolean" office:boolean-value="true"/>'
    path = write_ods(
        tmp_path / "a.ods",
        {"Data": [row(text(" a & b "), number(5), number(5.25), day, true)]},
    )
    assert rows_of(path, "Data") == [(1, ["a & b", 5, 5.25, date(2023, 4, 1), True])]


def test_a_comment_on_a_cell_is_not_its_text(tmp_path: Path) -> None:
    cell = (
        '<table:table-cell office:value-type="string"><office:annotation>'
        "<text:p>checked by hand</text:p></office:annotation>"
        "<text:p>Good<text:s/>enough</text:p></table:table-cell>"
    )
    path = write_ods(tmp_path / "a.ods", {"Data": [row(cell)]})
    assert rows_of(path, "Data") == [(1, ["Good enough"])]


def test_repeated_cells_and_rows_are_counted(tmp_path: Path) -> None:
    twice = (
        '<table:table-cell office:value-type="float" office:value="7" '
        'table:number-columns-repeated="2"/>'
    )
    path = write_ods(
        tmp_path / "a.ods",
        {
            "Data": [
                row(text("x"), empty(2), twice, empty(1000)),
                row(empty(1024), repeated=3),
                row(text("y"), repeated=2),
            ]
        },
    )
    assert rows_of(path, "Data") == [
        (1, ["x", None, None, 7, 7]),
        (5, ["y", None, None, None, None]),  # 1 + 3 + 1, as wide as the row above
        (6, ["y", None, None, None, None]),
    ]


def test_the_right_sheet_is_read_when_others_come_before_and_after(
    tmp_path: Path,
) -> None:
    path = write_ods(
        tmp_path / "a.ods",
        {
            "A": [row(text("a"))] * 9000,  # longer than one piece of the document
            "B": [row(text("b"))],
            "C": [row(text("c"))],
        },
    )
    assert rows_of(path, "B") == [(1, ["b"])]
    assert rows_of(path, "C") == [(1, ["c"])]


def test_cells_of_an_xlsx_are_those_that_openpyxl_reads(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Data"
    sheet["B2"] = "name"
    sheet["D2"] = 3
    sheet["E2"] = 2.5
    sheet["F2"] = datetime(2023, 4, 1)  # noqa: DTZ001
    sheet["G2"] = True
    sheet["B5"] = "shared"
    sheet["C5"] = "shared"
    sheet["AA5"] = 1e-4
    path = tmp_path / "a.xlsx"
    book.save(path)
    seen = rows_of(path, "Data")
    assert [number for number, _ in seen] == [2, 5]
    for number_, cells in seen:
        expected = [cell.value for cell in sheet[number_]][: len(cells)]
        assert cells == expected


def test_plain_rows_and_others_keep_their_order_and_text(tmp_path: Path) -> None:
    plain = '<row r="{0}"><c r="A{0}" t="str"><v>a &amp; b</v></c></row>'
    rich = (
        '<row r="{0}"><c r="A{0}" t="inlineStr"><is><r><t>a </t></r><r><t>&amp; b</t>'
        "</r><rPh><t>spoken</t></rPh></is></c></row>"
    )
    unplaced = '<row><c t="str"><v>c</v></c><c><v>1.5</v></c></row>'
    lines = [plain.format(1), rich.format(2), plain.format(4), rich.format(7), unplaced]
    assert rows_of(write_xlsx(tmp_path / "a.xlsx", lines), "Data") == [
        (1, ["a & b"]),
        (2, ["a & b"]),
        (4, ["a & b"]),
        (7, ["a & b"]),
        (8, ["c", 1.5]),
    ]


def test_every_cell_of_the_real_workbooks_is_what_openpyxl_reads(
    real_data: Path,
) -> None:
    path = real_data / "kh03_beds" / "kh03_overnight_raw_webfile_a.xlsx"
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    compared = 0
    for name in book.sheetnames:
        mine = dict(rows_of(path, name))
        for at, cells in enumerate(book[name].iter_rows(values_only=True), 1):
            theirs = [c.strip() or None if isinstance(c, str) else c for c in cells]
            while theirs and theirs[-1] is None:
                theirs.pop()
            own = mine.get(at, [])
            assert own[: len(theirs)] == theirs
            assert not any(cell is not None for cell in own[len(theirs) :])
            compared += len(theirs)
    book.close()
    assert compared > 10_000


@settings(derandomize=True, max_examples=25, deadline=None)
@given(
    st.lists(
        st.lists(
            st.one_of(
                st.none(),
                st.integers(-(10**9), 10**9),
                st.floats(allow_nan=False, allow_infinity=False),
                st.text(
                    st.characters(codec="utf-8", categories=("L", "N", "P", "Zs")),
                    max_size=8,
                ),
            ),
            max_size=6,
        ),
        max_size=8,
    )
)
def test_an_ods_gives_back_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[object]]
) -> None:
    def cell(value: object) -> str:
        if value is None:
            return empty()
        return text(value) if isinstance(value, str) else number(value)  # type: ignore[arg-type]

    path = tmp_path_factory.mktemp("made") / "a.ods"
    write_ods(path, {"Data": [row(*map(cell, cells)) for cells in table]})
    found = dict(rows_of(path, "Data"))
    for at, cells in enumerate(table, 1):
        clean = [c.strip() or None if isinstance(c, str) else c for c in cells]
        while clean and clean[-1] is None:
            clean.pop()
        assert found.get(at, [])[: len(clean)] == clean
        assert (at in found) == bool(clean)


def test_a_million_padding_rows_take_seconds(
    tmp_path: Path, subtests: pytest.Subtests
) -> None:
    head = row(text("x"), empty(1023))
    styled = "".join(f'<c r="{column}{{0}}" s="0"/>' for column in "AB")
    figure = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>x</t></is></c></row>'
    padded = {
        "ods, one row said to be repeated": write_ods(
            tmp_path / "a.ods", {"Data": [head, row(empty(1024), repeated=MANY), head]}
        ),
        "ods, rows really there": write_ods(
            tmp_path / "b.ods",
            {"Data": [head, *[row(empty(1024))] * MANY, head]},
        ),
        "xlsx, rows really there": write_xlsx(
            tmp_path / "c.xlsx",
            (
                figure.format(at)
                if at in (1, MANY + 2)
                else f'<row r="{at}">{styled.format(at)}</row>'
                for at in range(1, MANY + 3)
            ),
        ),
    }
    for kind, path in padded.items():
        with subtests.test(kind):
            contents = open_contents(path, path.name)
            started = time.perf_counter()
            rows = list(sheet_rows(contents, "Data"))
            assert time.perf_counter() - started < SECONDS_ALLOWED
            assert rows == [(1, ["x"]), (MANY + 2, ["x"])]


def test_memory_does_not_grow_with_the_rows(tmp_path: Path) -> None:
    path = write_ods(
        tmp_path / "a.ods", {"Data": [row(*[text("words " * 20)] * 10)] * 5_000}
    )
    contents = open_contents(path, path.name)
    tracemalloc.start()
    count = sum(1 for _ in sheet_rows(contents, "Data"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 5_000
    assert peak < MEMORY_ALLOWED_BYTES  # the sheet is 10 MB of XML


def test_a_row_said_to_be_repeated_beyond_any_sheet_is_refused(tmp_path: Path) -> None:
    path = write_ods(tmp_path / "a.ods", {"Data": [row(text("x"), repeated=10**9)]})
    with pytest.raises(InputError, match="damaged"):
        rows_of(path, "Data")


@pytest.mark.parametrize("part", ["content.xml", "xl/worksheets/sheet1.xml"])
def test_a_sheet_that_ends_early_is_refused(tmp_path: Path, part: str) -> None:
    whole = tmp_path / "whole"
    if part == "content.xml":
        write_ods(whole, {"Data": [row(text("x"))] * 50})
    else:
        line = '<row r="{0}"><c r="A{0}"><v>1</v></c></row>'
        write_xlsx(whole, [line.format(at) for at in range(1, 51)])
    path = tmp_path / "cut.bin"
    with zipfile.ZipFile(whole) as source, zipfile.ZipFile(path, "w") as out:
        for name in source.namelist():
            data = source.read(name)
            out.writestr(name, data[: len(data) * 2 // 3] if name == part else data)
    with pytest.raises(InputError, match=r"cut\.bin: the workbook is damaged"):
        rows_of(path, "Data")


def test_a_workbook_whose_bytes_are_spoilt_is_refused(tmp_path: Path) -> None:
    path = write_ods(
        tmp_path / "a.ods", {"Data": [row(text(f"x{n}")) for n in range(900)]}
    )
    data = bytearray(path.read_bytes())
    middle = data.index(b"content.xml") + 500
    data[middle : middle + 40] = b"\x00" * 40
    path.write_bytes(data)
    with pytest.raises(InputError, match="damaged"):
        rows_of(path, "Data")
