"""Which NHS component shows a field, and with what?

Browsers are not asked to check anything, nor to cut text short: a long answer that was
pasted is kept, and our own words say what is too long.  So ``required`` and
``maxlength`` are not written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.widgets import Input
from django.utils.safestring import SafeString

from candela.web.forms.problems import field_words
from candela.web.forms.widgets import CodeInput

__all__ = ["Component", "component"]

# Said by other means, checked by us, or refused by the content security policy.
LEFT_OUT = frozenset(
    {
        "aria-describedby",
        "autocomplete",
        "class",
        "cols",
        "id",
        "max",
        "maxlength",
        "min",
        "minlength",
        "placeholder",
        "required",
        "rows",
        "size",
        "step",
        "style",
        "type",
    }
)
OPTIONAL = " (optional)"


@dataclass(frozen=True)
class Component:
    """A component's kind and the parameters of its macro."""

    kind: str
    params: dict[str, Any]


def component(field: BoundField) -> Component:
    """Return what shows this field.

    Raises
    ------
    TypeError
        If its widget has no component here.
    """
    for widget, made in COMPONENTS:
        if isinstance(field.field.widget, widget):
            return made(field)
    widget = type(field.field.widget)
    raise TypeError(f"{field.name}: no component shows a {widget.__name__}")


def _hidden(field: BoundField) -> Component:
    value = field.value()
    values = value if isinstance(value, list | tuple) else [value]
    shown = [str(v) for v in values if v is not None]
    return Component("hidden", {"name": field.html_name, "values": shown})


def _input(field: BoundField) -> Component:
    widget = field.field.widget
    told: dict[str, Any] = {"type": widget.input_type, "value": _value(field)}
    if isinstance(widget, forms.NumberInput):
        # Spinning the wheel over a number input changes the answer.
        told["type"] = "text"
        whole = isinstance(field.field, forms.IntegerField) and not isinstance(
            field.field, forms.FloatField | forms.DecimalField
        )
        told["inputmode"] = "numeric" if whole else "decimal"
        told["width"] = "10"
    if isinstance(widget, forms.EmailInput):
        told["spellcheck"] = False
        told["autocapitalize"] = "none"
    if isinstance(widget, CodeInput):
        told.update(code=True, width="10", spellcheck=False)
    told["inputmode"] = widget.attrs.get("inputmode", told.get("inputmode"))
    return Component("input", {**_labelled(field), **told})


def _password(field: BoundField) -> Component:
    return Component("password", _labelled(field))


def _textarea(field: BoundField) -> Component:
    rows = field.field.widget.attrs.get("rows", 5)
    told = {"rows": rows, "value": _value(field) or ""}
    return Component("textarea", {**_labelled(field), **told})


def _file(field: BoundField) -> Component:
    return Component("file", _labelled(field))


def _select(field: BoundField) -> Component:
    items = [
        {
            "value": o["value"],
            "text": "Choose one" if _is_blank(o) else o["label"],
            "selected": bool(o["selected"]),
        }
        for o in _options(field)
    ]
    return Component("select", {**_labelled(field), "items": items})


def _radios(field: BoundField) -> Component:
    return Component("radios", {**_grouped(field), "items": _items(field)})


def _checkboxes(field: BoundField) -> Component:
    return Component("checkboxes", {**_grouped(field), "items": _items(field)})


def _one_checkbox(field: BoundField) -> Component:
    """A single box: its label is what is agreed to, so there is no legend."""
    item = {
        "value": field.field.widget.attrs.get("value", "on"),
        "label": {"text": str(field.label)},
        "hint": _help(field),
        "checked": bool(field.value()),
        "disabled": field.field.disabled,
    }
    params = {
        "name": field.html_name,
        "idPrefix": field.auto_id or field.html_name,
        "errorMessage": _error(field),
        "items": [item],
    }
    return Component("checkboxes", params)


def _refused(field: BoundField) -> Component:
    raise TypeError(f"{field.name}: a list of several is shown as checkboxes here")


COMPONENTS: tuple[tuple[type[forms.Widget], Callable[[BoundField], Component]], ...] = (
    # Checkboxes inherit from radios in Django, and hidden inputs from inputs.
    (forms.MultipleHiddenInput, _hidden),
    (forms.HiddenInput, _hidden),
    (forms.PasswordInput, _password),
    (forms.FileInput, _file),
    (forms.Textarea, _textarea),
    (forms.CheckboxSelectMultiple, _checkboxes),
    (forms.RadioSelect, _radios),
    (forms.CheckboxInput, _one_checkbox),
    (forms.SelectMultiple, _refused),
    (forms.Select, _select),
    (Input, _input),
)


def _labelled(field: BoundField) -> dict[str, Any]:
    """Return what all components with one input share."""
    attrs = field.field.widget.attrs
    return {
        "label": {"text": _label(field), "size": "s"},
        "hint": _help(field),
        "errorMessage": _error(field),
        "id": field.auto_id or field.html_name,
        "name": field.html_name,
        "autocomplete": attrs.get("autocomplete"),
        "disabled": field.field.disabled,
        "attributes": _attributes(field),
    }


def _grouped(field: BoundField) -> dict[str, Any]:
    """Return what components with several inputs share."""
    return {
        "fieldset": {"legend": {"text": _label(field), "size": "s"}},
        "hint": _help(field),
        "errorMessage": _error(field),
        # The first input has this name, so that the summary's link lands there.
        "idPrefix": field.auto_id or field.html_name,
        "name": field.html_name,
    }


def _items(field: BoundField) -> list[dict[str, Any]]:
    hints = getattr(field.field.widget, "hints", {})
    return [
        {
            "value": o["value"],
            "label": {"text": o["label"]},
            "hint": {"text": hints[o["value"]]} if o["value"] in hints else None,
            "checked": bool(o["selected"]),
            "disabled": field.field.disabled,
        }
        for o in _options(field)
        if not _is_blank(o)
    ]


def _options(field: BoundField) -> Iterator[dict[str, Any]]:
    """Yield the options with text for value and label."""
    widget = field.field.widget
    value = widget.format_value(field.value())
    for group, options, _ in widget.optgroups(field.html_name, value):
        if group is not None:
            raise TypeError(f"{field.name}: choices in groups have no component")
        for option in options:
            yield {
                "value": str(option["value"]),
                "label": str(option["label"]),
                "selected": option["selected"],
            }


def _is_blank(option: dict[str, Any]) -> bool:
    return option["value"] == "" and option["label"].startswith("---")


def _label(field: BoundField) -> str:
    label = str(field.label)
    if field.field.required or "optional" in label.lower():
        return label
    return label + OPTIONAL


def _help(field: BoundField) -> dict[str, Any] | None:
    if not field.help_text:
        return None
    text = str(field.help_text)
    # Django's list of rules for passwords is marked as safe by Django itself.
    return {"html": text} if isinstance(text, SafeString) else {"text": text}


def _error(field: BoundField) -> dict[str, str] | None:
    words = field_words(field)
    return {"text": " ".join(words)} if words else None


def _value(field: BoundField) -> str | None:
    value = field.field.widget.format_value(field.value())
    return None if value is None else str(value)


def _attributes(field: BoundField) -> dict[str, str]:
    return {
        name: str(value)
        for name, value in field.field.widget.attrs.items()
        if name not in LEFT_OUT
        and name != "inputmode"
        and not name.lower().startswith("on")
        and value not in (None, False)
    }
