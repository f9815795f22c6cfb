"""What is in this folder, and what does it say in all?

Every file is opened and recognised by content.  A file that is read badly is reported
and the others are still read; ``Folder.refuse_if_wrong`` is for those who need all.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt

from candela.errors import InputError, OtherLevel, Problem
from candela.sources.files import open_contents
from candela.sources.layouts import recognised
from candela.sources.reading import Reading
from candela.tables import (
    ORGANISATION_MEASURES,
    PUBLISHED_OUTCOMES,
    Column,
    Period,
    Table,
    TableSpec,
)

__all__ = ["FileReport", "Folder", "read_folder"]

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class FileReport:
    """What became of one file.

    ``title`` is empty for a file in none of our layouts: it is left out, which is not
    a problem in itself.  ``left_out`` tells of members of an archive that are of
    another level (sites) than the member that was read.
    """

    name: str
    title: str
    readings: tuple[Reading, ...]
    problems: tuple[Problem, ...]
    left_out: tuple[Problem, ...] = ()

    @property
    def notes(self) -> tuple[Problem, ...]:
        """What is worth knowing about the file, members left out included."""
        own = tuple(note for reading in self.readings for note in reading.notes)
        return own + self.left_out

    @property
    def rows(self) -> int:
        """Rows of data read."""
        return sum(len(reading.table) for reading in self.readings)

    @property
    def periods(self) -> tuple[Period, ...]:
        """The periods covered, in order."""
        return tuple(sorted({p for r in self.readings for p in r.periods}))


@dataclass(frozen=True)
class Folder:
    """Everything read from a folder of published files."""

    path: Path
    files: tuple[FileReport, ...]
    choices: tuple[Problem, ...]
    conflicts: tuple[Problem, ...]
    kept: tuple[tuple[Reading, Table], ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Everything that must be mended before a book can be built."""
        own = tuple(p for report in self.files for p in report.problems)
        return own + self.conflicts

    def refuse_if_wrong(self) -> None:
        """Raise every problem of the folder, or that nothing in it can be read."""
        if self.problems:
            raise InputError(self.problems)
        if not self.kept:
            raise InputError(
                Problem(
                    str(self.path),
                    f"none of its {len(self.files)} files is in a layout that can be "
                    "read"
                    if self.files
                    else "the folder is empty",
                    "a folder of published files, such as SHMI and research activity",
                    "Run `candela check FOLDER` for what each question needs.",
                )
            )

    def table(self, spec: TableSpec) -> Table:
        """Return all rows of one kind, over all files."""
        found = Table.empty(spec)
        for _, table in self.kept:
            if table.spec == spec and len(table):
                found = table.stacked_on(found)
        return found


def read_folder(path: Path, *, progress: Progress | None = None) -> Folder:
    """Return what the files below ``path`` say.

    Hidden files are passed over.  ``progress`` is called with a file's name, its number
    and how many there are, before the file is read.

    Raises
    ------
    InputError
        If ``path`` is not a folder.
    """
    if not path.is_dir():
        raise InputError(
            Problem(
                str(path),
                "this is not a folder",
                "a folder of published files",
                "Give the folder that holds the files, not a file.",
            )
        )
    files, problems = _files(path)
    reports = [_unreadable(problem) for problem in problems]
    for number, file in enumerate(files, 1):
        name = _shown(file.relative_to(path))
        if progress is not None:
            progress(name, number, len(files))
        reports.append(_report(file, name))
    readings = [reading for report in reports for reading in report.readings]
    kept, choices, conflicts = settle(readings)
    return Folder(path, tuple(reports), choices, conflicts, kept)


