"""How did the Care Quality Commission rate NHS trusts, as last published?

The monthly ``Latest_ratings`` workbook (``ods``) has a sheet of locations and one of
providers, each with a preamble and up to a million empty rows; unpacked it is about
1 GB and most of it is care homes, dentists and general practices.  Providers of the
type ``NHS Healthcare Organisation`` are kept, with their locations.  For a trust the
provider's identifier is its ODS code.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from candela.errors import InputError, Problem
from candela.sources.files import HEAD_ROWS, Contents
from candela.sources.reading import (
    NHS_OGL,
    Layout,
    Reading,
    find_header,
    normal,
)
from candela.sources.records import Record, RecordReader
from candela.sources.workbooks import sheet_names, sheet_rows
from candela.tables import RATINGS

__all__ = ["LAYOUT"]

NHS_PROVIDER = "nhshealthcareorganisation"
SCORES = {
    "inadequate": 1.0,
    "requiresimprovement": 2.0,
    "good": 3.0,
    "outstanding": 4.0,
}
NOT_SCORED = frozenset(
    {
        "",
        "notrated",
        "inspectedbutnotrated",
        "nopublishedrating",
        "insufficientevidencetorate",
        "norating",
        "notformallyrated",
        "donotinspect",
    }
)
SERVICE_GROUP = "Service / Population Group"
ALIASES = {
    SERVICE_GROUP: ("Service/Population Group", "Service or Population Group"),
    "Latest Rating": ("Rating",),
    "Publication Date": ("Date of publication",),
    "Location Type": ("Location Type/Sector",),
}
RATED = ("Domain", SERVICE_GROUP, "Latest Rating", "Publication Date")
PROVIDER_COLUMNS = ("Provider ID", "Provider Type", *RATED)
LOCATION_COLUMNS = ("Location ID", "Provider ID", *RATED)


def recognises(contents: Contents) -> bool:
    """Say whether there is a sheet of locations and one of providers."""
    return _sheets(contents).keys() == {"locations", "providers"}


def _sheets(contents: Contents) -> dict[str, str]:
    names = {normal(name): name for name in sheet_names(contents)}
    return {key: names[key] for key in ("locations", "providers") if key in names}


def read(contents: Contents, layout: Layout) -> Reading:
    """Return every rating of an NHS provider, and of its locations."""
    sheets = _sheets(contents)
    reader, rows = _opened(contents, sheets["providers"], PROVIDER_COLUMNS)
    providers = list(
        _ratings(reader, rows, "Provider ID", _is_nhs, _provider, contents.name)
    )
    problems, notes = list(reader.problems), list(reader.notes)
    trusts = {str(row["provider_code"]) for row in providers}

    def is_of_a_trust(record: Record) -> bool:
        return record.text("Provider ID").upper() in trusts

    reader, rows = _opened(contents, sheets["locations"], LOCATION_COLUMNS)
    locations = list(
        _ratings(reader, rows, "Location ID", is_of_a_trust, _location, contents.name)
    )
    reader.problems[:0] = problems
    reader.notes[:0] = notes
    source = layout.source(contents)
    if not providers:
        reader.problem(
            "no provider is an NHS Healthcare Organisation",
            "trusts among the providers",
            "Check that this is the workbook as published.",
        )
    table = reader.table(RATINGS, [*providers, *locations], source, unit="rating")
    return Reading(layout.name, source, table, (), tuple(reader.notes))


def _opened(
    contents: Contents, sheet: str, columns: Sequence[str]
) -> tuple[RecordReader, Iterator[tuple[int, list[object]]]]:
    """Return a reader with the sheet's headings, and the rows below them."""
    rows = sheet_rows(contents, sheet)
    name = f"{contents.name}, sheet {sheet}"
    found = find_header(rows, columns[:1], within=HEAD_ROWS)
    if found is None:
        raise InputError(
            Problem(
                name,
                f"no row has the heading `{columns[0]}`",
                f"headings within the first {HEAD_ROWS} rows",
                "Check that this is the workbook as published.",
            )
        )
    number, headings = found
    reader = RecordReader(name, headings, ALIASES, header_row=number)
    reader.require(*columns)
    return reader, rows


def _ratings(
    reader: RecordReader,
    rows: Iterable[tuple[int, list[object]]],
    key: str,
    is_kept: Callable[[Record], bool],
    about: Callable[[Record], dict[str, object]],
    file: str,
) -> Iterator[dict[str, object]]:
    left_out = 0
    for record in reader.records(rows, key=key):
        if not is_kept(record):
            left_out += 1
            continue
        rating = record.text("Latest Rating")
        if normal(rating) not in SCORES and normal(rating) not in NOT_SCORED:
            record.wrong(
                "Latest Rating",
                f"`{rating[:40]}` is not a rating",
                "Inadequate, Requires improvement, Good, Outstanding or not rated",
                "Check the row against the published file.",
            )
        yield {
            "service_group": _filled(record, SERVICE_GROUP),
            "domain": _filled(record, "Domain"),
            "rating": rating or "Not rated",
            "rating_score": SCORES.get(normal(rating)),
            "publication_date": record.date("Publication Date", required=False),
            "source_file": file,
            "source_row": record.row,
            **about(record),
        }
    if left_out:
        reader.note(
            f"left out {left_out:,} rows of other providers",
            "ratings of NHS Healthcare Organisations",
            "Nothing to do: care homes, practices and others are not compared.",
        )


def _is_nhs(record: Record) -> bool:
    return normal(record.text("Provider Type")) == NHS_PROVIDER


def _provider(record: Record) -> dict[str, object]:
    return {
        "provider_code": record.text("Provider ID").upper(),
        "org_name": record.text("Provider Name"),
        "provider_type": record.text("Provider Type"),
    }


def _location(record: Record) -> dict[str, object]:
    return {
        "provider_code": record.text("Provider ID").upper(),
        "location_code": record.text("Location ID").upper(),
        "org_name": record.text("Location Name"),
        "provider_type": record.text("Location Type"),
    }


def _filled(record: Record, name: str) -> str:
    text = record.text(name)
    if not text:
        record.wrong(
            name,
            "the cell is blank",
            "a value in every row",
            "Check the row against the published file.",
        )
    return text


LAYOUT = Layout(
    "cqc_latest_ratings",
    "CQC latest ratings",
    "Care Quality Commission",
    NHS_OGL,
    recognises,
    read,
)
