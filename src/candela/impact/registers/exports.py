"""What does an export of CPMS or EDGE say about our studies?

CPMS exports have ``StudyId``, ``StudyShortName`` and the like.  EDGE attribute reports
are made by local queries, so their headings vary; they are UTF-16, with dates as
day/month/year.  A file is told by its headings.  Names of people in it are not read.
``TotalRecruitmentToDate`` of CPMS is that of all sites and is not taken; EDGE's
``Recruited (org)`` is ours.

Every problem is told with row and column, and a file with problems gives no rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from candela.errors import InputError, Problem
from candela.impact.registers.cells import day_in, is_commercial, rows_of
from candela.impact.registers.entries import Entry, Register, StudyState, one_line
from candela.impact.registers.headings import places, recognised
from candela.impact.registers.numbers import Scheme, normalised
from candela.impact.registers.states import NO_STATE, state_of

__all__ = ["MOST_ROWS", "Export", "read"]

MOST_ROWS = 2_000
MOST_PROBLEMS = 100
BLANK = frozenset({"", "-", "n/a", "na", "null", "none", "not available", "not known"})


@dataclass(frozen=True)
class Export:
    """The studies of one export, each with the row it stands in."""

    register: Register
    rows: tuple[tuple[int, Entry], ...]
    notes: tuple[Problem, ...] = ()


def read(text: str, name: str, *, today: date) -> Export:
    """Return the studies of an export.

    Raises
    ------
    InputError
        With every problem, each with row and column, or if it is another kind of file.
    """
    rows = rows_of(text, name)
    start, headings = next(rows, (1, []))
    register, aliases = recognised(headings, name, start)
    reader = _Reader(name, register, today, places(headings, aliases), headings)
    found: list[tuple[int, Entry]] = []
    for number, cells in rows:
        if not any(cells):
            continue
        if len(found) == MOST_ROWS:
            reader.wrong(
                number,
                "",
                f"there are more than {MOST_ROWS:,} studies",
                f"{MOST_ROWS:,} at most",
                "Export fewer, such as those of the last five years.",
            )
            break
        entry = reader.entry(number, cells)
        if entry is not None:
            found.append((number, entry))
    reader.refuse_repeated(found)
    if not found and not reader.problems:
        reader.wrong(start + 1, "", "there are no studies", "one row a study", "")
    if reader.problems:
        raise InputError(reader.problems)
    return Export(register, tuple(found), tuple(reader.notes))


@dataclass
class _Reader:
    """Cells by field, with problems and notes gathered on the way."""

    name: str
    register: Register
    today: date
    places: Mapping[str, int]
    headings: Sequence[str]
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def entry(self, row: int, cells: Sequence[str]) -> Entry | None:
        """Return the study of a row; nothing where something in it is wrong."""
        before = len(self.problems)
        short = self._words(cells, "short_title", 80)
        if not short:
            self.wrong(
                row,
                self._heading("short_title"),
                "the cell is blank",
                "the study's short title",
                "Fill it, or remove the row.",
            )
        route = self._text(cells, "route").lower()
        entry = Entry(
            self.register,
            self._numbers(row, cells),
            title=self._words(cells, "title", 300) or short,
            short_title=short,
            sponsor=self._words(cells, "sponsor", 150),
            specialty=self._words(cells, "specialty", 80),
            state=self._state(row, cells),
            opened_on=self._day(row, cells, "opened", "planned_opening"),
            closed_recruitment_on=self._day(
                row, cells, "closed_recruitment", "planned_closure"
            ),
            closed_on=self._day(row, cells, "closed", "planned_close"),
            recruits=self._count(row, cells, "recruits"),
            is_commercial=is_commercial(route),
        )
        return entry if len(self.problems) == before else None

    def refuse_repeated(self, found: Sequence[tuple[int, Entry]]) -> None:
        """Name the rows that are about a study of an earlier row."""
        seen: dict[str, int] = {}
        own = Scheme(self.register.value)
        for row, entry in found:
            number = entry.numbers[own]
            if number in seen:
                self.wrong(
                    row,
                    self._heading(own.value),
                    f"a second row for the study of row {seen[number]}",
                    "one row a study",
                    "Remove one of the two.",
                )
            seen.setdefault(number, row)

    def wrong(
        self, row: int, column: str, what: str, expected: str, remedy: str
    ) -> None:
        """Add a problem; the file will be refused.

        Raises
        ------
        InputError
            When there are so many that reading on would tell nothing more.
        """
        remedy = remedy or "Export the file again."
        self.problems.append(Problem(self.name, what, expected, remedy, row, column))
        if len(self.problems) >= MOST_PROBLEMS:
            raise InputError(self.problems)

    def _numbers(self, row: int, cells: Sequence[str]) -> dict[Scheme, str]:
        found: dict[Scheme, str] = {}
        for scheme in (
            Scheme.CPMS,
            Scheme.EDGE,
            Scheme.IRAS,
            Scheme.ISRCTN,
            Scheme.NCT,
        ):
            text = self._text(cells, scheme.value)
            own = scheme.value == self.register.value
            if not text and not own:
                continue
            try:
                found[scheme] = normalised(scheme, text)
            except InputError as error:
                _, _, remedy = str(error).partition(". ")
                column = self._heading(scheme.value)
                what = f"the cell holds no number of {scheme.words}"
                self.wrong(row, column, what, "such a number", remedy)
        return found

    def _day(
        self, row: int, cells: Sequence[str], actual: str, planned: str
    ) -> date | None:
        """Return the actual day, or the planned one as long as it lies ahead."""
        day = self._one_day(row, cells, actual)
        if day is not None:
            return day
        day = self._one_day(row, cells, planned)
        return day if day is not None and day >= self.today else None

    def _one_day(self, row: int, cells: Sequence[str], name: str) -> date | None:
        text = self._text(cells, name)
        if not text:
            return None
        day = day_in(text)
        if day is None:
            self.wrong(
                row,
                self._heading(name),
                "the cell is not a date",
                "a day such as 31/12/2026 or 2026-12-31",
                "Write the day so, or leave it empty.",
            )
        return day

    def _count(self, row: int, cells: Sequence[str], name: str) -> int | None:
        text = self._text(cells, name).replace(",", "").removesuffix(".0")
        if not text:
            return None
        if text.isascii() and text.isdigit() and len(text) < 9:
            return int(text)
        self.wrong(
            row,
            self._heading(name),
            "the cell is not a whole number",
            "how many people were recruited",
            "Leave it empty if it was not reported.",
        )
        return None

    def _state(self, row: int, cells: Sequence[str]) -> StudyState | None:
        text = self._text(cells, "state")
        if not text:
            return None
        state = state_of(text)
        if state is None and text.lower() not in NO_STATE:
            self.notes.append(
                Problem(
                    self.name,
                    "the status is one that Candela does not know and was left out",
                    "a status such as Open to Recruitment",
                    "Nothing to do, unless it matters to you: change it on its page.",
                    row,
                    self._heading("state"),
                )
            )
        return state

    def _words(self, cells: Sequence[str], name: str, longest: int) -> str:
        return one_line(self._text(cells, name), longest)

    def _text(self, cells: Sequence[str], name: str) -> str:
        place = self.places.get(name)
        text = cells[place] if place is not None and place < len(cells) else ""
        return "" if text.lower() in BLANK else text

    def _heading(self, name: str) -> str:
        place = self.places.get(name)
        return self.headings[place] if place is not None else name
