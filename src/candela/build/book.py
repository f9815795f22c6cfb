"""How does a folder of files become a book, wholly or not at all?

Everything is made in memory, written beside the place the book will have, and moved
there in one step.  A build that fails leaves no book, and an earlier book stays whole.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from candela.association import Protocol
from candela.build.analysis import findings_of
from candela.build.manifest import NAME, manifest_of
from candela.build.results import results_of
from candela.errors import InputError
from candela.publish.book_tables import all_tables
from candela.publish.charts import Chart
from candela.publish.csv_tables import PublishedTable, csv_text, metadata_text
from candela.publish.findings import Findings
from candela.publish.report import Report, make_report
from candela.publish.words_data import words_json
from candela.sources import read_folder

__all__ = ["BuildSettings", "build_book"]

Progress = Callable[[str], None]
PUBLIC = "Open Government Licence v3.0, where the sources are; see tables/sources.csv"
NOBODYS = "Made-up data: no licence needed"


@dataclass(frozen=True)
class BuildSettings:
    """What a build depends on besides the files."""

    protocol: Protocol
    built_on: date


def build_book(
    data: Path, book: Path, settings: BuildSettings, *, progress: Progress | None = None
) -> Findings:
    """Read the files below ``data`` and write the book to ``book``.

    An earlier book at the same place is replaced once the new one is complete.

    Raises
    ------
    InputError
        If any file is not what it should be (all problems at once), ``book`` is a
        folder that is not a book or lies in ``data``, or it cannot be written.
    TooFewData
        If there is nothing to report on.
    """
    say = progress or (lambda _: None)
    _refuse_other_folder(book)
    book = book.resolve()  # a link stays a link: the book goes where it leads
    _refuse_folder_of_files(data, book)
    say("reading the files")
    folder = read_folder(data, progress=lambda name, n, of: say(f"{n}/{of} {name}"))
    folder.refuse_if_wrong()
    say("computing")
    found = findings_of(folder, settings.protocol)
    say("drawing and writing")
    files = _files(found, settings)
    _put_in_place(files, book)
    return found


def _files(found: Findings, settings: BuildSettings) -> dict[str, bytes]:
    """Return every file of the book by its path."""
    tables = all_tables(found)
    report = make_report(found, tables)
    files: dict[str, bytes] = {"report.html": report.html.encode()}
    licence = NOBODYS if found.made_up else PUBLIC
    for table in tables:
        files |= _table_files("tables", table, found, licence)
    for chart in report.charts:
        files |= _chart_files(chart, report, found, licence)
    files |= results_of(found)
    files["results/words.json"] = words_json(found, report, settings.protocol)
    every = (*tables, *(t for chart in report.charts for t in chart.tables))
    files[NAME] = manifest_of(
        found,
        settings.protocol,
        every,
        report.ledger,
        files,
        built_on=settings.built_on,
    )
    return files


def _table_files(
    folder: str, table: PublishedTable, found: Findings, licence: str
) -> dict[str, bytes]:
    return {
        f"{folder}/{table.name}.csv": csv_text(table).encode(),
        f"{folder}/{table.name}.csv-metadata.json": metadata_text(
            table, made_up=found.made_up, licence=licence
        ).encode(),
    }


def _chart_files(
    chart: Chart, report: Report, found: Findings, licence: str
) -> dict[str, bytes]:
    files = {
        f"charts/{chart.name}.svg": report.drawings[chart.name].encode(),
        f"charts/{chart.name}.png": chart.png(),
    }
    for table in chart.tables:
        files |= _table_files("charts", table, found, licence)
    return files


def _refuse_other_folder(book: Path) -> None:
    """Refuse to write over anything that is not a book."""
    if not book.exists() and not book.is_symlink():
        return
    if book.is_dir() and ((book / NAME).is_file() or not any(book.iterdir())):
        return
    raise InputError(
        f"{book} is there already and is not a book: choose another place for "
        "--out, or remove it yourself."
    )


def _refuse_folder_of_files(data: Path, book: Path) -> None:
    """Refuse a book among the files it is made of: it would be read as one of them."""
    if book.resolve().is_relative_to(data.resolve()):
        raise InputError(
            f"{book} lies in {data}, whose files are read: the next build would take "
            "the book for one of them. Choose a place outside for --out."
        )


def _put_in_place(files: dict[str, bytes], book: Path) -> None:
    """Write the book beside its place and move it there; tell why if that fails."""
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
