"""How a reader turns rows of cells into a clean table, and says what was wrong.

A reader collects every problem of a file before it gives up, so that the user mends
them all at once.  Problems stop the reading; notes do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from candela.errors import InputError, Problem
from candela.sources.files import DelimitedText
from candela.sources.reading import normal
from candela.tables import SourceFile, Table, TableSpec

__all__ = ["MAX_ALIKE", "MAX_PROBLEMS", "Record", "RecordReader"]

MAX_PROBLEMS = 1000  # from here on a file is not read further
MAX_ALIKE = 10
SUPPRESSED = frozenset({"*", "**", "***", "c", "suppressed", "[c]", "z", "[x]"})
BLANK = frozenset({"", "-", "n/a", "na", "null", "none", "not available"})


@dataclass
class RecordReader:
    """Cells by column name, with problems and notes gathered on the way.

    Parameters
    ----------
    file
        Name of the file in messages.
    headings
        Column headings as written.
    aliases
        For each name the reader uses, the headings that files have been seen to use.

    Raises
    ------
    InputError
        On ``require`` if a column is missing: lists the columns seen.
    """

    file: str
    headings: Sequence[str]
    aliases: Mapping[str, Sequence[str]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)
    header_row: int = 1

    def __post_init__(self) -> None:
        self._places: dict[str, int] = {}
        self._found: dict[str, int | None] = {}
        self._alike: dict[tuple[str, str], int] = {}
        self._repeated: set[str] = set()
        for place, heading in enumerate(self.headings):
            if normal(heading) in self._places:
                self._repeated.add(normal(heading))
            self._places.setdefault(normal(heading), place)

    def place(self, name: str) -> int | None:
        """Return the position of a column, if the file has it."""
        if name not in self._found:
            self._found[name] = self._look_up(name)
        return self._found[name]

    def _look_up(self, name: str) -> int | None:
        for candidate in (name, *self.aliases.get(name, ())):
            found = self._places.get(normal(candidate))
            if found is not None:
                return found
        return None

    def heading(self, name: str) -> str:
        """Return the column's heading as the file writes it."""
        place = self.place(name)
        return name if place is None else self.headings[place]

    def require(self, *names: str) -> None:
        """Refuse the file if it lacks one of these columns, or has one twice."""
        for name in names:
            if normal(self.heading(name)) in self._repeated:
                self.problem(
                    "there is a second column of this name",
                    "each column once",
                    "Remove the one that does not belong.",
                    row=self.header_row,
                    column=self.heading(name),
                )
        missing = [name for name in names if self.place(name) is None]
        if missing:
            seen = ", ".join(h for h in self.headings if h)
            raise InputError(
                Problem(
                    self.file,
                    f"no column {' or '.join(f'`{name}`' for name in missing)}; "
                    f"columns seen: {seen}",
                    f"a heading row with {', '.join(names)}",
                    "Check that this is the file as published, with its heading row.",
                    row=self.header_row,
                )
            )

    def records(
        self, rows: Iterable[tuple[int, Sequence[object]]], *, key: str
    ) -> Iterator[Record]:
        """Yield a record for each row of data.

        Empty rows are skipped.  A row with text but nothing under ``key`` is a footer
        or a title and is noted.  A row with fewer cells than headings is a problem:
        the file is cut off.
        """
        wanted = self.place(key)
        width = max((i + 1 for i, h in enumerate(self.headings) if h), default=0)
        for number, cells in rows:
            texts = ["" if c is None else c for c in cells]
            if not any(texts):
                continue
            filled = [str(text) for text in texts if text != ""]
            sentence = len(filled) == 1 and " " in filled[0]
            keyed = wanted is not None and wanted < len(texts) and texts[wanted] != ""
            if sentence or wanted is None:
                self.note(
                    f"left out a line of text (`{filled[0][:60]}`)",
                    "rows of figures",
                    "Nothing to do: footers and titles are not data.",
                    row=number,
                )
                continue
            if len(texts) < width:
                self.problem(
                    f"the row has {len(texts)} cells",
                    f"{width} cells, as in the heading row",
                    "The file seems cut off here; download it again.",
                    row=number,
                )
                continue
            if not keyed:
                self.problem(
                    "the cell is blank",
                    "a value in every row of data",
                    "Fill it, or remove the row.",
                    row=number,
                    column=self.heading(key),
                )
                continue
            yield Record(self, number, texts)

    def problem(
        self,
        what: str,
        expected: str,
        remedy: str,
        *,
        row: int | None = None,
        column: str = "",
    ) -> None:
        """Add a problem; the file will be refused.

        Of problems alike in column and remedy the first few are told and the others
        counted.

        Raises
        ------
        InputError
            When there are so many that reading on would tell nothing more.
        """
        kind = column, remedy
        self._alike[kind] = self._alike.get(kind, 0) + 1
        if self._alike[kind] <= MAX_ALIKE:
            self.problems.append(
                Problem(self.file, what, expected, remedy, row, column)
            )
        if sum(self._alike.values()) >= MAX_PROBLEMS:
            raise InputError(self._told())

    def _told(self) -> list[Problem]:
        """Return the problems, and how many more are like those told."""
        more = [
            Problem(
                self.file,
                f"{count - MAX_ALIKE} more problems like this one",
                "none",
                remedy,
                column=column,
            )
            for (column, remedy), count in self._alike.items()
            if count > MAX_ALIKE
        ]
        return [*self.problems, *more]

    def note(
        self,
        what: str,
        expected: str,
        remedy: str,
        *,
        row: int | None = None,
        column: str = "",
    ) -> None:
        """Add something worth knowing that does not stop the reading."""
        self.notes.append(Problem(self.file, what, expected, remedy, row, column))

    def note_text(self, text: DelimitedText) -> None:
        """Note an encoding other than UTF-8, and padding that was skipped."""
        if text.encoding != "utf-8":
            self.note(
                f"the text is {text.encoding}, not UTF-8",
                "UTF-8",
                "Nothing to do: it was read as such.",
            )
        if text.text and text.text[-1] not in "\r\n":
            self.note(
                "the last line has no line end",
                "a line end after every row",
                "Check that the last row is complete: the file may be cut off there.",
                row=text.text.count("\n") + 1,
            )
        if text.padding_bytes:
            self.note(
                f"{text.padding_bytes:,} bytes of empty rows after the last row of "
                "data were skipped",
                "rows of figures only",
                "Save the file without the empty rows to make it smaller.",
                row=text.text.count("\n") + 2,
            )

    def table(
        self,
        spec: TableSpec,
        rows: Sequence[Mapping[str, Any]],
        source: SourceFile,
        *,
        unit: str = "row",
    ) -> Table:
        """Return the table, or raise every problem found in the file.

        Rows that stand for the same thing twice are problems too.
        """
        seen: dict[tuple[Any, ...], int] = {}
        for row in rows:
            key = tuple(row.get(name) for name in spec.grain)
            if not spec.grain:
                break
            if "" in key:
                continue  # already a problem of its own
            if key in seen:
                told = ", ".join(str(part) for part in key if part)
                self.problem(
                    f"a second {unit} for {told}; the first is row {seen[key]}",
                    f"one {unit} each",
                    "Remove one of the two.",
                    row=row.get("source_row"),
                )
            else:
                seen[key] = row.get("source_row", 0)
        if not rows and not self.problems:
            self.problem(
                "the file has headings but no rows of data",
                "at least one row",
                "Download the file again.",
                row=self.header_row + 1,
            )
        if self.problems:
            raise InputError(self._told())
        return Table.from_rows(spec, rows, (source,))


