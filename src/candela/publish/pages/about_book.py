"""Which book is this, and what in it can be trusted as it was written?"""

from __future__ import annotations

from datetime import date

from candela.publish.contents import STUDY, BookContents

__all__ = ["ALTERED", "book_line", "day_words", "warnings"]

ALTERED = (
    "We have hidden figures of {file} because the file no longer matches the record. "
    "The rest of the page is unaffected."
)
OLDER_BUILD = (
    "This book was built before figures of single organisations were kept in books, so "
    "it has none to show. Build it again from the same files to have them."
)

OF_A_STUDY = (
    "This book is of one study of patients: it holds no indicators of single "
    "organisations. Its result is among the analyses."
)


def day_words(day: date) -> str:
    """Return a day as ``1 May 2025``."""
    return f"{day.day} {day:%B %Y}"


def book_line(contents: BookContents) -> str:
    """Return the line that names the book: its day, and the start of its seal."""
    kind = "made-up data, " if contents.made_up else ""
    return (
        f"Book of {day_words(contents.built_on)}, {kind}fingerprint "
        f"{contents.seal[:12]}."
    )


def warnings(contents: BookContents, *tables: str) -> tuple[str, ...]:
    """Return what to know about the tables that a page rests on."""
    found = [
        ALTERED.format(file=file)
        for table in tables
        for file in (f"tables/{table}.csv", f"tables/{table}.csv-metadata.json")
        if file in contents.altered
    ]
    if not found and "position" in tables and "position" not in contents.tables:
        found.append(OF_A_STUDY if contents.kind == STUDY else OLDER_BUILD)
    return tuple(found)
