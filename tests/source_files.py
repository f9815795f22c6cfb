"""Small files for the tests of the readers, and what is read from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest

from candela.errors import InputError, Problem
from candela.sources import Reading, recognised
from candela.sources.files import open_contents


def csv_lines(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows as a CSV with a line end after every row."""
    lines = [columns, *rows]
    return "".join(",".join(map(str, line)) + "\n" for line in lines)


def written(path: Path, text: str, *, encoding: str = "utf-8") -> Path:
    """Write the text as it stands, and return the path."""
    path.write_bytes(text.encode(encoding))
    return path


def read_file(path: Path) -> Reading:
    """Return what one file says; it must be recognised."""
    contents = open_contents(path, path.name)
    layout = recognised(contents)
    assert layout is not None, f"{path.name} was not recognised"
    return layout.read(contents, layout)


def problems_of(path: Path) -> tuple[Problem, ...]:
    """Return why a file is refused; it must be."""
    with pytest.raises(InputError) as raised:
        read_file(path)
    return raised.value.problems


def only_problem_of(path: Path) -> Problem:
    """Return the one thing that is wrong with a file."""
    problems = problems_of(path)
    assert len(problems) == 1, "\n".join(map(str, problems))
    return problems[0]


def place(problem: Problem) -> tuple[str, int | None, str]:
    """Return where a problem is: file, row and column."""
    return problem.file, problem.row, problem.column


def figures(reading: Reading) -> dict[tuple[str, str, str], float]:
    """Return the figures by code, first day of the period and measure."""
    return {
        (code, start.isoformat(), measure): value
        for code, start, measure, value in reading.table.keys(
            "org_code", "period_start", "measure", "value"
        )
    }


def noted(reading: Reading, words: str) -> Problem:
    """Return the one note that has these words."""
    found = [note for note in reading.notes if words in note.what]
    assert len(found) == 1, "\n".join(map(str, reading.notes))
    return found[0]