@dataclass(frozen=True)
class Record:
    """One row of data: typed cells, each problem told with its place."""

    reader: RecordReader
    row: int
    cells: Sequence[object]

    def raw(self, name: str) -> object:
        """Return the cell as it stands; empty if the file lacks the column."""
        place = self.reader.place(name)
        if place is None or place >= len(self.cells):
            return ""
        return self.cells[place]

    def text(self, name: str) -> str:
        """Return the cell as text."""
        cell = self.raw(name)
        if isinstance(cell, float) and cell.is_integer():
            return str(int(cell))
        return str(cell).strip()

    def is_suppressed(self, name: str) -> bool:
        """Say whether the cell holds a mark of suppression."""
        return self.text(name).lower() in SUPPRESSED

    def status(self, name: str) -> str:
        """Return ``suppressed``, ``missing`` or ``ok`` for the cell."""
        if self.is_suppressed(name):
            return "suppressed"
        return "missing" if self.text(name).lower() in BLANK else "ok"

    def number(
        self, name: str, *, minimum: float | None = 0.0, required: bool = True
    ) -> float | None:
        """Return the cell as a number; nothing if blank, suppressed or wrong.

        Thousands commas and a trailing per cent sign are not guessed at: a comma is
        removed only where it separates three digits.
        """
        cell = self.raw(name)
        text = self.text(name)
        if self.is_suppressed(name):
            return None
        if text.lower() in BLANK:
            if required:
                self.wrong(
                    name,
                    "the cell is blank",
                    "a number",
                    "Fill it; suppressed figures are written `*`.",
                )
            return None
        value = _as_number(cell, text)
        if value is None:
            self.wrong(
                name,
                f"`{text[:40]}` is not a number",
                "a number",
                "Leave it empty if it was not reported.",
            )
            return None
        if minimum is not None and value < minimum:
            self.wrong(
                name,
                f"{value:g} is below {minimum:g}",
                f"a number of {minimum:g} or more",
                "Correct it in the file, or leave it empty.",
            )
            return None
        return value

    def count(self, name: str, *, required: bool = True) -> float | None:
        """Return the cell as a whole number of zero or more."""
        value = self.number(name, required=required)
        if value is not None and value != round(value):
            self.wrong(
                name,
                f"{value:g} is not a whole number",
                "a count",
                "Correct it in the file.",
            )
            return None
        return value

    def date(self, name: str, *, required: bool = True) -> date | None:
        """Return the cell as a day: ISO, YYYYMMDD, DD/MM/YYYY or a workbook's date."""
        cell = self.raw(name)
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        text = self.text(name)
        if text.lower() in BLANK:
            if required:
                self.wrong(name, "the cell is blank", "a date", "Fill it.")
            return None
        for pattern in ("%Y-%m-%d", "%Y%m%d", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S"):
            try:
                return datetime.strptime(text, pattern).date()  # noqa: DTZ007
            except ValueError:
                continue
        self.wrong(
            name,
            f"`{text[:40]}` is not a date",
            "a date such as 2013-04-01",
            "Correct it in the file.",
        )
        return None

    def trust_code(self, name: str) -> str:
        """Return a three-character organisation code; a site's code is a problem."""
        text = self.text(name).upper()
        if len(text) == 3 and text.isalnum():
            return text
        if len(text) == 5 and text.isalnum():
            self.wrong(
                name,
                f"`{text}` is a site code",
                "a three-character trust code",
                "This is a site-level file; use the trust-level file of the same "
                "publication.",
            )
        else:
            self.wrong(
                name,
                f"`{text[:40]}` is not an organisation code",
                "a three-character trust code such as RXX",
                "Correct it in the file.",
            )
        return ""

    def wrong(self, name: str, what: str, expected: str, remedy: str) -> None:
        """Add a problem at this row and column."""
        self.reader.problem(
            what, expected, remedy, row=self.row, column=self.reader.heading(name)
        )


def _as_number(cell: object, text: str) -> float | None:
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return float(cell)
    whole, dot, decimals = text.partition(".")
    groups = whole.lstrip("-").split(",")
    if len(groups) > 1:
        if not groups[0] or any(len(group) != 3 for group in groups[1:]):
            return None
        text = whole.replace(",", "") + dot + decimals
    try:
        value = float(text)
    except ValueError:
        return None
    if "_" in text:  # Python reads 1_000; nobody writes it
        return None
    return value if abs(value) < float("inf") else None
