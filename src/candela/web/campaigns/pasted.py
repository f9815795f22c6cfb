"""Which e-mail addresses are in what somebody pasted, and which lines are not right?

Addresses come from spreadsheets, from mail programs and from lists typed by hand, so
any separator will do, and ``Name <address>`` is read without the name.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator

__all__ = ["BadLine", "Pasted", "read_addresses"]

IN_BRACKETS = re.compile(r"<([^<>]*)>")
SEPARATORS = re.compile(r"[\s,;|]+")
AROUND = "\"'()[]<>:."
LONGEST = 254
is_address = EmailValidator()


@dataclass(frozen=True)
class BadLine:
    """A line that cannot be used: its number, what is kept of it, and why."""

    number: int
    text: str
    why: str


@dataclass(frozen=True)
class Pasted:
    """The addresses in their order, each once, and the lines to look at again."""

    addresses: tuple[str, ...] = ()
    bad: tuple[BadLine, ...] = ()
    repeated: tuple[int, ...] = ()
    """Numbers of lines with an address that stood above already."""
    line_of: Mapping[str, int] = field(default_factory=dict)
    """The line of each address."""

    @property
    def kept_text(self) -> str:
        """What is left to be corrected, line by line."""
        return "\n".join(line.text for line in self.bad)


@dataclass
class _Reading:
    seen: dict[str, str] = field(default_factory=dict)
    line_of: dict[str, int] = field(default_factory=dict)
    bad: list[BadLine] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)


def read_addresses(text: str) -> Pasted:
    """Return the addresses in a text."""
    reading = _Reading()
    for number, line in enumerate(text.splitlines(), 1):
        _read_line(reading, number, line.strip())
    return Pasted(
        tuple(reading.seen.values()),
        tuple(reading.bad),
        tuple(reading.repeated),
        reading.line_of,
    )


def _read_line(reading: _Reading, number: int, line: str) -> None:
    if not line:
        return
    candidates = _candidates(line)
    if not candidates:
        why = "there is no e-mail address in it"
        reading.bad.append(BadLine(number, line, why))
        return
    wrong = [c for c in candidates if not _is_address(c)]
    if wrong:
        kept = ", ".join(wrong)
        why = "this is not a whole e-mail address"
        reading.bad.append(BadLine(number, kept, why))
    _take(reading, number, [c for c in candidates if c not in wrong])


def _candidates(line: str) -> list[str]:
    """Return what is meant as an address; names and titles are dropped."""
    bracketed = [found.strip() for found in IN_BRACKETS.findall(line)]
    words = (w.strip(AROUND) for w in SEPARATORS.split(IN_BRACKETS.sub(" ", line)))
    return [w for w in (*bracketed, *words) if "@" in w]


def _is_address(word: str) -> bool:
    if len(word) > LONGEST:
        return False
    try:
        is_address(word)
    except ValidationError:
        return False
    return True


def _take(reading: _Reading, number: int, addresses: Collection[str]) -> None:
    for address in addresses:
        key = address.casefold()
        if key in reading.seen:
            reading.repeated.append(number)
        else:
            reading.seen[key] = address
            reading.line_of[address] = number
