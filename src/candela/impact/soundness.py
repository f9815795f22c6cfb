"""Is a questionnaire fit to be put to people?

Every rule here is one that somebody can act on: it names the question and says what to
do.  Layout comes first; only of a questionnaire that can be read is more asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from candela.impact.claims import Role
from candela.impact.framework import framework
from candela.impact.layout import (
    BOXES,
    HOME,
    Outline,
    codes_of_gate,
    forms_of,
    outlines,
)
from candela.impact.questions import Form, Format, Style

__all__ = ["GATES_AT_MOST", "doubts", "gates_at_most", "unreadable"]

GATES_AT_MOST = {True: 14, False: 8}
CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
CHOSEN = {Style.GATE, Style.SINGLE, Style.MULTI}
TEXT_AT_MOST = 600
IDENTIFYING = re.compile(
    r"\b(NHS number|date of birth|birth date|birthday|postcode|your name|your address"
    r"|diagnosis|ethnic\w*|religion|sexual\w*|how old are you|your age)\b",
    re.IGNORECASE,
)


def gates_at_most(role: Role) -> int:
    """Return how many gates one person of a role may meet."""
    return GATES_AT_MOST[role.is_staff]


def doubts(content: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what is not as it should be, a sentence each; nothing if all is well."""
    amiss = unreadable(content)
    if amiss:
        return amiss
    written = outlines(content)
    found = [*_of_questions(written, Role(content["role"]))]
    if found:
        return tuple(found)
    forms = forms_of(content)
    found.extend(_of_answers(forms[Format.STANDARD, HOME], written))
    for form in forms.values():
        found.extend(_of_form(form))
    return tuple(found)


def _of_answers(standard: Form, written: tuple[Outline, ...]) -> Iterator[str]:
    """Find answers that the standard form leaves out: only easier ones may."""
    for outline in written:
        asked = standard.question(outline.code)
        offered = {choice.code for choice in asked.choices} if asked else set()
        if asked and not offered.issuperset(outline.choices):
            yield f"an answer of question {outline.code} has no words in English."


def unreadable(content: Mapping[str, Any]) -> tuple[str, ...]:
    """Return why no form can be made of a content; nothing if forms can be."""
    return tuple(_of_layout(content))


def _of_layout(content: Mapping[str, Any]) -> Iterator[str]:
    lacking = {"key", "role", "version", "minutes", "questions", "forms"} - set(content)
    if lacking:
        yield f"{', '.join(sorted(lacking))} is not there. Write it at the head."
        return
    if content["role"] not in {role.value for role in Role}:
        yield "no group of people has this role. Use one that the reference names."
    if not re.fullmatch(r"\d+\.\d+", str(content["version"])):
        yield "the version is two numbers with a point between them, such as 1.0."
    for written in content["questions"]:
        yield from _of_written(written)
    standard = [
        w
        for w in content["forms"]
        if w.get("format") == Format.STANDARD and w.get("locale") == HOME
    ]
    if len(standard) != 1:
        yield "there is one standard form in English. Write exactly one."
    for wording in content["forms"]:
        yield from _of_wording(content, wording)


def _of_written(written: Mapping[str, Any]) -> Iterator[str]:
    name = f"question {written.get('code', 'without a code')}"
    if not {"code", "style", "page", "part"} <= set(written):
        yield f"{name} lacks code, style, page or part. Write all four."
    if not CODE.fullmatch(str(written.get("code", ""))):
        yield f"{name}: a code is small letters, figures and _, 40 at most."
    if written.get("style") not in {style.value for style in Style}:
        yield f"{name} has a style that nothing can show."
    if not set(written.get("opens", ())) <= set(BOXES):
        yield f"{name} opens a box that there is not. There are {', '.join(BOXES)}."
    if written.get("opens") and written.get("style") != Style.GATE:
        yield f"{name} is no gate and opens boxes. Use only_if instead."