def _files(path: Path) -> tuple[list[Path], list[Problem]]:
    """Return the files below ``path`` in order, and the folders that cannot be read."""
    found: list[Path] = []
    problems: list[Problem] = []

    def closed(error: OSError) -> None:
        name = _shown(Path(error.filename).relative_to(path))
        problems.append(
            Problem(
                name,
                f"the folder cannot be read ({error.strerror})",
                "a folder that this account may open",
                "Check its permissions, or take it out.",
            )
        )

    for folder, folders, names in os.walk(path, onerror=closed):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            file = Path(folder) / name
            # a link that leads nowhere is told when it is opened
            if not name.startswith(".") and (file.is_file() or not file.exists()):
                found.append(file)
    return sorted(found, key=lambda file: _shown(file.relative_to(path))), problems


def _shown(name: Path) -> str:
    """Return a file's name as it can be printed and written anywhere.

    Names that are not UTF-8, as old archives leave them, and control characters would
    break a terminal or a table.
    """
    text = os.fsencode(name.as_posix()).decode("utf-8", "replace")
    return "".join(ch if ch.isprintable() else "\ufffd" for ch in text)


def _unreadable(problem: Problem) -> FileReport:
    return FileReport(problem.file, "", (), (problem,))


def _report(path: Path, name: str) -> FileReport:
    try:
        contents = open_contents(path, name)
    except InputError as error:
        return FileReport(name, "", (), error.problems)
    if contents.size_bytes == 0:
        return _unreadable(
            Problem(
                name,
                "the file is empty",
                "a file with figures",
                "Download it again, or take it out.",
            )
        )
    readings: list[Reading] = []
    problems: list[Problem] = []
    left_out: list[Problem] = []
    titles: list[str] = []
    for part in (contents, *contents.members):
        try:
            layout = recognised(part)
            if layout is not None:
                titles.append(layout.title)
                readings.append(layout.read(part, layout))
        except OtherLevel as error:
            (left_out if part is not contents else problems).extend(error.problems)
        except InputError as error:
            problems.extend(error.problems)
    if not readings:
        problems, left_out = [*problems, *left_out], []
    title = "; ".join(dict.fromkeys(titles))
    return FileReport(name, title, tuple(readings), tuple(problems), tuple(left_out))


Key = tuple[object, ...]


def settle(
    readings: list[Reading],
) -> tuple[tuple[tuple[Reading, Table], ...], tuple[Problem, ...], tuple[Problem, ...]]:
    """Decide between files that claim the same rows.

    The file with the later stated day of revision is kept, and a file that states one
    is kept over a file that does not.  Where neither is later, a file that restates
    other periods on purpose must agree with the other one.  Anything else is a
    conflict.

    Returns
    -------
    kept, choices, conflicts
        Readings with the rows kept of each; what was left out and why; and what the
        user must decide.
    """
    order = sorted(range(len(readings)), key=lambda n: _strength(readings[n]))
    owner: dict[tuple[str, Key], tuple[int, int]] = {}
    choices: dict[tuple[int, int], int] = {}
    conflicts: dict[tuple[int, int], Problem] = {}
    kept: dict[int, Table] = {}
    for number in order:
        reading = readings[number]
        spec = reading.table.spec
        keep = np.ones(len(reading.table), dtype=bool)
        for row, key in enumerate(_claims(reading.table)):
            first = owner.setdefault((spec.name, key), (number, row))
            if first == (number, row):
                continue
            keep[row] = False
            pair = (first[0], number)
            other = readings[first[0]]
            if _yields(reading, row, other, first[1]):
                choices[pair] = choices.get(pair, 0) + 1
            elif pair not in conflicts:
                conflicts[pair] = _conflict(reading, row, other, key)
        kept[number] = reading.table.where(keep)
    told = tuple(
        _choice(readings[a], readings[b], count) for (a, b), count in choices.items()
    )
    return (
        tuple((readings[n], kept[n]) for n in range(len(readings))),
        told,
        tuple(conflicts.values()),
    )


def _claims(table: Table) -> list[Key]:
    """Return what each row claims to say, alike in every file that says it."""
    if table.spec.grain:
        return list(table.keys(*table.spec.grain))
    return [(name, row) for row, name in enumerate(table["source_file"])]


