"""What is asked about a figure, about evidence, and about ties between statements?"""

from __future__ import annotations

import math
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from candela.impact import claims
from candela.web.books.forms import OneLine
from candela.web.coding.forms import S_NUMBER, choices_of, optional_choices
from candela.web.coding.models import Evidence
from candela.web.forms import CheckboxList, RadioList, WithoutNhsNumbers
from candela.web.studies.models import Colleague

__all__ = ["CreditForm", "FigureForm", "RepeatForm", "SupportForm"]

DAY = {"widget": forms.DateInput(format="%d/%m/%Y"), "required": False}


class Figure(forms.FloatField):
    """A number that is one: neither infinite nor none."""

    def to_python(self, value: Any) -> float | None:
        """Return the number; pounds and thousands may be marked."""
        text = str(value or "").strip().removeprefix("£").replace(",", "")
        number: float | None = super().to_python(text)
        if number is not None and not math.isfinite(number):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return number


class FigureForm(forms.Form):
    """A figure with what makes it mean something: the same before, and the method."""

    what = OneLine(
        label="What is counted?",
        help_text="Example: inpatients with diabetes whose feet were checked.",
        max_length=120,
    )
    value = Figure(label="How many, or how much?", help_text="Example: 90.")
    unit = OneLine(
        label="In which unit?",
        help_text="Example: people a month. Money is in pounds.",
        max_length=40,
    )
    method = forms.ChoiceField(
        label="How do you know?",
        choices=choices_of(claims.Method),
        widget=RadioList,
    )
    start = forms.DateField(label="From", help_text="Example: 1/1/2025.", **DAY)
    end = forms.DateField(label="To", help_text="Example: 31/3/2025.", **DAY)
    baseline = Figure(label="The same before", help_text="Example: 40.", required=False)
    baseline_period = OneLine(
        label="When was that?",
        help_text="Example: January to March 2024.",
        max_length=80,
        required=False,
    )
    low = Figure(label="At least", required=False)
    high = Figure(label="At most", required=False)
    money_kind = forms.ChoiceField(
        label="If it is money, which kind?",
        choices=optional_choices(claims.MoneyKind, "---"),
        required=False,
        help_text="Kinds of money are never added to one another.",
    )
    price_year = forms.IntegerField(
        label="In prices of which year?",
        help_text="Example: 2025. Needed with money.",
        required=False,
        min_value=1990,
        max_value=2100,
    )
    recurring = forms.BooleanField(label="It comes again each year", required=False)
    shared_key = OneLine(
        label="Name of a saving that several studies share",
        help_text="The same name on each makes it count once. Example: foot clinic.",
        max_length=60,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Ask for what a figure cannot be read without."""
        given: dict[str, Any] = self.cleaned_data
        if given.get("money_kind") and not given.get("price_year"):
            self.add_error("price_year", "nothing was entered. Enter the year.")
        if given.get("baseline") is not None and not given.get("baseline_period"):
            self.add_error("baseline_period", "nothing was entered. Enter the time.")
        low, value, high = (given.get(n) for n in ("low", "value", "high"))
        if None not in (low, value) and low > value:  # type: ignore[operator]
            self.add_error("low", "this is more than the figure. Enter less.")
        if None not in (high, value) and high < value:  # type: ignore[operator]
            self.add_error("high", "this is less than the figure. Enter more.")
        start, end = given.get("start"), given.get("end")
        if start and end and end < start:
            self.add_error("end", "this day is before the first. Enter a later one.")
        return given


class SupportForm(WithoutNhsNumbers):
    """Which evidence supports a statement, and in which respects?"""

    evidence = forms.ModelChoiceField(
        Evidence.objects.none(), label="Evidence", empty_label="---"
    )
    supports = forms.MultipleChoiceField(
        label="What does it support?",
        choices=choices_of(claims.Supports),
        widget=CheckboxList,
    )
    note = OneLine(
        label="Where in it?",
        help_text="Example: page 3, the second table.",
        max_length=300,
        required=False,
    )

    def __init__(self, *args: Any, evidence: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field = self.fields["evidence"]
        field.queryset = evidence
        field.label_from_instance = lambda item: f"{item.label} {item.title}"


class CreditForm(forms.Form):
    """In whose own records is the statement too?"""

    colleagues = forms.ModelMultipleChoiceField(
        Colleague.objects.none(),
        label="People whose record has it too",
        required=False,
        widget=CheckboxList,
    )

    def __init__(self, *args: Any, colleagues: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["colleagues"].queryset = colleagues


class RepeatForm(forms.Form):
    """Which statement does this one repeat?"""

    number = OneLine(
        label="It repeats the statement",
        help_text="Such as S-17. Leave it empty if it repeats none.",
        max_length=12,
        required=False,
    )

    def clean_number(self) -> int | None:
        """Return the number alone, or nothing."""
        text = self.cleaned_data["number"]
        found = S_NUMBER.fullmatch(text)
        if text and found is None:
            raise ValidationError("this is not a number like S-17. Type one like it.")
        return int(found[1] or found[2]) if found else None