def _of_wording(
    content: Mapping[str, Any], wording: Mapping[str, Any]
) -> Iterator[str]:
    name = f"form {wording.get('format')} {wording.get('locale')}"
    if wording.get("format") not in {format.value for format in Format}:
        yield f"{name}: no form is made in this format."
        return
    if "same_as" in wording:
        of = (wording["same_as"], wording.get("locale"))
        if of not in {
            (w.get("format"), w.get("locale"))
            for w in content["forms"]
            if "same_as" not in w
        }:
            yield f"{name} takes its words from a form that is not there."
        return
    lacking = {"locale", "title", "parts", "reading_age", "words"} - set(wording)
    if lacking:
        yield f"{name} lacks {', '.join(sorted(lacking))}."
    codes = {w["code"] for w in content["questions"] if "code" in w}
    boxes = {
        f"{w['code']}_{box}" for w in content["questions"] for box in w.get("opens", ())
    }
    for code in set(wording.get("words", {})) - codes - boxes:
        yield f"{name} has words for {code}, which is not asked."


def _of_questions(written: tuple[Outline, ...], role: Role) -> Iterator[str]:
    codes = [outline.code for outline in written]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        yield f"question {code} is there twice. Give one another code."
    gates = [outline for outline in written if outline.style is Style.GATE]
    if len(gates) > gates_at_most(role):
        yield (
            f"there are {len(gates)} questions about change, and one person is asked "
            f"{gates_at_most(role)} at most. A new one needs an old one to leave."
        )
    for outline in written:
        yield from _of_outline(outline, written, role)


def _of_outline(
    outline: Outline, written: tuple[Outline, ...], role: Role
) -> Iterator[str]:
    name = f"question {outline.code}"
    unknown = set(outline.kinds) - set(framework().kinds)
    if unknown:
        yield f"{name} is about {', '.join(sorted(unknown))}, which is no kind."
    if outline.style is Style.GATE and not (outline.kinds or outline.general):
        yield f"{name} is about no kind of change. Name one."
    if outline.style is Style.GATE and not set(outline.choices) <= set(
        codes_of_gate(role)
    ):
        yield f"{name} offers an answer that this group is not asked."
    before = {o.code: o for o in written[: written.index(outline)]}
    for condition in outline.only_if:
        asked = before.get(condition.code)
        if asked is None:
            yield f"{name} depends on {condition.code}, which does not come before it."
        elif not condition.among <= set(asked.choices):
            yield f"{name} depends on an answer that {condition.code} does not have."


def _of_form(form: Form) -> Iterator[str]:
    name = f"form {form.format} {form.locale}"
    if not form.pages:
        yield f"{name} asks nothing."
    pages = [page.code for page in form.pages]
    for code in sorted({code for code in pages if pages.count(code) > 1}):
        yield f"{name}: page {code} is in two places. Put its questions together."
    for page in form.pages:
        if not 1 <= page.part <= len(form.parts):
            yield f"{name}: page {page.code} is in a part that has no name."
    for asked in form.questions:
        if not asked.text.strip():
            yield f"{name}: question {asked.code} has no words."
        if len(asked.text) > TEXT_AT_MOST or len(asked.hint) > TEXT_AT_MOST:
            yield f"{name}: {asked.code} is longer than {TEXT_AT_MOST} letters."
        if IDENTIFYING.search(f"{asked.text} {asked.hint}"):
            yield (
                f"{name}: question {asked.code} asks who somebody is, or what they "
                "have. Ask what changed instead."
            )
        if asked.style in CHOSEN and len(asked.choices) < 2:
            yield f"{name}: question {asked.code} offers fewer than two answers."
        for choice in asked.choices:
            if not choice.label.strip():
                yield f"{name}: an answer of question {asked.code} has no words."
    yield from _of_reach(form)


def _of_reach(form: Form) -> Iterator[str]:
    """Find conditions that no answer of this form can fulfil."""
    for asked in form.questions:
        for condition in asked.only_if:
            other = form.question(condition.code)
            offered = {c.code for c in other.choices} if other else set()
            if not condition.among & offered:
                yield (
                    f"form {form.format} {form.locale}: question {asked.code} is never "
                    f"asked, as {condition.code} lacks the answer that leads to it."
                )