def _strength(reading: Reading) -> tuple[int, bool, int, str]:
    """Return the order in which readings are believed, the first before the others.

    Of two lists alike in the rest, the one that tells more goes first: official lists
    of successions give no shares, and a list that does must not be hidden by one.
    """
    revision = reading.revision or date.min
    told = sum(
        int(np.count_nonzero(~np.isnan(reading.table[column.name])))
        for column in _figures(reading.table)
    )
    return -revision.toordinal(), reading.restates, -told, reading.file.name


def _yields(reading: Reading, row: int, other: Reading, other_row: int) -> bool:
    """Say whether ``reading`` may give way to ``other`` in this row.

    A list of facts without a period (who took over from whom) claims nothing for
    itself: the same fact in two lists is one fact.
    """
    if _revised(other, reading):
        return True
    listed = "period_start" not in reading.table.spec.grain
    if listed or reading.restates or other.restates:
        return _same(reading.table, row, other.table, other_row)
    return False


def _revised(later: Reading, earlier: Reading) -> bool:
    """Say whether ``later`` states a later day of revision than ``earlier``."""
    return (later.revision or date.min) > (earlier.revision or date.min)


def _same(table: Table, row: int, other: Table, other_row: int) -> bool:
    """Say whether two rows give the same figures, whatever they call things.

    A figure printed to fewer decimals in one file agrees if it is the other's, rounded.
    A column that one of the files lacks says nothing against the other.
    """
    status = "value_status"
    if status in table.columns and table[status][row] != other[status][other_row]:
        return False
    for column in _figures(table):
        name = column.name
        mine, theirs = table[name][row], other[name][other_row]
        if mine == theirs or (np.isnan(mine) and np.isnan(theirs)):
            continue
        if np.isnan(mine) or np.isnan(theirs):
            if not np.isnan(table[name] if np.isnan(mine) else other[name]).all():
                return False
            continue
        printed = min(_decimals(table[name]), _decimals(other[name]))
        if column.kind == "count" or abs(mine - theirs) > 0.5001 * 10.0**-printed:
            return False
    return True


def _figures(table: Table) -> tuple[Column, ...]:
    """Return the columns that hold figures."""
    return tuple(
        column
        for column in table.spec.columns
        if column.kind in ("count", "number") and column.name != "source_row"
    )


def _decimals(values: npt.NDArray[np.float64]) -> int:
    """Return to how many decimals, at most 9, the figures of a column are printed."""
    known = values[~np.isnan(values)]
    for decimals in range(9):
        if np.all(np.abs(known - np.round(known, decimals)) < 1e-9):
            return decimals
    return 9


def _conflict(reading: Reading, row: int, other: Reading, key: Key) -> Problem:
    if reading.file.sha256 == other.file.sha256:
        return Problem(
            reading.file.name,
            f"the file is the same as {other.file.name}, byte for byte",
            "each file once",
            "Remove one of the two.",
        )
    told = ", ".join(str(part) for part in key)
    what = {
        PUBLISHED_OUTCOMES.name: "this period",
        ORGANISATION_MEASURES.name: "this figure",
    }.get(reading.table.spec.name, "this row")
    return Problem(
        reading.file.name,
        f"{what} ({told}) is also in {other.file.name}",
        "one file for each period",
        "Remove one of the two files from the folder: neither says that it revises "
        "the other.",
        row=int(reading.table["source_row"][row]),
    )


def _choice(kept: Reading, left: Reading, count: int) -> Problem:
    why = (
        "which states a later revision"
        if _revised(kept, left)
        else "which says the same"
    )
    return Problem(
        left.file.name,
        f"{count} rows gave way to {kept.file.name}, {why}",
        "one file for each period",
        "Nothing to do, if that is the right one of the two.",
    )
