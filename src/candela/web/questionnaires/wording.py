"""Where are the words of a draft, and what does it say with other words there?

A place is a question of one form, a box that its gates open, the answers to all its
gates, or its head.  Every place keeps its code: only words change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from candela.impact.layout import BOXES, HOME, forms_of
from candela.impact.questions import Format, Style
from candela.impact.reading_age import measured

__all__ = [
    "HEAD",
    "HEAD_TEXTS",
    "Place",
    "Written",
    "is_asked",
    "place_of",
    "places",
    "renewed",
    "with_reading_ages",
    "written_at",
]

HEAD = "head"
GATES = "choices"
TEXTS = ("text", "hint", "example")
HEAD_TEXTS = ("title", "first_page")


@dataclass(frozen=True)
class Place:
    """One place in the words of one form; ``table`` is a part of the layout."""

    format: str
    locale: str
    table: str
    code: str = ""

    @property
    def name(self) -> str:
        """The place in an address and in the audit log."""
        return ".".join(
            p for p in (self.format, self.locale, self.table, self.code) if p
        )

    @property
    def may_be_empty(self) -> bool:
        """Whether its form may leave the question out: only easier ones may."""
        standard = (self.format, self.locale) == (Format.STANDARD, HOME)
        return self.table == "words" and not standard

    @property
    def is_head(self) -> bool:
        """Whether it is the form's title and its first page."""
        return self.table == HEAD

    @property
    def words(self) -> str:
        """The place in words, for who reads a list of them."""
        if self.is_head:
            return "Title and first page"
        if self.table == GATES:
            return "Answers to every question about change"
        if self.table == "boxes":
            return f"Box “{self.code}”, below every question that opens it"
        return f"Question “{self.code}”"


@dataclass(frozen=True)
class Written:
    """The words in a place; ``checked`` only of a form that waits for a check."""

    texts: Mapping[str, str] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    checked: bool | None = None


def places(content: Mapping[str, Any]) -> Iterator[Place]:
    """Yield every place for words, form by form; some questions have none in a form."""
    for wording in content["forms"]:
        at = (wording["format"], wording["locale"])
        if "same_as" not in wording or "first_page" in wording:
            yield Place(*at, HEAD)
        if wording.get("choices"):
            yield Place(*at, GATES)
        for written in content["questions"]:
            if "words" in wording:
                yield Place(*at, "words", written["code"])
        for name in BOXES:
            if name in wording.get("boxes", {}):
                yield Place(*at, "boxes", name)


def place_of(content: Mapping[str, Any], name: str) -> Place | None:
    """Return the place of this name."""
    return next((place for place in places(content) if place.name == name), None)


def written_at(content: Mapping[str, Any], place: Place) -> Written:
    """Return the words in a place."""
    wording = _wording(content, place)
    if place.is_head:
        texts = {name: wording.get(name, "") for name in _head_texts(wording)}
        return Written(texts, checked=wording.get("checked"))
    if place.table == GATES:
        return Written(choices=dict(wording[GATES]))
    entry = wording[place.table].get(place.code, {})
    texts = {name: entry.get(name, "") for name in TEXTS}
    blank = dict.fromkeys(_own_answers(content, place), "")
    return Written(texts, {**blank, **entry.get("choices", {})})


def _own_answers(content: Mapping[str, Any], place: Place) -> tuple[str, ...]:
    """Return the answers that need labels here; those to gates are labelled once."""
    if place.table != "words":
        return ()
    asked = next(q for q in content["questions"] if q["code"] == place.code)
    return () if asked["style"] == Style.GATE else tuple(asked.get("choices", ()))


def is_asked(content: Mapping[str, Any], place: Place) -> bool:
    """Say whether there are words in a place; else its form does not ask it."""
    return place.table != "words" or place.code in _wording(content, place)["words"]


def _head_texts(wording: Mapping[str, Any]) -> tuple[str, ...]:
    return ("first_page",) if "same_as" in wording else HEAD_TEXTS


def _wording(content: Mapping[str, Any], place: Place) -> dict[str, Any]:
    found: dict[str, Any] = next(
        w
        for w in content["forms"]
        if (w["format"], w["locale"]) == (place.format, place.locale)
    )
    return found


def renewed(content: Mapping[str, Any], place: Place, words: Written) -> dict[str, Any]:
    """Return the content with other words in one place, its reading age measured."""
    made = deepcopy(dict(content))
    wording = _wording(made, place)
    if place.is_head:
        wording |= words.texts
        if words.checked is not None:
            wording["checked"] = words.checked
    elif place.table == GATES:
        wording[GATES] = {**wording[GATES], **words.choices}
    else:
        entry = _renewed_entry(wording[place.table].pop(place.code, {}), words)
        if any(words.texts.values()) or not place.may_be_empty:
            wording[place.table][place.code] = entry
    return with_reading_ages(made)


def _renewed_entry(entry: Mapping[str, Any], words: Written) -> dict[str, Any]:
    """Return the words of one question; what is empty is left out."""
    labels = {**entry.get("choices", {}), **words.choices}
    made: dict[str, Any] = {n: t for n, t in words.texts.items() if t}
    kept = {code: label for code, label in labels.items() if label}
    return {**made, "choices": kept} if labels else made


def with_reading_ages(content: dict[str, Any]) -> dict[str, Any]:
    """Return the content with the reading age of each form measured anew."""
    forms = forms_of(content)
    for wording in content["forms"]:
        if "same_as" not in wording:
            form = forms[Format(wording["format"]), wording["locale"]]
            wording["reading_age"] = measured(form)
    return content
