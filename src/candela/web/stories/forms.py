"""What is asked when a report is begun, and when it is put together?"""

from __future__ import annotations

from typing import Any

from django import forms

from candela.impact.claims import Direction, Role
from candela.web.books.forms import OneLine
from candela.web.coding.models import Statement
from candela.web.forms import CheckboxList, RadioList, WithoutNhsNumbers
from candela.web.stories.audiences import Audience
from candela.web.stories.gathering import quotes_to_choose, statements_to_choose
from candela.web.stories.models import Report
from candela.web.studies.choosing import studies

__all__ = ["NewReport", "WhatToTell"]

Kind: Any = Report.Kind
KINDS = {
    Kind.STORY.value: "One side, about one study. One statement is enough.",
    Kind.POSTER.value: "For a wall: large letters, one study.",
    Kind.BOARD_PAPER.value: "Two sides, Word first, with what is asked of it.",
    Kind.FULL.value: "Every statement with what supports it.",
}
ONE_STUDY = (Kind.STORY, Kind.POSTER)


class NewReport(forms.Form):
    """What shall be told, and to whom."""

    kind = forms.ChoiceField(
        label="What shall it be?",
        choices=Kind.choices,
        widget=RadioList(hints=KINDS),
    )
    study = forms.ModelChoiceField(
        label="Which study is it about?",
        help_text="A board paper and a full report can be about all of them.",
        queryset=None,
        required=False,
        empty_label="All studies",
    )
    audience = forms.ChoiceField(
        label="Who will read it?",
        choices=[(audience.value, audience.words) for audience in Audience],
        widget=RadioList(
            hints={
                Audience.PUBLIC.value: "Once released, it has an address of its own."
            }
        ),
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["study"].queryset = studies()

    def clean(self) -> dict[str, Any]:
        """Refuse a story of all studies, and one of a study with nothing verified."""
        told: dict[str, Any] = super().clean() or {}
        study = told.get("study")
        if told.get("kind") in ONE_STUDY and study is None:
            self.add_error("study", "A story is about one study. Choose which.")
        elif "study" in told and not statements_to_choose(study).exists():
            self.add_error(
                "study",
                "Nothing is verified here yet. Have a statement reviewed first, "
                "or choose another study.",
            )
        return told


class _Long(forms.CharField):
    def __init__(self, label: str, help_text: str, *, most: int = 1_000) -> None:
        super().__init__(
            label=label,
            help_text=help_text,
            max_length=most,
            required=False,
            widget=forms.Textarea(attrs={"rows": 3}),
        )


class WhatToTell(WithoutNhsNumbers):
    """What a report tells: statements, words of others, and what frames them."""

    title = OneLine(label="Title", max_length=200)
    statements = forms.TypedMultipleChoiceField(
        label="Which statements?",
        help_text="Only what somebody independent has verified can be told.",
        coerce=int,
        widget=CheckboxList,
        error_messages={"required": "Choose at least one statement."},
    )
    quotes = forms.MultipleChoiceField(
        label="Which words shall be quoted?",
        help_text="Only words of people who agreed to be quoted, from groups in which "
        "at least 8 answered.",
        required=False,
        widget=CheckboxList,
    )
    not_to_plan = _Long(
        "What did not go to plan?",
        "Verified statements of cost or harm that are not chosen are counted here.",
    )
    what_next = _Long("What happens next?", "One or two sentences.")
    asked_of_board = _Long(
        "What is asked of the board?", "To decide, to note, or to be assured of."
    )
    contact = OneLine(
        label="Whom can readers ask?",
        help_text="A role and a telephone number or address.",
        max_length=200,
        required=False,
    )

    def __init__(self, *args: Any, report: Report, **more: Any) -> None:
        chosen = {"title": report.title, **report.choices}
        super().__init__(*args, initial=chosen, **more)
        self._offer_statements(report)
        self._offer_quotes(report)
        if report.kind != Kind.BOARD_PAPER:
            del self.fields["asked_of_board"]

    def _offer_statements(self, report: Report) -> None:
        rows = list(statements_to_choose(report.study).select_related("study"))
        field = self.fields["statements"]
        field.choices = [(row.pk, _told(row)) for row in rows]
        field.widget.hints = {
            str(row.pk): _hint(row, with_study=report.study is None) for row in rows
        }

    def _offer_quotes(self, report: Report) -> None:
        answers = quotes_to_choose(report.study)
        self.fields["quotes"].choices = [
            (str(a.pk), f"“{a.shown}” ({Role(a.response.group.role).words})")
            for a in answers
        ]
        if not self.fields["quotes"].choices:
            del self.fields["quotes"]

    def choices(self, report: Report) -> dict[str, Any]:
        """Return what was chosen, as a report keeps it."""
        told = {k: v for k, v in self.cleaned_data.items() if k != "title"}
        return {**report.choices, "quotes": [], **told}


def _told(row: Statement) -> str:
    return f"{row.label}: {row.title or row.text}"


def _hint(row: Statement, *, with_study: bool) -> str:
    direction = Direction(row.direction).words
    about = f"{row.study.short_title}; " if with_study else ""
    return f"{about}{direction}; {row.get_state_display()}"
