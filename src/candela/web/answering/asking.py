"""How is a page of a questionnaire shown, and how is what was typed read?

Each question becomes a field of a Django form, so that errors, summary and components
are those of every other page.  Nothing is required, and an NHS number is not kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.safestring import SafeString

from candela.impact.answers import Value
from candela.impact.identifiers import blocks, find
from candela.impact.questions import (
    Asked,
    Condition,
    ImpossibleAnswer,
    Style,
    read,
)
from candela.web.answering.drawing import drawn
from candela.web.forms import component
from candela.web.forms.components import Component
from candela.web.forms.widgets import CheckboxList, RadioList

__all__ = ["NHS_NUMBER", "Questions", "Shown", "in_words", "shown_questions"]

NHS_NUMBER = (
    "There is an NHS number in this. Please take it out: we do not need it, and we "
    "may not keep it."
)
TYPED_DATE = re.compile(r"(\d{1,2})[ ./-]+(\d{1,2})[ ./-]+(\d{4})")
MANY_ROWS, FEW_ROWS = 5, 3


class _AskedField(forms.Field):
    """A question; what is typed is read by the rules of the questionnaire."""

    def __init__(self, asked: Asked) -> None:
        hint = asked.hint
        if asked.example:
            hint = f"{hint} For example: “{asked.example}”".strip()
        # Marked as required only to keep "(optional)" from every single label.
        super().__init__(
            label=asked.text, help_text=hint, widget=_widget(asked), required=True
        )
        self.asked = asked

    def clean(self, value: Any) -> Value | None:
        """Return the answer, or nothing."""
        given = value if isinstance(value, list) else [value or ""]
        if self.asked.style is Style.DATE:
            given = [_iso(text) for text in given]
        try:
            answer = read(self.asked, given)
        except ImpossibleAnswer as error:
            raise ValidationError(str(error), code="impossible") from error
        if self.asked.style in (Style.LONG_TEXT, Style.SHORT_TEXT) and answer:
            if "\0" in str(answer):
                raise ValidationError("", code="null_characters_not_allowed")
            if blocks(find(str(answer))):
                raise ValidationError(NHS_NUMBER, code="nhs_number")
        return answer

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Never asked."""
        return True


def _widget(asked: Asked) -> forms.Widget:
    choices = [(choice.code, choice.label) for choice in asked.choices]
    match asked.style:
        case Style.GATE | Style.SINGLE:
            return RadioList(choices=choices)
        case Style.MULTI:
            return CheckboxList(choices=choices)
        case Style.NUMBER | Style.MONEY:
            return forms.TextInput(attrs={"inputmode": "decimal"})
        case Style.LONG_TEXT:
            return forms.Textarea(attrs={"rows": MANY_ROWS})
        case Style.SHORT_TEXT:
            return forms.TextInput()
        case Style.DATE:
            return forms.TextInput()


def _iso(text: str) -> str:
    """Return a day as it is kept, however people write it; else the text."""
    found = TYPED_DATE.fullmatch(text.strip())
    if found is None:
        return text
    day, month, year = found.groups()
    return f"{year}-{int(month):02}-{int(day):02}"


class Questions(forms.Form):
    """Some questions, filled with what was answered so far."""

    def __init__(
        self,
        asked: Iterable[Asked],
        answers: Mapping[str, Value],
        data: Any = None,
    ) -> None:
        super().__init__(data, initial=_initial(answers), auto_id="%s")
        for question in asked:
            self.fields[question.code] = _AskedField(question)

    @property
    def given(self) -> dict[str, Value]:
        """The answers; questions that were passed over are absent."""
        return {c: v for c, v in self.cleaned_data.items() if v is not None}


def _initial(answers: Mapping[str, Value]) -> dict[str, Any]:
    return {
        code: f"{value:g}" if isinstance(value, float) else value
        for code, value in answers.items()
    }


@dataclass(frozen=True)
class Shown:
    """A question as it stands on a page.

    ``opened_by`` names the question of the same page whose answers ``when`` open it.
    Without scripts it is always open.
    """

    markup: SafeString
    opened_by: str = ""
    when: str = ""


def shown_questions(form: Questions, *, is_page: bool) -> list[Shown]:
    """Return the questions to show; of a page the first one is its heading."""
    fields = list(form)
    names = {field.name for field in fields}
    return [
        Shown(
            drawn(_headed(component(field), is_page=is_page and number == 0)),
            *_opened_by(field.field.asked.only_if, names),
        )
        for number, field in enumerate(fields)
    ]


def _opened_by(conditions: Iterable[Condition], names: set[str]) -> tuple[str, str]:
    for condition in conditions:
        if condition.code in names:
            return condition.code, " ".join(sorted(condition.among))
    return "", ""


def _headed(made: Component, *, is_page: bool) -> Component:
    """Return the component with its words as the heading of the page, or large."""
    params = dict(made.params)
    size = {"size": "l" if is_page else "m", "isPageHeading": is_page}
    if "fieldset" in params:
        legend = params["fieldset"]["legend"]
        params["fieldset"] = {"legend": {**legend, **size}}
    else:
        params["label"] = {**params["label"], **size}
    return Component(made.kind, params)


def in_words(asked: Asked, value: Value) -> str:
    """Return an answer as it is read back."""
    return "; ".join(_parts(asked, value))


def _parts(asked: Asked, value: Value) -> Iterator[str]:
    if isinstance(value, list):
        yield from (asked.label_of(code) for code in value)
    elif isinstance(value, float):
        yield f"{value:,.2f}".removesuffix(".00")
    elif asked.choices:
        yield asked.label_of(value)
    else:
        yield value
