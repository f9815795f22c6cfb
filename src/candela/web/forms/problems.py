"""What is wrong with an answer, where, and what is to be done?

Django's own messages say only the first ("This field is required").  Where a form gives
no words of its own, these are used: the field's label, what is wrong, what to do.  A
message that already begins with the label is left as it is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.forms.widgets import ChoiceWidget

__all__ = ["Problem", "field_words", "problems"]


@dataclass(frozen=True)
class Problem:
    """One line of the error summary: its words, and the address of the field."""

    words: str
    address: str


# By what Django calls the fault. {shown} is what was typed, {limit} and {size} what the
# rule allows and what was found.
WORDS: dict[str, str] = {
    "invalid_choice": "that choice is not on the list. Choose one that is.",
    "invalid_list": "those choices are not on the list. Choose from the list.",
    "invalid_pk_value": "that choice is not on the list. Choose one that is.",
    "max_length": "this has {size} characters. Use {limit} or fewer.",
    "min_length": "this has {size} characters. Use {limit} or more.",
    "max_value": "'{shown}' is too large. Enter {limit} or less.",
    "min_value": "'{shown}' is too small. Enter {limit} or more.",
    "empty": "the file is empty. Choose another file.",
    "missing": "no file was chosen. Choose a file.",
    "null_characters_not_allowed": "there is a character that cannot be kept. "
    "Type the words again.",
    "password_too_short": "this password is too short. Use {limit} characters or more.",
    "password_too_common": "many people use this password. Choose another, such as "
    "three words that do not belong together.",
    "password_too_similar": "this password is too like your name or address. Choose "
    "another, such as three words that do not belong together.",
    "password_entirely_numeric": "this password has only digits. Add letters or words.",
}
NOT_A: tuple[tuple[type[forms.Field], str], ...] = (
    (
        forms.EmailField,
        "'{shown}' is not an e-mail address. Write it like name@place.uk.",
    ),
    (forms.URLField, "'{shown}' is not a web address. Copy it whole."),
    (forms.FloatField, "'{shown}' is not a number. Enter digits, such as 4.2."),
    (forms.DecimalField, "'{shown}' is not a number. Enter digits, such as 4.2."),
    (forms.IntegerField, "'{shown}' is not a whole number. Enter digits, such as 42."),
    (forms.DateField, "'{shown}' is not a date. Write it like 31/12/2026."),
    (forms.FileField, "no file arrived. Choose it again."),
)


LONGEST_SHOWN = 60


def problems(form: forms.BaseForm) -> list[Problem]:
    """Return what is wrong with a form, in the order of its fields.

    What is wrong with no single field leads to the first one that is shown.
    """
    visible = form.visible_fields()
    first = f"#{_name_of(visible[0])}" if visible else "#maincontent"
    general = form.non_field_errors().as_data()
    hidden = [
        (field, error)
        for field in form.hidden_fields()
        for error in field.errors.as_data()
    ]
    return [
        *(Problem(words, first) for e in general for words in e.messages),
        *(Problem(words, first) for f, e in hidden for words in _words(f, e)),
        *(
            Problem(" ".join(field_words(field)), f"#{_name_of(field)}")
            for field in visible
            if field.errors
        ),
    ]


def field_words(field: BoundField) -> list[str]:
    """Return what is wrong with a field: what, where, what to do."""
    return [w for error in field.errors.as_data() for w in _words(field, error)]


def _words(field: BoundField, error: ValidationError) -> Iterator[str]:
    ours = _ours(field, error)
    if ours is not None:
        yield _placed(field, ours)
        return
    for message in error.messages:
        yield _placed(field, str(message))


def _placed(field: BoundField, words: str) -> str:
    """Return the words with the field's label before them."""
    label = str(field.label).strip()
    if words.casefold().startswith(label.rstrip("?").casefold()):
        return words
    if label.endswith("?"):
        return f"{label} {words[:1].upper()}{words[1:]}"
    return f"{label}: {words[:1].lower()}{words[1:]}" if words else label


def _ours(field: BoundField, error: ValidationError) -> str | None:
    """Return our words for a fault that the form says nothing of its own about."""
    code = error.code or ""
    if _has_own_words(field.field, code):
        return None
    if code == "required":
        return _nothing_given(field.field)
    words = WORDS.get(code)
    if code == "invalid":
        words = next((w for kind, w in NOT_A if isinstance(field.field, kind)), None)
    if words is None:
        return None
    return words.format(**_facts(field, error))


def _has_own_words(field: forms.Field, code: str) -> bool:
    """Return whether the form was given a message for this fault."""
    defaults: dict[str, Any] = {}
    for kind in reversed(type(field).__mro__):
        defaults.update(getattr(kind, "default_error_messages", {}))
    given = field.error_messages.get(code)
    return given is not None and str(given) != str(defaults.get(code))


def _nothing_given(field: forms.Field) -> str:
    if isinstance(field.widget, forms.CheckboxInput):
        return "this box is not ticked. Tick it to go on."
    if isinstance(field.widget, forms.CheckboxSelectMultiple):
        return "nothing was chosen. Choose one or more."
    if isinstance(field.widget, ChoiceWidget):
        return "nothing was chosen. Choose one."
    if isinstance(field, forms.FileField):
        return "no file was chosen. Choose a file."
    return "nothing was entered. Enter it here."


def _facts(field: BoundField, error: ValidationError) -> dict[str, Any]:
    told = error.params or {}
    # A password is never written back into a page.
    secret = isinstance(field.field.widget, forms.PasswordInput)
    typed = None if secret else field.value()
    return {
        "shown": _short("" if typed is None else str(typed)),
        "limit": told.get("limit_value", told.get("min_length", told.get("max", ""))),
        "size": told.get("show_value", told.get("length", "")),
    }


def _short(typed: str) -> str:
    """Return what was typed, cut where it would fill the page."""
    return typed if len(typed) <= LONGEST_SHOWN else typed[:LONGEST_SHOWN] + "..."


def _name_of(field: BoundField) -> str:
    return str(field.auto_id or field.html_name)
