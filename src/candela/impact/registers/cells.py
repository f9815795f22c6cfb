"""What is written in the cells of an export?

Text that spreadsheets and EDGE write, dates as people in Britain write them, and
whether a study is commercial.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from datetime import date

from candela.errors import InputError, Problem

__all__ = ["day_in", "is_commercial", "rows_of", "text_of"]

MONTHS = (
    "jan",
    "feb",
    "mar",
    "apr",
    "may",
    "jun",
    "jul",
    "aug",
    "sep",
    "oct",
    "nov",
    "dec",
)
NAMED_DAY = re.compile(r"(\d{1,2})[ -]([A-Za-z]{3})[a-z]*[ -](\d{4})")
BRITISH_DAY = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(?: \d{1,2}:\d{2}(?::\d{2})?)?")
ISO_DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:[T ].*)?")


def text_of(raw: bytes, name: str) -> str:
    """Return an export as text: UTF-8, or what spreadsheets and EDGE write.

    Raises
    ------
    InputError
        If it is no text.
    """
    if raw[:4] == b"PK\x03\x04":
        raise InputError(
            Problem(
                name,
                "the file is a workbook",
                "text with commas or tabs (CSV)",
                "Open it in a spreadsheet and save it as CSV UTF-8.",
            )
        )
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        codecs = ["utf-16"]
    elif raw[1:2] == b"\0":
        codecs = ["utf-16-le"]
    else:
        codecs = ["utf-8-sig", "cp1252"]
    for codec in codecs:
        try:
            text = raw.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise InputError(
        Problem(
            name,
            "the file is not text",
            "text with commas or tabs (CSV)",
            "Export it again as CSV.",
        )
    )


def rows_of(text: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows with their numbers, from the first that is not empty."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    mark = max(",\t;|", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            stripped = [cell.strip() for cell in cells]
            if number == 1 or any(stripped):
                yield number, stripped
    except csv.Error:
        raise InputError(
            Problem(
                name,
                "a quoted cell is never closed, or a cell has no end",
                "complete rows up to the end of the file",
                "The file seems cut off; export it again.",
                row=number + 1,
            )
        ) from None


def is_commercial(route: str) -> bool | None:
    """Return what a cell says of it: Commercial, Non-commercial, yes or no."""
    if not route:
        return None
    return not (route.startswith(("non", "no", "false", "0", "n")))


def day_in(text: str) -> date | None:
    """Return the day of a cell; 03/04/2026 is the third of April."""
    try:
        if found := BRITISH_DAY.fullmatch(text):
            return date(int(found[3]), int(found[2]), int(found[1]))
        if found := ISO_DAY.fullmatch(text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := NAMED_DAY.fullmatch(text):
            month = MONTHS.index(found[2].lower()) + 1
            return date(int(found[3]), month, int(found[1]))
    except ValueError:
        return None
    return None
