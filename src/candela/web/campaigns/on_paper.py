"""How does a form look on paper, where nothing opens or closes by itself?

Every question has a number, and says in words after which answer it is to be filled in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from candela.impact.questions import Asked, Condition, Form

__all__ = ["PaperQuestion", "on_paper"]

LABELS_AT_MOST = 3


@dataclass(frozen=True)
class PaperQuestion:
    """A question with its number; ``only_if`` is a sentence, or empty."""

    number: int
    asked: Asked
    only_if: str


def on_paper(form: Form) -> tuple[PaperQuestion, ...]:
    """Return the questions of a form as they stand on paper."""
    numbers = {asked.code: n for n, asked in enumerate(form.questions, 1)}
    return tuple(
        PaperQuestion(numbers[asked.code], asked, _only_if(form, asked, numbers))
        for asked in form.questions
    )


def _only_if(form: Form, asked: Asked, numbers: dict[str, int]) -> str:
    asked_before = [
        (before, condition)
        for condition in asked.only_if
        if (before := form.question(condition.code)) is not None
    ]
    # What the question before asks for itself need not be said again.
    implied = {c for before, _ in asked_before for c in before.only_if}
    return " ".join(
        _condition(before, condition, numbers[before.code])
        for before, condition in asked_before
        if condition not in implied
    )


def _condition(before: Asked, condition: Condition, number: int) -> str:
    """Return a condition as a sentence: by what leads here, or by what leads away."""
    leads = [c.label for c in before.choices if c.code in condition.among]
    away = [c.label for c in before.choices if c.code not in condition.among]
    if len(leads) > LABELS_AT_MOST and 0 < len(away) < len(leads):
        return f"Leave this out if you ticked {_either(away)} at {number}."
    return f"Only if you ticked {_either(leads)} at {number}."


def _either(labels: Iterable[str]) -> str:
    quoted = [f"“{label}”" for label in labels]
    return " or ".join([", ".join(quoted[:-1]), quoted[-1]] if quoted[1:] else quoted)
