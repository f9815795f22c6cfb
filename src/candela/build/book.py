"""How does a folder of files become a book, wholly or not at all?

Everything is made in memory, written beside the place the book will have, and moved
there in one step.  A build that fails leaves no book, and an earlier book stays whole.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from candela.association import Protocol
from candela.build.analysis import findings_of
from candela.build.manifest import NAME, manifest_of
from candela.build.results import results_of
from candela.build.writing import (
    chart_files,
    put_in_place,
    refuse_folder_of_files,
    refuse_other_folder,
    table_files,
)
from candela.publish.book_tables import all_tables
from candela.publish.findings import Findings
from candela.publish.report import make_report
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
    refuse_other_folder(book)
    book = book.resolve()  # a link stays a link: the book goes where it leads
    refuse_folder_of_files(data, book)
    say("reading the files")
    folder = read_folder(data, progress=lambda name, n, of: say(f"{n}/{of} {name}"))
    folder.refuse_if_wrong()
    say("computing")
    found = findings_of(folder, settings.protocol)
    say("drawing and writing")
    files = _files(found, settings)
    put_in_place(files, book)
    return found


def _files(found: Findings, settings: BuildSettings) -> dict[str, bytes]:
    """Return every file of the book by its path."""
    tables = all_tables(found)
    report = make_report(found, tables)
    files: dict[str, bytes] = {"report.html": report.html.encode()}
    licence = NOBODYS if found.made_up else PUBLIC
    for table in tables:
        files |= table_files("tables", table, made_up=found.made_up, licence=licence)
    for chart in report.charts:
        files |= chart_files(chart, report, made_up=found.made_up, licence=licence)
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
