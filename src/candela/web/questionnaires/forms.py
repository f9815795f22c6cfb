"""What is asked of whoever changes words, and how does a question look on a page?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from candela.impact.framework import framework
from candela.impact.questions import Asked, Page, Style
from candela.web.forms.widgets import CheckboxList, RadioList
from candela.web.questionnaires.wording import HEAD_TEXTS, Place, Written

__all__ = ["AddGate", "ChangeWords", "form_of_page"]

CHOICE = "choice_"
LABELS = {
    "title": "Title",
    "first_page": "Words before the first question",
    "text": "Question",
    "hint": "Hint",
    "example": "An example of an answer",
}
HINTS = {
    "hint": "Leave it empty for none.",
    "example": "Leave it empty for none.",
    "first_page": "Leave it empty for none. An interviewer reads them out.",
}
CHECKED = "A native speaker has checked every word of this form"


class ChangeWords(forms.Form):
    """The words in one place of a draft."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, place: Place, written: Written, **more: Any) -> None:
        super().__init__(*args, **more)
        self.place = place
        self.texts = tuple(written.texts)
        for name, words in written.texts.items():
            self.fields[name] = forms.CharField(
                label=LABELS[name],
                help_text=HINTS.get(name, ""),
                initial=words,
                required=name in {"title", "text"} and not place.may_be_empty,
                max_length=2_000 if name in HEAD_TEXTS else 600,
                widget=forms.TextInput if name == "title" else _box(name),
            )
        self.choices = tuple(written.choices)
        for code, label in written.choices.items():
            self.fields[f"{CHOICE}{code}"] = forms.CharField(
                label=f"Answer “{code.replace('_', ' ')}”",
                initial=label,
                required=not place.may_be_empty,
                max_length=150,
            )
        self.waits = written.checked is not None
        if self.waits:
            self.fields["checked"] = forms.MultipleChoiceField(
                label="Has it been checked?",
                help_text="The form is offered to nobody before that.",
                choices=[("yes", CHECKED)],
                initial=["yes"] if written.checked else [],
                required=False,
                widget=CheckboxList,
            )

    def written(self) -> Written:
        """Return the words that were typed."""
        given: Mapping[str, Any] = self.cleaned_data
        return Written(
            {name: _lines(given[name]) for name in self.texts},
            {code: given[f"{CHOICE}{code}"] for code in self.choices},
            bool(given["checked"]) if self.waits else None,
        )


def _box(name: str) -> forms.Textarea:
    """Return a box with room for two lines, or for an interviewer's whole script."""
    return forms.Textarea({"rows": 12 if name == "first_page" else 2})


def _lines(text: str) -> str:
    """Return text with the line ends that files have."""
    return text.replace("\r\n", "\n").strip()


class AddGate(forms.Form):
    """One more question about change."""

    seen = forms.CharField(widget=forms.HiddenInput)
    text = forms.CharField(
        label="Question",
        help_text="It asks whether something changed, and can be answered either way.",
        max_length=600,
        widget=forms.Textarea({"rows": 2}),
    )
    hint = forms.CharField(
        label="Hint",
        help_text=HINTS["hint"],
        max_length=600,
        required=False,
        widget=forms.Textarea({"rows": 2}),
    )
    kinds = forms.MultipleChoiceField(
        label="Which kinds of change is it about?", widget=CheckboxList
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        kinds = framework().kinds.values()
        self.fields["kinds"].choices = [(k.code, f"{k.code} {k.label}") for k in kinds]


def form_of_page(page: Page) -> forms.Form:
    """Return the questions of a page as they look; nothing can be sent from it."""
    form = forms.Form(auto_id="preview-%s")
    for asked in page.questions:
        form.fields[asked.code] = _field(asked)
    return form


def _field(asked: Asked) -> forms.Field:
    example = f"For example: “{asked.example}”" if asked.example else ""
    told: dict[str, Any] = {
        "label": asked.text,
        "help_text": " ".join(part for part in (asked.hint, example) if part),
    }
    choices = [(choice.code, choice.label) for choice in asked.choices]
    match asked.style:
        case Style.GATE | Style.SINGLE:
            return forms.ChoiceField(**told, choices=choices, widget=RadioList)
        case Style.MULTI:
            return forms.MultipleChoiceField(
                **told, choices=choices, widget=CheckboxList
            )
        case Style.LONG_TEXT:
            return forms.CharField(**told, widget=forms.Textarea({"rows": 5}))
        case _:
            return forms.CharField(**told)
