"""How does a folder of patients' rows become the book of a study?

The book is of the same kind as any other: a manifest under a seal, tables, charts and a
page.  Everything that goes into it went through ``publish.study.protecting``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from importlib import metadata
from pathlib import Path
from typing import Any

from candela import __version__
from candela.association.patients.protocol import StudyProtocol
from candela.association.patients.result import StudyResult
from candela.build.manifest import FORMAT, NAME, SOFTWARE, fingerprints, sealed
from candela.build.study_results import study_results
from candela.build.writing import (
    chart_files,
    put_in_place,
    refuse_folder_of_files,
    refuse_other_folder,
    table_files,
)
from candela.engine import Engine
from candela.publish.contents import STUDY
from candela.publish.csv_tables import PublishedTable
from candela.publish.report import Report
from candela.publish.study.explanations import explanations_table
from candela.publish.study.protecting import protected
from candela.publish.study.report import make_study_report
from candela.publish.study.shown import ShownStudy
from candela.publish.study.tables import study_tables
from candela.publish.study.words_data import study_words
from candela.sources.patients import read_patient_folder

__all__ = ["StudySettings", "build_study", "write_study"]

Progress = Callable[[str], None]
OF_STUDIES = ("duckdb", "numba", "pyarrow")
PROTECTED = "As your agreement with the provider of the data allows"
NOBODYS = "Made-up data: no licence needed"


@dataclass(frozen=True)
class StudySettings:
    """What the book of a study depends on besides the files."""

    protocol: StudyProtocol
    built_on: date


def build_study(
    data: Path,
    book: Path,
    settings: StudySettings,
    open_engine: Callable[[], Engine],
    *,
    progress: Progress | None = None,
) -> ShownStudy:
    """Read the files below ``data``, run the study and write its book to ``book``.

    An earlier book at the same place is replaced once the new one is complete.  Nothing
    about one person is written anywhere.

    Parameters
    ----------
    open_engine
        Opens what counts the rows; it is closed again whatever happens.

    Raises
    ------
    InputError
        If a file or setting is not what it should be, ``book`` is a folder that is not
        a book or lies in ``data``, or it cannot be written.
    TooFewData
        If there are too few patients or organisations.
    NotConverged
        If the main model did not settle.
    """
    # Loads what passes over rows: slow, so not before it is needed.
    from candela.association.patients import needed_columns, study

    say = progress or (lambda _: None)
    refuse_other_folder(book)
    book = book.resolve()  # a link stays a link: the book goes where it leads
    refuse_folder_of_files(data, book)
    say("looking at the files")
    folder = read_patient_folder(data)
    with open_engine() as engine:
        say("opening the files")
        tables = folder.open(
            engine,
            needed=needed_columns(settings.protocol),
            latest=settings.built_on,
        )
        found = study(engine, tables, settings.protocol, progress=say)
    say("drawing and writing")
    return write_study(found, book, settings)


def write_study(found: StudyResult, book: Path, settings: StudySettings) -> ShownStudy:
    """Write the book of a study that was run; return what of it may be shown."""
    shown = protected(found)
    put_in_place(_files(shown, settings), book)
    return shown


def _files(shown: ShownStudy, settings: StudySettings) -> dict[str, bytes]:
    """Return every file of the book by its path."""
    tables = (*study_tables(shown), explanations_table(shown))
    report = make_study_report(shown, tables)
    licence = NOBODYS if shown.made_up else PROTECTED
    made_up = shown.made_up
    files: dict[str, bytes] = {"report.html": report.html.encode()}
    for table in tables:
        files |= table_files("tables", table, made_up=made_up, licence=licence)
    for chart in report.charts:
        files |= chart_files(chart, report, made_up=made_up, licence=licence)
    files["results/study.json"] = study_results(shown)
    files["results/words.json"] = study_words(shown, report)
    every = (*tables, *(t for chart in report.charts for t in chart.tables))
    files[NAME] = sealed(_manifest(shown, settings, report, every, files))
    return files


def _manifest(
    shown: ShownStudy,
    settings: StudySettings,
    report: Report,
    tables: tuple[PublishedTable, ...],
    files: dict[str, bytes],
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "kind": STUDY,
        "made_up": shown.made_up,
        "built_on": settings.built_on.isoformat(),
        "software": {
            "candela": __version__,
            **{name: metadata.version(name) for name in (*SOFTWARE, *OF_STUDIES)},
        },
        "settings": {
            "protocol": shown.protocol.name,
            "protocol_sha256": shown.protocol.sha256,
            "policy": shown.policy,
            "engine": shown.engine,
            "disclosure": shown.protocol.disclosure,
        },
        "inputs": [
            {
                "file": one.file,
                "sha256": one.sha256,
                "bytes": one.size_bytes,
                "layout": one.layout,
                "publisher": "",
                "licence": "",
                "rows": one.rows,
                "first_day": None,
                "last_day": None,
                "notes": list(one.notes),
            }
            for one in shown.inputs
        ],
        "left_out": [],
        "choices": [],
        "files": fingerprints(files),
        "tables": {table.name: table.origin.written() for table in tables},
        "origins": {
            name: origin.written() for name, origin in report.ledger.origins.items()
        },
        "numbers": report.ledger.numbers,
    }
