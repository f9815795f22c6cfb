"""What is asked of who writes a statement?  Each field has one example beside it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from candela.impact import claims
from candela.web.books.forms import OneLine
from candela.web.coding.forms import (
    ClaimText,
    choices_of,
    kind_choices,
    optional_choices,
)
from candela.web.coding.models import Statement
from candela.web.forms import CheckboxList, RadioList, WithoutNhsNumbers

__all__ = ["StatementForm"]


class StatementForm(WithoutNhsNumbers):
    """Everything that is claimed; what is not known is left empty."""

    text = ClaimText()
    title = OneLine(
        label="Short title",
        help_text="Example: Foot checks on the ward.",
        max_length=120,
        required=False,
    )
    kind = forms.ChoiceField(
        label="Kind of change",
        choices=lambda: [("", "---"), *kind_choices()],
        help_text="The one that fits best.",
        required=False,
    )
    other_kinds = forms.MultipleChoiceField(
        label="Other kinds that it touches",
        choices=kind_choices,
        required=False,
        widget=CheckboxList,
    )
    direction = forms.ChoiceField(
        label="Which way?", choices=choices_of(claims.Direction), widget=RadioList
    )
    intent = forms.ChoiceField(
        label="Did somebody mean it?",
        choices=choices_of(claims.Intent),
        widget=RadioList,
    )
    beneficiaries = forms.MultipleChoiceField(
        label="Whom does it reach?",
        choices=choices_of(claims.Beneficiary),
        required=False,
        widget=CheckboxList,
        help_text="Example: other patients, and teams and services.",
    )
    level = forms.ChoiceField(
        label="How far does it reach?", choices=choices_of(claims.Level)
    )
    horizon = forms.ChoiceField(
        label="When did it come?",
        choices=optional_choices(claims.Horizon, "---"),
        required=False,
    )
    realised = forms.ChoiceField(
        label="How far has it come?", choices=choices_of(claims.Realised)
    )
    pathway = forms.ChoiceField(
        label="What brought it?",
        choices=choices_of(claims.Pathway),
        widget=RadioList,
        help_text="A rota made for the study is from taking part. A new medicine that "
        "the study tried is from its findings.",
    )
    contribution = forms.ChoiceField(
        label="How much of it is the study's?",
        choices=choices_of(claims.Contribution),
        help_text="No more than people can know.",
    )
    other_contributors = OneLine(
        label="Who else had a part in it?",
        help_text="Example: the podiatry team, and the trust's foot care group.",
        max_length=300,
        required=False,
    )
    first_seen = forms.DateField(
        label="First seen on",
        help_text="Example: 14/1/2025.",
        required=False,
        widget=forms.DateInput(format="%d/%m/%Y"),
    )
    last_confirmed = forms.DateField(
        label="Last confirmed on",
        help_text="Example: 30/9/2026.",
        required=False,
        widget=forms.DateInput(format="%d/%m/%Y"),
    )
    plain_summary = forms.CharField(
        label="In plain words",
        help_text="As you would tell a neighbour. Example: Nurses now look at your "
        "feet when you come into hospital.",
        required=False,
        max_length=1_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    story = forms.CharField(
        label="The story",
        help_text="In 400 words at most: how it came about, and who did what.",
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    edition = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, statement: Statement) -> StatementForm:
        """Return the form with what is claimed now."""
        values = {name: getattr(statement, name, None) for name in cls.base_fields}
        return cls(initial=values)

    def clean_story(self) -> str:
        """Return the story, if it is short enough to be read."""
        story = str(self.cleaned_data["story"])
        words = len(story.split())
        if words > claims.STORY_WORDS:
            raise ValidationError(
                f"it is {words} words long. Use {claims.STORY_WORDS} or fewer."
            )
        return story

    def values(self) -> dict[str, Any]:
        """Return what is claimed, without the edition."""
        return {n: v for n, v in self.cleaned_data.items() if n != "edition"}

    def labels(self) -> dict[str, str]:
        """Return what each field is called."""
        return {n: str(f.label) for n, f in self.fields.items() if n != "edition"}
