"""What is asked when a study is added or changed?"""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from candela.errors import InputError
from candela.impact.registers.numbers import Scheme, guess, normalised
from candela.web.books.forms import OneLine
from candela.web.forms import RadioList
from candela.web.studies import choosing
from candela.web.studies.models import (
    Colleague,
    IdentifierScheme,
    Service,
    Study,
    StudyKind,
    StudyStatus,
)

__all__ = ["AddDay", "DayField", "FindStudy", "NumberForm", "StudyForm"]

DAY_FORMATS = ["%d/%m/%Y", "%Y-%m-%d", "%d %B %Y", "%d %b %Y"]


class DayField(forms.DateField):
    """A day, written as people write it here."""

    def __init__(self, **more: Any) -> None:
        more.setdefault("required", False)
        super().__init__(
            input_formats=DAY_FORMATS,
            widget=forms.DateInput(format="%d/%m/%Y", attrs={"inputmode": "text"}),
            **more,
        )


class StudyForm(forms.Form):
    """What is known of a study; most of it may stay empty."""

    kind = forms.ChoiceField(
        label="What is it?", choices=StudyKind.choices, widget=RadioList()
    )
    short_title = OneLine(
        label="Short title",
        help_text="As colleagues call it, such as HERON.",
        max_length=80,
    )
    title = OneLine(label="Full title", max_length=300, required=False)
    plain_name = OneLine(
        label="Name for people who answer",
        help_text="They read this name on a telephone or in an e-mail. It need not "
        "name an illness. Left empty, it is the short title.",
        max_length=80,
        required=False,
    )
    plain_summary = forms.CharField(
        label="What is it about, in plain words?",
        max_length=2_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    service = forms.ModelChoiceField(
        Service.objects.none(), label="Where does it take place?", required=False
    )
    lead = forms.ModelChoiceField(
        Colleague.objects.none(), label="Who leads it here?", required=False
    )
    sponsor = OneLine(label="Sponsor", max_length=150, required=False)
    specialty = OneLine(label="Specialty", max_length=80, required=False)
    status = forms.ChoiceField(
        label="How far is it?", choices=StudyStatus.choices, widget=RadioList()
    )
    opened_on = DayField(label="Opened on", help_text="For example, 27/3/2024.")
    closed_recruitment_on = DayField(
        label="Closed to new people on",
        help_text="A day to come is the day it is planned for.",
    )
    closed_on = DayField(label="Closed on")
    recruits = forms.IntegerField(
        label="How many people were recruited here?",
        help_text="At your organisation alone.",
        min_value=0,
        max_value=10_000_000,
        required=False,
    )
    is_commercial = forms.BooleanField(label="It is commercial", required=False)
    same_as = forms.ModelChoiceField(
        Study.objects.none(),
        label="Is it the same study as one of another site of yours?",
        help_text="Who did it there does not verify what is claimed of it here.",
        required=False,
    )

    def __init__(self, *args: Any, study: Study | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        others = choosing.studies()
        if study is not None:
            others = others.exclude(pk=study.pk).exclude(same_as=study)
        self.fields["service"].queryset = choosing.services()
        self.fields["lead"].queryset = choosing.colleagues()
        self.fields["same_as"].queryset = others.filter(same_as=None)

    def clean(self) -> dict[str, Any]:
        """Fill what follows from the rest, and look at the order of the days."""
        given = self.cleaned_data
        given["title"] = given.get("title") or given.get("short_title", "")
        given["plain_name"] = given.get("plain_name") or given.get("short_title", "")
        opened = given.get("opened_on")
        recruited, closed = given.get("closed_recruitment_on"), given.get("closed_on")
        if opened and recruited and recruited < opened:
            self.add_error(
                "closed_recruitment_on",
                "this is before the day it opened. Correct one of the two.",
            )
        earlier = recruited or opened
        if closed and earlier and closed < earlier:
            self.add_error(
                "closed_on",
                "this is before the day it opened or closed to new people. Correct "
                "one of the two.",
            )
        return given


class NumberForm(forms.Form):
    """A study's number in a register."""

    register = forms.ChoiceField(
        label="Which register?", choices=IdentifierScheme.choices
    )
    number = OneLine(label="Number", max_length=200)

    def clean(self) -> dict[str, Any]:
        """Return the number in its one form."""
        given = self.cleaned_data
        if "register" in given and "number" in given:
            try:
                given["number"] = normalised(Scheme(given["register"]), given["number"])
            except InputError as error:
                self.add_error("number", str(error))
        return given


class FindStudy(forms.Form):
    """A number by which a study is looked for, here and in its register."""

    number = OneLine(
        label="Number in a register",
        help_text="Such as ISRCTN12345678, NCT01234567 or CPMS 12345.",
        max_length=200,
    )

    def clean(self) -> dict[str, Any]:
        """Return the register with the number."""
        given = self.cleaned_data
        scheme = guess(given.get("number", ""))
        if "number" not in given:
            return given
        if scheme is None:
            self.add_error(
                "number",
                "this does not say which register it is of. Begin with its name, such "
                "as CPMS 12345 or IRAS 123456.",
            )
            return given
        try:
            given["number"] = normalised(scheme, given["number"])
        except InputError as error:
            self.add_error("number", str(error))
        given["register"] = scheme
        return given


class AddDay(forms.Form):
    """Another day on which to ask about a study."""

    day = DayField(label="Ask on", help_text="For example, 27/3/2027.", required=True)

    def __init__(self, *args: Any, today: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.today = today

    def clean_day(self) -> Any:
        """Return a day to come."""
        day = self.cleaned_data["day"]
        if day < self.today:
            raise ValidationError("this day has passed. Enter one to come.")
        return day
