"""What is asked of who reads answers?"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from candela.impact import claims
from candela.impact.framework import framework
from candela.impact.identifiers import Found
from candela.web.books.forms import OneLine
from candela.web.coding.identifying import key_of
from candela.web.coding.reading import AnswerShown
from candela.web.forms import CheckboxList, RadioList, WithoutNhsNumbers

__all__ = [
    "AttachAnswer",
    "ClaimText",
    "HideWords",
    "NewStatement",
    "SecondCoding",
    "choices_of",
    "kind_choices",
    "optional_choices",
]

LONGEST_CLAIM = 1_000
CLAIM_EXAMPLE = (
    "One change, in 60 words at most. Example: Feet of inpatients with diabetes have "
    "been checked on admission since January 2025."
)
S_NUMBER = re.compile(r"[sS][\s-]*([0-9]{1,7})|([0-9]{1,7})")


def choices_of(words: type[claims.Worded]) -> list[tuple[str, str]]:
    """Return codes and their words."""
    return [(member.value, member.words) for member in words]


def optional_choices(words: type[claims.Worded], none: str) -> list[tuple[str, str]]:
    """Return codes and their words, and a first one that says nothing."""
    return [("", none), *(choice for choice in choices_of(words) if choice[0])]


def kind_choices() -> list[tuple[str, str]]:
    """Return all kinds of change, with their codes."""
    return [(k.code, f"{k.code} {k.label}") for k in framework().kinds.values()]


class ClaimText(forms.CharField):
    """The claim itself."""

    def __init__(self) -> None:
        super().__init__(
            label="What changed?",
            help_text=CLAIM_EXAMPLE,
            max_length=LONGEST_CLAIM,
            widget=forms.Textarea(attrs={"rows": 4}),
        )


class NewStatement(WithoutNhsNumbers):
    """A statement of one change: what is asked at first; the rest can wait."""

    text = ClaimText()
    kind = forms.ChoiceField(
        label="Kind of change",
        choices=lambda: [("", "---"), *kind_choices()],
        help_text="What each kind means stands below this form.",
    )
    direction = forms.ChoiceField(
        label="Which way?",
        choices=choices_of(claims.Direction),
        widget=RadioList,
    )
    horizon = forms.ChoiceField(
        label="When did it come?",
        choices=optional_choices(claims.Horizon, "---"),
        required=False,
        help_text="Needed before it is sent for review.",
    )

    @classmethod
    def about(cls, shown: AnswerShown) -> NewStatement:
        """Return the form with what the answer suggests already chosen."""
        suggested = {
            "kind": next(iter(shown.kinds), ""),
            "direction": shown.direction,
        }
        return cls(initial=suggested, prefix=None)


class AttachAnswer(forms.Form):
    """The number of a statement that is there already."""

    number = OneLine(
        label="Number of the statement",
        help_text="Such as S-17.",
        max_length=12,
    )

    def clean_number(self) -> int:
        """Return the number alone."""
        found = S_NUMBER.fullmatch(self.cleaned_data["number"])
        if found is None:
            raise ValidationError("this is not a number like S-17. Type one like it.")
        return int(found[1] or found[2])


class HideWords(forms.Form):
    """Which words of an answer tell too much?"""

    places = forms.MultipleChoiceField(
        label="Hide these",
        required=False,
        widget=CheckboxList,
    )
    also = forms.CharField(
        label="Hide other words, optional",
        help_text="Type them as they stand in the answer, one piece a line.",
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, *args: Any, text: str, found: Sequence[Found], **more: Any
    ) -> None:
        super().__init__(*args, **more)
        places = [
            (key_of(f), f"{text[f.start : f.end]} ({f.kind.words})") for f in found
        ]
        self.fields["places"].choices = places
        self.fields["places"].initial = [key for key, _ in places]
        if not places:
            del self.fields["places"]

    def clean_also(self) -> list[str]:
        """Return the pieces, each once."""
        lines = [line.strip() for line in self.cleaned_data["also"].splitlines()]
        return list(dict.fromkeys(line for line in lines if line))


class SecondCoding(forms.Form):
    """What a second coder finds in an answer."""

    kinds = forms.MultipleChoiceField(
        label="Kinds of change in this answer",
        choices=kind_choices,
        required=False,
        widget=CheckboxList,
        help_text="Tick all that it tells of. Tick none if it tells of no change.",
    )
    direction = forms.ChoiceField(
        label="Which way?",
        choices=choices_of(claims.Direction),
        required=False,
        widget=RadioList,
    )

    def clean(self) -> dict[str, Any]:
        """Ask for the direction where there is a change."""
        given: dict[str, Any] = self.cleaned_data
        if given.get("kinds") and not given.get("direction"):
            self.add_error("direction", "nothing was chosen. Choose one.")
        return given
