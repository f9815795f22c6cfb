"""Every error we raise on purpose.

CandelaError            shown without a traceback
├── InputError          a file, row or setting is not what it should be   exit 10
│   └── OtherLevel      a good file, of sites where trusts are wanted     exit 10
├── TooFewData          the question is sound; these data cannot answer   exit 11
├── NotConverged        a model did not settle                            exit 12
├── NotAllowed          this person may not do this                       exit 13
├── BookChanged         a book is not as it was written                   exit 14
└── LogChanged          the audit log is not as it was written            exit 14

A message says what is wrong, where, and what to do.  Values of aggregate, published
files may be quoted; values of person-level files never are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

__all__ = [
    "BookChanged",
    "CandelaError",
    "InputError",
    "LogChanged",
    "NotAllowed",
    "NotConverged",
    "OtherLevel",
    "Problem",
    "TooFewData",
]

MESSAGES_SHOWN = 20


@dataclass(frozen=True)
class Problem:
    """One thing wrong, or worth knowing, in one place of one input.

    Parameters
    ----------
    file
        The file's name as the user knows it: its path below the folder given.
    what
        What was found, as a sentence without a full stop.
    expected
        What a good file would hold there.
    remedy
        What to do about it.
    row
        Row number counted as a spreadsheet does, from 1; ``None`` for the whole file.
    column
        The column's heading as written in the file; empty for the whole row.
    """

    file: str
    what: str
    expected: str
    remedy: str
    row: int | None = None
    column: str = ""

    @property
    def asks_for_nothing(self) -> bool:
        """Whether there is nothing to do about it."""
        return self.remedy.startswith("Nothing to do")

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column:
            place += f", column `{self.column}`"
        return f"{place}: {self.what}. Expected {self.expected}. {self.remedy}"


class CandelaError(Exception):
    """Something the user can understand and act on."""

    exit_code = 1


class InputError(CandelaError):
    """A file, row or setting is not what it should be."""

    exit_code = 10

    def __init__(self, problems: Problem | str | Iterable[Problem]) -> None:
        if isinstance(problems, Problem):
            problems = (problems,)
        self.problems: tuple[Problem, ...] = (
            () if isinstance(problems, str) else tuple(problems)
        )
        text = problems if isinstance(problems, str) else self._told()
        super().__init__(text)

    def _told(self) -> str:
        lines = [str(problem) for problem in self.problems[:MESSAGES_SHOWN]]
        more = len(self.problems) - MESSAGES_SHOWN
        if more > 0:
            lines.append(f"... and {more} more problems of this kind.")
        return "\n".join(lines)


class OtherLevel(InputError):
    """A good file of another level than the one that is read, such as sites.

    Alone it is refused; beside the wanted level in one archive it is left out.
    """


class TooFewData(CandelaError):
    """The question is sound; these data cannot answer it."""

    exit_code = 11


class NotConverged(CandelaError):
    """A model did not settle."""

    exit_code = 12


class NotAllowed(CandelaError):
    """This person may not do this."""

    exit_code = 13


class BookChanged(CandelaError):
    """A book is not as it was written."""

    exit_code = 14


class LogChanged(CandelaError):
    """The audit log is not as it was written."""

    exit_code = 14
