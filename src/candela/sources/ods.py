"""Which organisations are there, and who took over from whom?

The Organisation Data Service publishes its lists without headings: ``etr.csv`` (NHS
trusts, 24 columns and later 27) and ``succ.csv`` with ``succarc.csv`` (successions of
every kind of organisation).  They are known by what is in their columns.  Copies with a
first row of headings, some of them blank, go round as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain

from candela.sources.files import Contents
from candela.sources.reading import (
    NHS_OGL,
    Layout,
    Reading,
    normal,
)
from candela.sources.records import Record, RecordReader
from candela.tables import ORGANISATIONS, SUCCESSIONS

__all__ = ["SUCCESSION_LAYOUT", "TRUST_LAYOUT"]

PUBLISHER = "NHS Organisation Data Service"
FULL_MATCH_SHARE = (
    0.5  # of the rows after the first; a bad row is told, not passed over
)

# The order that the service documents; columns without a name are null.
TRUST_COLUMNS = (
    "organisation_code",
    "name",
    "national_grouping",
    "high_level_health_geography",
    "address_1",
    "address_2",
    "address_3",
    "address_4",
    "address_5",
    "postcode",
    "open_date",
    "close_date",
    *("",) * 5,
    "contact_telephone_number",
    *("",) * 3,
    "amended_record_indicator",
    "",
    "GOR_code",
)
TRUST_WIDTHS = (24, 27)

CODE = re.compile(r"[A-Z0-9]{2,8}")
TRUST_CODE = re.compile(r"[A-Z0-9]{3}")
GROUPING = re.compile(r"[YW]\d{2}")  # W00 is Wales
GEOGRAPHY = re.compile(r"Q[A-Z0-9]{2}")
DAY = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
NO_DAY = re.compile(rf"(?:{DAY.pattern})?")

SUCCESSION_COLUMNS = ("old_code", "new_code", "reason", "date")
ALIASES = {
    "old_code": ("predecessor_code",),
    "new_code": ("successor_code",),
    "date": ("effective_date",),
}


def is_trust_list(contents: Contents) -> bool:
    """Say whether the columns hold what ``etr.csv`` holds, in its order."""
    rows = _head(contents)
    if rows and rows[0] and normal(rows[0][0]) == normal(TRUST_COLUMNS[0]):
        named = [normal(cell) for cell in rows[0]]
        if named[:4] != [normal(name) for name in TRUST_COLUMNS[:4]]:
            return False
        rows = rows[1:]
    return _mostly(rows, _is_trust)


def _is_trust(cells: Sequence[str]) -> bool:
    return (
        len(cells) in TRUST_WIDTHS
        and TRUST_CODE.fullmatch(cells[0]) is not None
        and cells[1] != ""
        and GROUPING.fullmatch(cells[2]) is not None
        and GEOGRAPHY.fullmatch(cells[3]) is not None
        and DAY.fullmatch(cells[10]) is not None
        and NO_DAY.fullmatch(cells[11]) is not None
        and not any(cells[12:17])
        and cells[21] in ("", "0", "1")
    )


def is_succession_list(contents: Contents) -> bool:
    """Say whether the columns hold what ``succ.csv`` holds, or are so headed."""
    rows = _head(contents)
    if rows and _has_succession_headings(rows[0]):
        return True
    return _mostly(rows, _is_succession)


def _has_succession_headings(cells: Sequence[str]) -> bool:
    seen = {normal(cell) for cell in cells}
    return all(
        seen & {normal(alias) for alias in (name, *ALIASES[name])} for name in ALIASES
    )


def _is_succession(cells: Sequence[str]) -> bool:
    return (
        len(cells) in (4, 5)
        and CODE.fullmatch(cells[0]) is not None
        and CODE.fullmatch(cells[1]) is not None
        and re.fullmatch("[A-Z]", cells[2]) is not None
        and DAY.fullmatch(cells[3]) is not None
        and not any(cells[4:])
    )


def _head(contents: Contents) -> tuple[tuple[str, ...], ...]:
    return () if contents.text is None else contents.text.head


def _mostly(
    rows: Sequence[Sequence[str]], is_one: Callable[[Sequence[str]], bool]
) -> bool:
    """Say whether the first row is one of these, and most of the head."""
    if not rows or not is_one(rows[0]):
        return False
    return sum(is_one(row) for row in rows) >= FULL_MATCH_SHARE * len(rows)


def read_trusts(contents: Contents, layout: Layout) -> Reading:
    """Return the organisations of ``etr.csv``, open and closed."""
    reader, rows = _opened(contents, TRUST_COLUMNS, headed_by=TRUST_COLUMNS[:1])
    found = [
        {
            "org_code": record.trust_code("organisation_code"),
            "org_name": _required(record, "name"),
            "region_code": record.text("national_grouping"),
            "postcode": record.text("postcode"),
            "open_date": record.date("open_date", required=False),
            "close_date": _closed(record),
            "source_file": contents.name,
            "source_row": record.row,
        }
        for record in reader.records(rows, key="organisation_code")
    ]
    source = layout.source(contents)
    table = reader.table(ORGANISATIONS, found, source, unit="organisation")
    return Reading(layout.name, source, table, (), tuple(reader.notes))


def _closed(record: Record) -> object:
    opened = record.date("open_date", required=False)
    closed = record.date("close_date", required=False)
    if opened is not None and closed is not None and closed < opened:
        record.wrong(
            "close_date",
            f"it closed ({closed}) before it opened ({opened})",
            "a day after it opened",
            "Check the row against the published file.",
        )
    return closed


def read_successions(contents: Contents, layout: Layout) -> Reading:
    """Return who took over from whom, from ``succ.csv`` or a copy with headings.

    Codes of every length are kept: practices and sites are succeeded as trusts are.
    """
    reader, rows = _opened(contents, SUCCESSION_COLUMNS, headed_by=("old_code",))
    reader.require("old_code", "new_code", "date")
    found: dict[tuple[object, ...], dict[str, object]] = {}
    selves: list[int] = []
    repeats: list[int] = []
    for record in reader.records(rows, key="old_code"):
        old, new = _code(record, "old_code"), _code(record, "new_code")
        day = record.date("date")
        if old and old == new:
            selves.append(record.row)
            continue
        key = (old, new, day)
        if key in found and all(key):
            repeats.append(record.row)
            continue
        found[(*key, record.row) if not all(key) else key] = {
            "predecessor_code": old,
            "successor_code": new,
            "effective_date": day,
            "share": _share(record),
            "source_file": contents.name,
            "source_row": record.row,
        }
    _tell_left_out(reader, selves, "an organisation succeeds itself")
    _tell_left_out(reader, repeats, "the row repeats one above")
    source = layout.source(contents)
    table = reader.table(SUCCESSIONS, list(found.values()), source, unit="succession")
    return Reading(layout.name, source, table, (), tuple(reader.notes))


def _tell_left_out(reader: RecordReader, rows: Sequence[int], why: str) -> None:
    if rows:
        reader.note(
            f"left out {len(rows)} row{'s' if len(rows) > 1 else ''} in which {why}",
            "two organisations and a day in each row, once",
            "Nothing to do: such a row says nothing.",
            row=rows[0],
        )


def _code(record: Record, name: str) -> str:
    text = record.text(name).upper()
    if not CODE.fullmatch(text):
        record.wrong(
            name,
            f"`{text[:40]}` is not an organisation code",
            "letters and digits, such as RXX or RXX01",
            "Correct it in the file.",
        )
        return ""
    return text


def _share(record: Record) -> float | None:
    share = record.number("share", required=False)
    if share is not None and share > 1:
        record.wrong(
            "share",
            f"{share:g} is above 1",
            "a share from 0 to 1",
            "Write a quarter as 0.25, or leave it empty if it is not known.",
        )
        return None
    return share


def _required(record: Record, name: str) -> str:
    text = record.text(name)
    if not text:
        record.wrong(name, "the cell is blank", "a name", "Fill it.")
    return text


def _opened(
    contents: Contents, order: Sequence[str], *, headed_by: Sequence[str]
) -> tuple[RecordReader, Iterable[tuple[int, Sequence[str]]]]:
    """Return a reader and the rows of data, whether or not there are headings.

    Headings that are partly blank are filled in from the documented ``order``.
    """
    assert contents.text is not None
    rows: Iterator[tuple[int, list[str]]] = contents.text.rows()
    number, first = next(rows)
    marks = {normal(a) for name in headed_by for a in (name, *ALIASES.get(name, ()))}
    if marks & {normal(cell) for cell in first}:
        headings = first
        if "" in first:
            headings = [cell or name for cell, name in zip(first, order, strict=False)]
        reader = RecordReader(contents.name, headings, ALIASES, header_row=number)
        reader.note_text(contents.text)
        return reader, rows
    reader = RecordReader(contents.name, order, ALIASES, header_row=0)
    reader.note_text(contents.text)
    return reader, chain([(number, first)], rows)


TRUST_LAYOUT = Layout(
    "ods_trusts",
    "Organisation Data Service, NHS trusts (etr)",
    PUBLISHER,
    NHS_OGL,
    is_trust_list,
    read_trusts,
)
SUCCESSION_LAYOUT = Layout(
    "ods_successions",
    "Organisation Data Service, successions (succ)",
    PUBLISHER,
    NHS_OGL,
    is_succession_list,
    read_successions,
)
