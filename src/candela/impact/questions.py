"""What is asked of whom, in which order, and what does one answer open?

A questionnaire is data (``questionnaires/*.toml``): questions with stable codes, and
wordings of them in languages and formats.  One language and format of it is a *form*:
pages, each with a question and the box it opens.  Nothing is required, nothing is
ticked beforehand, and a question asked of nobody never looks like one without answers.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from candela.errors import InputError
from candela.impact.answers import Answers, Gate, Value
from candela.impact.claims import Role

__all__ = [
    "Asked",
    "Choice",
    "Condition",
    "Form",
    "Format",
    "ImpossibleAnswer",
    "Page",
    "Style",
    "checksum",
    "counted",
    "gates_answered",
    "page_after",
    "page_before",
    "read",
    "visible_pages",
]

LARGEST = 1e12


class ImpossibleAnswer(InputError):
    """What was typed cannot be an answer; the words are for who typed it."""


class Style(StrEnum):
    """How a question is answered."""

    GATE = "gate"
    SINGLE = "single"
    MULTI = "multi"
    NUMBER = "number"
    MONEY = "money"
    DATE = "date"
    SHORT_TEXT = "text_short"
    LONG_TEXT = "text_long"


class Format(StrEnum):
    """For whom a wording is made; the codes underneath are the same."""

    STANDARD = "standard"
    EASY_READ = "easy_read"
    LARGE_PRINT = "large_print"
    CHILD = "child_6_11"
    YOUNG_PERSON = "young_12_15"
    INTERVIEWER = "interviewer"


@dataclass(frozen=True)
class Choice:
    """One thing that may be ticked."""

    code: str
    label: str


@dataclass(frozen=True)
class Condition:
    """A question is asked if another was answered with one of these codes."""

    code: str
    among: frozenset[str]

    def holds(self, answers: Answers) -> bool:
        """Say whether it holds."""
        given = answers.get(self.code, [])
        codes = [given] if isinstance(given, str) else given
        return isinstance(codes, list) and not self.among.isdisjoint(codes)


@dataclass(frozen=True)
class Asked:
    """One question in one wording.

    Attributes
    ----------
    code
        Stable over versions, formats and languages.
    kinds
        Codes of ``framework`` that an answer is about; empty for what is not impact.
    page
        Questions of one page are shown together.
    only_if
        All must hold.  One about a question of the same page opens a box below it.
    general
        A gate about everything at once, which leads to those about one thing each.
    """

    code: str
    style: Style
    page: str
    text: str
    hint: str = ""
    example: str = ""
    choices: tuple[Choice, ...] = ()
    kinds: tuple[str, ...] = ()
    only_if: tuple[Condition, ...] = ()
    max_length: int = 2_000
    general: bool = False

    def label_of(self, code: str) -> str:
        """Return a choice in words; of one that is not there, its code."""
        return next((c.label for c in self.choices if c.code == code), code)


@dataclass(frozen=True)
class Page:
    """One page of a form; ``part`` counts from 1."""

    code: str
    part: int
    questions: tuple[Asked, ...]


@dataclass(frozen=True)
class Form:
    """A questionnaire in one language and format, as one person meets it."""

    key: str
    version: str
    role: Role
    format: Format
    locale: str
    title: str
    parts: tuple[str, ...]
    pages: tuple[Page, ...]
    minutes_goal: int
    minutes_cap: int
    reading_age: int
    first_page: str = ""
    """Words before the first question, such as an interviewer's script."""

    @property
    def questions(self) -> tuple[Asked, ...]:
        """All questions in order."""
        return tuple(asked for page in self.pages for asked in page.questions)

    @property
    def gates(self) -> tuple[Asked, ...]:
        """The questions that ask whether something changed."""
        return tuple(asked for asked in self.questions if asked.style is Style.GATE)

    def question(self, code: str) -> Asked | None:
        """Return the question with this code."""
        return next((a for a in self.questions if a.code == code), None)


