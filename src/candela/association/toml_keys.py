"""Is every key of a protocol what it should be, and which is not?

A key that is missing, unknown or of another kind is refused by file and name: a plan
that is not read as it was written is no plan.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, NoReturn, Self

from candela.errors import InputError, Problem
from candela.tables import Policy

__all__ = ["LEVEL", "Keys", "parse_toml", "read_bytes"]

LEVEL = 0.95  # every sentence, heading and chart says 95%


def read_bytes(path: Path, *, otherwise: str) -> bytes:
    """Return a protocol as it is written; ``otherwise`` says what to give instead.

    Raises
    ------
    InputError
        If the file cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(
            Problem(
                str(path),
                f"the protocol cannot be read ({error.strerror})",
                "a TOML file",
                f"Give the path of a protocol, or {otherwise}.",
            )
        ) from None


def parse_toml(raw: bytes, name: str) -> dict[str, Any]:
    """Return what is written in ``raw``, called ``name`` in messages.

    Raises
    ------
    InputError
        If it is not TOML.
    """
    try:
        return tomllib.loads(raw.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            Problem(
                name,
                f"this is not TOML ({error})",
                "a protocol in TOML",
                "Mend the line named.",
            )
        ) from None


@dataclass
class Keys:
    """The keys of a protocol or of one of its tables, each checked as it is taken.

    ``example`` is the name of a shipped protocol that a refusal points to.
    """

    file: str
    written: Mapping[str, Any]
    example: str

    def below(self, place: str, written: Mapping[str, Any]) -> Self:
        """Return the keys of a table that stands at ``place`` of the file."""
        return type(self)(f"{self.file} {place}", written, self.example)

    def section(self, name: str, known: tuple[str, ...]) -> Self:
        section = self.below(f"[{name}]", self.value(name, dict))
        section.known_keys(list(known))
        return section

    def table(self, section: Self, name: str) -> Self:
        return self.below(f"[{name}]", section.value(name.split(".")[-1], dict))

    def tables(self, name: str) -> list[Self]:
        tables = self.written.get(name, [])
        if not isinstance(tables, list) or not all(isinstance(t, dict) for t in tables):
            self.refuse(name, tables, f"tables, each under a line [[{name}]]")
        return [
            self.below(f"[[{name}]] {n}", table) for n, table in enumerate(tables, 1)
        ]

    def value(self, key: str, kind: type) -> Any:
        """Return the value of a key, refused if missing or of another kind."""
        found = self.written.get(key)
        if not isinstance(found, kind) or isinstance(found, bool):
            self.refuse(
                key, "nothing" if found is None else found, f"a {kind.__name__}"
            )
        return found

    def text(self, key: str) -> str:
        return str(self.value(key, str))

    def text_if_given(self, key: str) -> str:
        return self.text(key) if key in self.written else ""

    def number(self, key: str) -> float:
        found = self.written.get(key)
        if isinstance(found, bool) or not isinstance(found, int | float):
            self.refuse(key, "nothing" if found is None else found, "a number")
        return float(found)

    def whole(
        self,
        key: str,
        *,
        least: int | None = None,
        most: int | None = None,
        otherwise: int | None = None,
    ) -> int:
        found = self.written.get(key, otherwise)
        return self.whole_number(key, found, least=least, most=most)

    def whole_number(
        self,
        key: str,
        found: object,
        *,
        least: int | None = None,
        most: int | None = None,
    ) -> int:
        if (
            isinstance(found, bool)
            or not isinstance(found, int)
            or (least is not None and found < least)
            or (most is not None and found > most)
        ):
            bounds = [f"{least} or more"] if least is not None else []
            bounds += [f"{most} or less"] if most is not None else []
            told = " and ".join(["a whole number", *bounds])
            self.refuse(key, "nothing" if found is None else found, told)
        return found

    def level(self) -> float:
        level = self.number("level")
        if level != LEVEL:
            self.refuse("level", level, f"{LEVEL}: intervals are 95% everywhere")
        return level

    def share(self, key: str) -> float:
        found = self.number(key)
        if not 0 < found < 1:
            self.refuse(key, found, "a share between 0 and 1, such as 0.95")
        return found

    def policy(self, key: str, text: str) -> str:
        try:
            Policy.parse(text)
        except InputError as error:
            self.refuse(key, text, f"a policy ({error})")
        return text

    def choice(
        self, key: str, known: Sequence[str], *, otherwise: str | None = None
    ) -> str:
        """Return the text of a key, which must be one of those known."""
        if otherwise is not None and key not in self.written:
            return otherwise
        found = self.text(key)
        if found not in known:
            self.refuse(key, found, f"one of {', '.join(filter(None, known))}")
        return found

    def rising(self, key: str) -> tuple[float, ...]:
        """Return numbers, each above the one before."""
        found = self.value(key, list)
        for one in found:
            if isinstance(one, bool) or not isinstance(one, int | float):
                self.refuse(key, one, "numbers")
        if any(a >= b for a, b in pairwise(found)):
            self.refuse(key, found, "numbers, each above the one before")
        return tuple(float(one) for one in found)

    def words(self, key: str, known: Mapping[str, object] | None = None) -> list[str]:
        return self.words_of(self.value(key, list), key, known)

    def words_of(
        self, found: list[str], key: str, known: Mapping[str, object] | None
    ) -> list[str]:
        for word in found:
            if not isinstance(word, str) or (known is not None and word not in known):
                told = "text" if known is None else f"one of {', '.join(known)}"
                self.refuse(key, word, told)
        return found

    def known_keys(self, known: list[str]) -> None:
        for key in self.written:
            if key not in known:
                self.refuse(key, "a key nobody reads", f"one of {', '.join(known)}")

    def refuse(self, key: str, found: object, expected: str) -> NoReturn:
        raise InputError(
            Problem(
                self.file,
                f"`{key}` holds {found!r}",
                expected,
                f"See the shipped protocol {self.example} for an example.",
            )
        )
