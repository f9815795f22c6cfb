"""Are the ratings of NHS trusts read from the workbook of all ratings?"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from candela.errors import InputError
from candela.sources import Reading, recognised
from candela.sources.cqc_ratings import LAYOUT
from candela.sources.files import open_contents

NAMESPACES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)
PADDING = (
    '<table:table-row table:number-rows-repeated="1048000">'
    '<table:table-cell table:number-columns-repeated="1024"/></table:table-row>'
)
NHS = "NHS Healthcare Organisation"
CARE_HOME = "Social Care Organisation"
GROUP = "Service / Population Group"

Row = dict[str, str]


def provider(**changed: str) -> Row:
    row = {
        "Provider ID": "ZA1",
        "Provider Name": "Avonlea NHS Trust",
        "Provider Type": NHS,
        GROUP: "Overall",
        "Domain": "Overall",
        "Latest Rating": "Good",
        "Publication Date": "2019-06-26",
        "Report Type": "Provider",
    }
    return row | {name.replace("_", " "): value for name, value in changed.items()}


def location(**changed: str) -> Row:
    row = {
        "Location ID": "ZA101",
        "Location ODS Code": "ZA101",
        "Location Name": "Avonlea Infirmary",
        "Location Type": NHS,
        GROUP: "Overall",
        "Domain": "Safe",
        "Latest Rating": "Requires improvement",
        "Publication Date": "2019-06-26",
        "Provider ID": "ZA1",
        "Provider Name": "Avonlea NHS Trust",
    }
    return row | {name.replace("_", " "): value for name, value in changed.items()}


def cell(name: str, value: str) -> str:
    if name == "Publication Date" and value:
        return (
            '<table:table-cell office:value-type="date" '
            f'office:date-value="{value}"><text:p>{value}</text:p></table:table-cell>'
        )
    return (
        '<table:table-cell office:value-type="string">'
        f"<text:p>{escape(value)}</text:p></table:table-cell>"
        if value
        else "<table:table-cell/>"
    )


def sheet(name: str, rows: Sequence[Row]) -> str:
    """Return a sheet as published: a preamble, headings, rows, and endless padding."""
    lines = [["Latest ratings"], ["As at 1 July 2023"], [], list(rows[0])]
    xml = [
        f"<table:table-row>{''.join(cell('', c) for c in line)}</table:table-row>"
        for line in lines
    ]
    xml += [
        "<table:table-row>"
        + "".join(cell(column, value) for column, value in row.items())
        + "</table:table-row>"
        for row in rows
    ]
    return f'<table:table table:name="{name}">{"".join(xml)}{PADDING}</table:table>'


def write(
    path: Path, providers: Sequence[Row], locations: Sequence[Row], *, cut: int = 0
) -> Path:
    body = sheet("Locations", locations) + sheet("Providers", providers)
    document = (
        f"<?xml version='1.0' encoding='UTF-8'?><office:document-content {NAMESPACES}>"
        f"<office:body><office:spreadsheet>{body}</office:spreadsheet></office:body>"
        "</office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", document[: len(document) - cut])
    return path


def reading(path: Path) -> Reading:
    contents = open_contents(path, path.name)
    assert recognised(contents) is LAYOUT
    return LAYOUT.read(contents, LAYOUT)


def told(path: Path) -> str:
    with pytest.raises(InputError) as caught:
        reading(path)
    return str(caught.value)


def test_ratings_of_a_trust_and_of_its_locations_are_read(tmp_path: Path) -> None:
    found = reading(write(tmp_path / "a.ods", [provider()], [location()]))
    trust, site = found.table.rows()
    assert (trust["provider_code"], trust["location_code"]) == ("ZA1", "")
    assert (trust["domain"], trust["service_group"]) == ("Overall", "Overall")
    assert (trust["rating"], trust["rating_score"]) == ("Good", 3)
    assert trust["publication_date"] == date(2019, 6, 26)
    assert trust["source_row"] == 5  # below two lines, a blank one and the headings
    assert (site["provider_code"], site["location_code"]) == ("ZA1", "ZA101")
    assert (site["org_name"], site["rating_score"]) == ("Avonlea Infirmary", 2)


@pytest.mark.parametrize(
    ("rating", "score"),
    [
        ("Inadequate", 1),
        ("Requires improvement", 2),
        ("Good", 3),
        ("Outstanding", 4),
        ("Requires Improvement", 2),
    ],
)
def test_ratings_are_scored_from_one_to_four(
    tmp_path: Path, rating: str, score: int
) -> None:
    path = write(tmp_path / "a.ods", [provider(Latest_Rating=rating)], [location()])
    assert reading(path).table["rating_score"][0] == score


@pytest.mark.parametrize(
    "rating", ["Not rated", "Inspected but not rated", "No published rating", ""]
)
def test_what_is_not_rated_has_no_score(tmp_path: Path, rating: str) -> None:
    path = write(tmp_path / "a.ods", [provider(Latest_Rating=rating)], [location()])
    score = reading(path).table["rating_score"][0]
    assert score != score  # missing, not zero


def test_rows_of_other_providers_are_left_out_and_counted(tmp_path: Path) -> None:
    home = {"Provider_ID": "1-1000000001"}
    path = write(
        tmp_path / "a.ods",
        [provider(), provider(Provider_Type=CARE_HOME, **home)],
        [location(), location(**home), location(**home)],
    )
    found = reading(path)
    assert set(found.table["provider_code"]) == {"ZA1"}
    assert [(n.file, n.what) for n in found.notes] == [
        ("a.ods, sheet Providers", "left out 1 rows of other providers"),
        ("a.ods, sheet Locations", "left out 2 rows of other providers"),
    ]


def test_two_ratings_on_one_day_are_both_kept(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.ods",
        [provider(), provider(Latest_Rating="Outstanding")],
        [location()],
    )
    assert reading(path).table["rating_score"].tolist() == [3, 4, 2]


def test_a_rating_of_another_kind_is_told_with_its_place(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ods", [provider(Latest_Rating="Fine")], [location()])
    assert (
        "a.ods, sheet Providers, row 5, column `Latest Rating`: `Fine` is not a rating"
        in told(path)
    )


def test_a_workbook_without_trusts_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ods", [provider(Provider_Type=CARE_HOME)], [location()])
    assert "no provider is an NHS Healthcare Organisation" in told(path)


def test_a_missing_column_is_told_with_the_columns_seen(tmp_path: Path) -> None:
    row = provider()
    del row["Domain"]
    path = write(tmp_path / "a.ods", [row], [location()])
    assert (
        "a.ods, sheet Providers, row 4: no column `Domain`; columns seen: Provider ID, "
        "Provider Name, Provider Type" in told(path)
    )


def test_a_workbook_cut_off_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.ods", [provider()], [location()], cut=700)
    assert "a.ods: the workbook is damaged" in told(path)