def counted(form: Form, answers: Answers) -> Answers:
    """Return the answers to questions that these answers still lead to.

    Who goes back and says that nothing changed after all takes back what the other
    answer opened, and keeps it only on their own screen.
    """
    kept: dict[str, Value] = {}
    for asked in form.questions:
        if asked.code in answers and all(c.holds(kept) for c in asked.only_if):
            kept[asked.code] = answers[asked.code]
    return kept


def visible_pages(form: Form, answers: Answers) -> tuple[Page, ...]:
    """Return the pages to show after these answers.

    A condition about a question of the same page does not hide it: the page shows it as
    a box that the answer opens.
    """
    kept = counted(form, answers)
    return tuple(page for page in form.pages if any(_is_asked(page, kept)))


def _is_asked(page: Page, answers: Answers) -> Iterator[bool]:
    here = {asked.code for asked in page.questions}
    for asked in page.questions:
        yield all(c.code in here or c.holds(answers) for c in asked.only_if)


def page_after(form: Form, answers: Answers, code: str) -> Page | None:
    """Return the next page to show, or nothing when all was asked."""
    order = [page.code for page in form.pages]
    here = order.index(code) if code in order else -1
    shown = visible_pages(form, answers)
    return next((page for page in shown if order.index(page.code) > here), None)


def page_before(form: Form, answers: Answers, code: str) -> Page | None:
    """Return the page shown before, or nothing on the first."""
    order = [page.code for page in form.pages]
    here = order.index(code) if code in order else len(order)
    shown = visible_pages(form, answers)
    return next(
        (page for page in reversed(shown) if order.index(page.code) < here), None
    )


def read(asked: Asked, given: Sequence[str]) -> Value | None:
    """Return what was given as an answer, or nothing where nothing was given.

    Raises
    ------
    ImpossibleAnswer
        In words for the person who answers; never quotes what they typed.
    """
    texts = [text.strip() for text in given if text.strip()]
    if not texts:
        return None
    match asked.style:
        case Style.GATE | Style.SINGLE:
            return _one_of(asked, texts[:1])[0]
        case Style.MULTI:
            return _one_of(asked, texts)
        case Style.NUMBER | Style.MONEY:
            return _number(texts[0])
        case Style.DATE:
            return _date(texts[0])
        case Style.SHORT_TEXT | Style.LONG_TEXT:
            return _text(asked, texts[0])


def _one_of(asked: Asked, codes: list[str]) -> list[str]:
    known = {choice.code for choice in asked.choices}
    if not known.issuperset(codes):
        raise ImpossibleAnswer("That answer is not in the list. Choose one of these.")
    return list(dict.fromkeys(codes))


def _number(text: str) -> float:
    try:
        value = float(text.removeprefix("£").replace(",", ""))
    except ValueError:
        value = math.nan
    if not abs(value) < LARGEST:  # also refuses what is not a number
        raise ImpossibleAnswer("That is not a number. Type it in figures, like 1200.")
    return value


def _date(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise ImpossibleAnswer(
            "That day does not exist. Type day, month and year, like 24 11 2026."
        ) from None


def _text(asked: Asked, text: str) -> str:
    if len(text) > asked.max_length:
        raise ImpossibleAnswer(
            f"This is {len(text)} letters long, and there is room for "
            f"{asked.max_length}. Make it shorter."
        )
    return text


def gates_answered(form: Form, answers: Answers) -> Mapping[str, Gate]:
    """Return what was said about each kind of change.

    A gate about several kinds counts for each of them.  "Nothing changed" to the
    general gate counts for every kind; "something did" counts for none by itself.
    """
    kept = counted(form, answers)
    said: dict[str, Gate] = {}
    for asked in form.gates:
        if asked.code in kept:
            gate = Gate(str(kept[asked.code]))
            for kind in () if asked.general and gate.opens else asked.kinds:
                said[kind] = said[kind].along_with(gate) if kind in said else gate
    return said


def checksum(content: Mapping[str, Any]) -> str:
    """Return the hash of a questionnaire's content, whatever the order of its keys."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
