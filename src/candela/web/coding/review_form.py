"""What is a reviewer asked?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from candela.impact.lifecycle import Step
from candela.web.books.forms import OneLine
from candela.web.coding.reviewing import NO, NOT_NEEDED, YES
from candela.web.coding.rubric import CHECKS, rubric
from candela.web.forms import RadioList, WithoutNhsNumbers

__all__ = ["ReviewForm"]

ANSWERS = [(YES, "yes"), (NO, "no"), (NOT_NEEDED, "does not apply")]
DECIDED = [
    (Step.VERIFY.value, "Verify it"),
    (Step.RETURN.value, "Return it to its author"),
    (Step.DECLINE.value, "Decline it: it is not to be claimed"),
]


def _rated(words: Mapping[int, str]) -> list[tuple[str, str]]:
    return [("", "---"), *((str(n), f"{n}: {said}") for n, said in words.items())]


class Check(forms.ChoiceField):
    """One of the six; what it lacks is told by ``reviewing``, for one who verifies."""

    def validate(self, value: str) -> None:
        """Refuse what is not on the list; nothing may be said by who returns it."""
        if value:
            super().validate(value)


class ReviewForm(WithoutNhsNumbers):
    """Six checks, an interest, how far and how much, and the decision."""

    has_interest = forms.ChoiceField(
        label="Do you have an interest in this?",
        choices=[("no", "no"), ("yes", "yes")],
        widget=RadioList,
        help_text="You gain from it, or you are close to somebody who does.",
    )
    interest = OneLine(
        label="If yes, which?",
        required=False,
        max_length=300,
    )
    reach = forms.ChoiceField(
        label="How far does it reach?",
        choices=lambda: _rated(rubric().reach),
        required=False,
    )
    significance = forms.ChoiceField(
        label="How much does it matter to them?",
        choices=lambda: _rated(rubric().significance),
        required=False,
        help_text="The two figures are never added.",
    )
    decision = forms.ChoiceField(
        label="What do you decide?", choices=DECIDED, widget=RadioList
    )
    reasons = forms.CharField(
        label="Why?",
        required=False,
        max_length=500,
        help_text="Needed to return or decline it: say what is missing.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    edition = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for key, words in CHECKS.items():
            self.fields[f"check_{key}"] = Check(
                label=f"{words}?", choices=ANSWERS, widget=RadioList
            )
        self.order_fields([f"check_{key}" for key in CHECKS])

    def decided(self) -> dict[str, Any]:
        """Return what was decided, as ``reviewing.decide`` takes it."""
        given = self.cleaned_data
        interested = given["has_interest"] == "yes"
        return {
            "decision": Step(given["decision"]),
            "checks": {key: given[f"check_{key}"] for key in CHECKS},
            "reasons": " ".join(given["reasons"].split()),
            "conflict": (given["interest"] or "declared") if interested else "",
            "reach": _figure(given["reach"]),
            "significance": _figure(given["significance"]),
        }


def _figure(code: str) -> int | None:
    return int(code) if code else None
