"""How is a book put in its place, wholly or not at all?

It is written beside the place it will have and moved there in one step.  What fails or
is stopped leaves no book, and an earlier book stays whole.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from candela.build.manifest import NAME
from candela.errors import InputError
from candela.publish.charts import Chart
from candela.publish.csv_tables import PublishedTable, csv_text, metadata_text
from candela.publish.report import Report

__all__ = [
    "chart_files",
    "put_in_place",
    "refuse_folder_of_files",
    "refuse_other_folder",
    "table_files",
]


def table_files(
    folder: str, table: PublishedTable, *, made_up: bool, licence: str
) -> dict[str, bytes]:
    """Return a table and its metadata, by path."""
    return {
        f"{folder}/{table.name}.csv": csv_text(table).encode(),
        f"{folder}/{table.name}.csv-metadata.json": metadata_text(
            table, made_up=made_up, licence=licence
        ).encode(),
    }


def chart_files(
    chart: Chart, report: Report, *, made_up: bool, licence: str
) -> dict[str, bytes]:
    """Return a chart's two pictures and its tables, by path."""
    files = {
        f"charts/{chart.name}.svg": report.drawings[chart.name].encode(),
        f"charts/{chart.name}.png": chart.png(),
    }
    for table in chart.tables:
        files |= table_files("charts", table, made_up=made_up, licence=licence)
    return files


def refuse_other_folder(book: Path) -> None:
    """Refuse to write over anything that is not a book."""
    if not book.exists() and not book.is_symlink():
        return
    if book.is_dir() and ((book / NAME).is_file() or not any(book.iterdir())):
        return
    raise InputError(
        f"{book} is there already and is not a book: choose another place for "
        "--out, or remove it yourself."
    )


def refuse_folder_of_files(data: Path, book: Path) -> None:
    """Refuse a book among the files it is made of: it would be read as one of them."""
    if book.resolve().is_relative_to(data.resolve()):
        raise InputError(
            f"{book} lies in {data}, whose files are read: the next build would take "
            "the book for one of them. Choose a place outside for --out."
        )


def put_in_place(files: dict[str, bytes], book: Path) -> None:
    """Write the book beside its place and move it there.

    Raises
    ------
    InputError
        If that fails, with the reason.
    """
    try:
        book.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f".{book.name}.", dir=book.parent))
        _move_in(files, book, work)
    except OSError as error:
        raise InputError(
            f"the book cannot be written to {book} ({error.strerror or error}). What "
            "was there before is as it was. Make room or choose another place for "
            "--out, and build again."
        ) from error


def _move_in(files: dict[str, bytes], book: Path, work: Path) -> None:
    new, earlier = work / "new", work / "earlier"
    try:
        for name, content in files.items():
            path = new / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        if book.exists():
            book.rename(earlier)
        new.rename(book)
    finally:
        # Also after Ctrl-C between the two moves: the earlier book is never removed
        # before the new one is in its place.
        if earlier.exists() and not book.exists():
            _give_back(earlier, book)
        shutil.rmtree(work, ignore_errors=True)


def _give_back(earlier: Path, book: Path) -> None:
    try:
        earlier.rename(book)
    except OSError as error:
        raise InputError(
            f"the book cannot be written to {book}, and the earlier book could not be "
            f"moved back ({error.strerror or error}). It is whole: move {earlier} to "
            f"{book} yourself."
        ) from error
