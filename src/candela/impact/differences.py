"""What is different in a newer version of a questionnaire, and what is it called?

Codes stay from version to version, so answers to one question can be put side by side
over the years.  Other words for the same question make a minor version; a question that
comes, goes or leads elsewhere makes a major one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from candela.impact.layout import HOME, Outline, forms_of, outlines
from candela.impact.questions import Format

__all__ = ["Difference", "differences", "next_version"]

TABLES = ("words", "boxes", "choices")
PLAIN = ("title", "first_page", "reading_age", "checked")
Entries = Mapping[tuple[str, ...], str]


@dataclass(frozen=True)
class Difference:
    """One difference: where, what kind, and the words before and after."""

    where: str
    what: str
    before: str
    after: str
    is_major: bool = False


def differences(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> tuple[Difference, ...]:
    """Return what is different, questions first and then the words of each form."""
    return (*_of_questions(before, after), *_of_forms(before, after))


def _of_questions(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Difference]:
    old = {outline.code: outline for outline in outlines(before)}
    new = {outline.code: outline for outline in outlines(after)}
    for code in old:
        if code not in new:
            words = _in_english(before, code)
            yield Difference(code, "no longer asked", words, "", is_major=True)
    for code, outline in new.items():
        words = _in_english(after, code)
        if code not in old:
            yield Difference(code, "newly asked", "", words, is_major=True)
        elif _asks(outline) != _asks(old[code]):
            earlier = _in_english(before, code)
            yield Difference(
                code, "asked of others, or in another way", earlier, words, True
            )
    if [c for c in old if c in new] != [c for c in new if c in old]:
        yield Difference("order", "asked in another order", "", "", is_major=True)


def _asks(outline: Outline) -> tuple[object, ...]:
    # A general gate is about what the others are about: that is told with them.
    kinds = None if outline.general else frozenset(outline.kinds)
    return (outline.style, kinds, outline.only_if, outline.choices)


def _in_english(content: Mapping[str, Any], code: str) -> str:
    asked = forms_of(content)[Format.STANDARD, HOME].question(code)
    return asked.text if asked else ""


def _of_forms(
    before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Difference]:
    old, new = _wordings(before), _wordings(after)
    for name in old:
        if name not in new:
            yield Difference(name, "no longer offered", "", "")
    for name, entries in new.items():
        if name not in old:
            yield Difference(name, "new form", "", "")
            continue
        for entry in dict.fromkeys((*old[name], *entries)):
            was, now = old[name].get(entry, ""), entries.get(entry, "")
            if was != now:
                yield Difference(name, _named(entry), was, now)


def _named(entry: tuple[str, ...]) -> str:
    """Return the name of one place in a form's words."""
    table, *rest = (part.replace("_", " ") for part in entry)
    if table == "choices":
        return f"answer “{rest[0]}” to every question about change"
    if not rest:
        return table
    code, what, *answer = rest
    place = f"box “{code}”" if table == "boxes" else f"question “{code}”"
    return f"{place}, answer “{answer[0]}”" if answer else f"{place}, {what}"


def _wordings(content: Mapping[str, Any]) -> Mapping[str, Entries]:
    return {f"{w['format']} {w['locale']}": dict(_entries(w)) for w in content["forms"]}


def _entries(wording: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], str]]:
    for name in PLAIN:
        if name in wording:
            yield (name,), str(wording[name])
    yield ("parts",), "; ".join(wording.get("parts", ()))
    for table in TABLES:
        yield from _leaves((table,), wording.get(table, {}))


def _leaves(
    path: tuple[str, ...], table: Mapping[str, Any]
) -> Iterator[tuple[tuple[str, ...], str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _leaves((*path, key), value)
        else:
            yield (*path, key), str(value)


def next_version(
    version: str, found: Sequence[Difference], *, taken: Collection[str] = ()
) -> str:
    """Return what a version with these differences is called; never a name taken."""
    major, minor = (int(part) for part in version.split("."))
    if any(difference.is_major for difference in found):
        major, minor = major + 1, -1
    while True:
        minor += 1
        name = f"{major}.{minor}"
        if name not in taken and name != version:
            return name
