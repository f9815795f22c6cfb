"""How is a questionnaire written down, and which forms does that give?

The layout is that of ``questionnaires/*.toml``::

    key, role, version      which questionnaire this is
    minutes                 goal and cap
    questions               one after another: code, style, page, part, and
        kinds               what an answer is about, by codes of ``framework``
        only_if             {code of another question = [codes of its answers]}
        choices             codes; of a gate all that its role may say, unless fewer
        opens               boxes that the gate opens below itself, from ``BOXES``
        general             the gate of a path: "did anything change at all?"
    forms                   one wording each: format, locale, title, parts, and
        same_as             the format whose words it takes; its own come on top
        words               {code of a question = text, hint, example, choices}
        boxes               {name of a box = the same}, for every gate that opens it
        choices             labels of the answers to gates

A form asks what it has words for, and offers the answers it has labels for, so that
an easy form is shorter than the standard one while the codes underneath are the same.
A condition on a question that a form does not ask falls away.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

from candela.impact.answers import Gate
from candela.impact.claims import Method, MoneyKind, Role
from candela.impact.questions import Asked, Choice, Condition, Form, Format, Page, Style

__all__ = [
    "BOXES",
    "HOME",
    "Box",
    "Outline",
    "codes_of_gate",
    "forms_of",
    "outlines",
    "words_of",
]

HOME = "en-GB"
OPENING = tuple(gate.value for gate in Gate if gate.opens)


@dataclass(frozen=True)
class Box:
    """Something asked once a gate was answered with a change."""

    style: Style
    choices: tuple[str, ...] = ()
    max_length: int = 2_000


BOXES: Mapping[str, Box] = {
    "words": Box(Style.LONG_TEXT),
    "figure": Box(Style.NUMBER),
    "unit": Box(Style.SHORT_TEXT, max_length=60),
    "before": Box(Style.NUMBER),
    "amount": Box(Style.MONEY),
    "baseline": Box(Style.MONEY),
    "cash": Box(Style.SINGLE, tuple(kind.value for kind in MoneyKind)),
    "method": Box(Style.SINGLE, tuple(method.value for method in Method)),
    "year": Box(Style.NUMBER),
    "document": Box(Style.SHORT_TEXT, max_length=300),
}
"""By name; the code of the question is that of its gate, ``_`` and the name."""


@dataclass(frozen=True)
class Outline:
    """A question before it is put into words; ``box`` names what it is to a gate."""

    code: str
    style: Style
    page: str
    part: int
    kinds: tuple[str, ...] = ()
    only_if: tuple[Condition, ...] = ()
    choices: tuple[str, ...] = ()
    max_length: int = 2_000
    general: bool = False
    box: str = ""
    gate: str = ""


def codes_of_gate(role: Role) -> tuple[str, ...]:
    """Return what this role may say to a gate, in order."""
    return tuple(g.value for g in Gate if role.is_staff or g is not Gate.NOT_MY_AREA)


def outlines(content: Mapping[str, Any]) -> tuple[Outline, ...]:
    """Return the questions in order, each gate followed by the boxes it opens."""
    role = Role(content["role"])
    made = [o for w in content["questions"] for o in _with_boxes(w, role)]
    every = tuple(dict.fromkeys(kind for outline in made for kind in outline.kinds))
    return tuple(replace(o, kinds=every) if o.general else o for o in made)


def _with_boxes(written: Mapping[str, Any], role: Role) -> Iterator[Outline]:
    style = Style(written["style"])
    conditions = tuple(
        Condition(code, frozenset(among))
        for code, among in written.get("only_if", {}).items()
    )
    by_role = codes_of_gate(role) if style is Style.GATE else ()
    asked = Outline(
        code=written["code"],
        style=style,
        page=written["page"],
        part=written["part"],
        kinds=tuple(written.get("kinds", ())),
        only_if=conditions,
        choices=tuple(written.get("choices", by_role)),
        max_length=written.get("max_length", 2_000),
        general=written.get("general", False),
    )
    yield asked
    opened = Condition(asked.code, frozenset(OPENING))
    for name in written.get("opens", ()):
        box = BOXES[name]
        yield Outline(
            code=f"{asked.code}_{name}",
            style=box.style,
            page=asked.page,
            part=asked.part,
            kinds=asked.kinds,
            only_if=(*conditions, opened),
            choices=box.choices,
            max_length=box.max_length,
            box=name,
            gate=asked.code,
        )


def forms_of(content: Mapping[str, Any]) -> Mapping[tuple[Format, str], Form]:
    """Return every form, also those that nobody has checked yet."""
    return {
        (Format(w["format"]), w["locale"]): _form(content, w) for w in content["forms"]
    }


def words_of(content: Mapping[str, Any], wording: Mapping[str, Any]) -> dict[str, Any]:
    """Return a wording with the words of the one it is the same as."""
    source = wording.get("same_as")
    if source is None:
        return dict(wording)
    base = next(
        w
        for w in content["forms"]
        if w["format"] == source and w["locale"] == wording["locale"]
    )
    merged = {**base, **wording}
    for table in ("words", "boxes", "choices"):
        merged[table] = {**base.get(table, {}), **wording.get(table, {})}
    return merged


def _form(content: Mapping[str, Any], wording: Mapping[str, Any]) -> Form:
    said = words_of(content, wording)
    written = [o for o in outlines(content) if _entry(o, said) is not None]
    asked = {outline.code for outline in written}
    pages = tuple(
        Page(code, part, tuple(_asked(o, said, asked) for o in questions))
        for (code, part), questions in groupby(written, lambda o: (o.page, o.part))
    )
    return Form(
        key=content["key"],
        version=content["version"],
        role=Role(content["role"]),
        format=Format(said["format"]),
        locale=said["locale"],
        title=said["title"],
        parts=tuple(said["parts"]),
        pages=pages,
        minutes_goal=content["minutes"]["goal"],
        minutes_cap=content["minutes"]["cap"],
        reading_age=said["reading_age"],
        first_page=said.get("first_page", ""),
    )


def _entry(outline: Outline, said: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the words of one question; nothing where this form does not ask it."""
    words = said.get("words", {})
    own: Mapping[str, Any] | None = words.get(outline.code)
    if own is not None or not outline.box or outline.gate not in words:
        return own
    shared: Mapping[str, Any] | None = said.get("boxes", {}).get(outline.box)
    return shared


def _asked(outline: Outline, said: Mapping[str, Any], asked: set[str]) -> Asked:
    entry = _entry(outline, said) or {}
    shared = said.get("choices", {}) if outline.style is Style.GATE else {}
    labels = {**shared, **entry.get("choices", {})}
    return Asked(
        code=outline.code,
        style=outline.style,
        page=outline.page,
        text=entry.get("text", ""),
        hint=entry.get("hint", ""),
        example=entry.get("example", ""),
        choices=tuple(Choice(c, labels[c]) for c in outline.choices if c in labels),
        kinds=outline.kinds,
        only_if=tuple(c for c in outline.only_if if c.code in asked),
        max_length=outline.max_length,
        general=outline.general,
    )
