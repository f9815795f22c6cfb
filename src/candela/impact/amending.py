"""What does a questionnaire say with a question more, or one less?"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from typing import Any

from candela.errors import InputError
from candela.impact.layout import HOME
from candela.impact.questions import Format, Style

__all__ = ["new_code", "with_gate", "without"]

OWN = "own"


def new_code(taken: Collection[str]) -> str:
    """Return a code that no question ever had, so that no trend joins two questions."""
    n = 1
    while f"{OWN}_{n}" in taken:
        n += 1
    return f"{OWN}_{n}"


def with_gate(
    content: Mapping[str, Any],
    *,
    code: str,
    kinds: Sequence[str],
    text: str,
    hint: str = "",
) -> dict[str, Any]:
    """Return the content with one more question about change, after the last of them.

    Those are asked it who are asked the one before.  It is worded in the standard form
    alone: other forms do not ask it until somebody finds words for it there.
    """
    made = deepcopy(dict(content))
    questions = made["questions"]
    gates = [n for n, q in enumerate(questions) if q["style"] == Style.GATE]
    before = questions[gates[-1]]
    added = {
        "code": code,
        "style": Style.GATE.value,
        "page": code,
        "part": before["part"],
        "kinds": list(kinds),
        "opens": ["words"],
    }
    if "only_if" in before:
        added["only_if"] = deepcopy(before["only_if"])
    questions.insert(gates[-1] + 1, added)
    for wording in made["forms"]:
        if (wording["format"], wording["locale"]) == (Format.STANDARD, HOME):
            wording["words"][code] = {"text": text, **({"hint": hint} if hint else {})}
    return made


def without(content: Mapping[str, Any], code: str) -> dict[str, Any]:
    """Return the content without one question, its words, and what led only to it.

    Raises
    ------
    InputError
        If there is no such question, or others are asked because of it.
    """
    made = deepcopy(dict(content))
    leaving = next((q for q in made["questions"] if q["code"] == code), None)
    if leaving is None:
        raise InputError("There is no such question. Choose one that is listed.")
    made["questions"].remove(leaving)
    led_to = [q["code"] for q in made["questions"] if code in q.get("only_if", {})]
    if led_to:
        raise InputError(
            f"“{code}” leads to {', '.join(led_to)}. Leave those out first."
        )
    gone = {code, *(f"{code}_{box}" for box in leaving.get("opens", ()))}
    for wording in made["forms"]:
        words = wording.get("words", {})
        for name in gone & set(words):
            del words[name]
    for other, among in leaving.get("only_if", {}).items():
        _drop_answers(made, other, among)
    return made


def _drop_answers(made: dict[str, Any], code: str, among: Sequence[str]) -> None:
    """Drop answers of a list that lead nowhere any more, such as a box to tick."""
    asked = next(q for q in made["questions"] if q["code"] == code)
    if asked["style"] == Style.GATE:
        return
    used = {c for q in made["questions"] for c in q.get("only_if", {}).get(code, ())}
    idle = set(among) - used
    asked["choices"] = [choice for choice in asked["choices"] if choice not in idle]
    for wording in made["forms"]:
        labels = wording.get("words", {}).get(code, {}).get("choices", {})
        for choice in idle & set(labels):
            del labels[choice]
