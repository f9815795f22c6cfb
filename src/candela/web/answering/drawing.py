"""How does a question become markup, quickly?

The components of the NHS design system take most of the time that a page takes.  What
people only choose from looks the same for all who chose the same, so it is drawn once
and kept.  What somebody typed is never kept: boxes are drawn anew each time.
"""

from __future__ import annotations

import json
from functools import lru_cache

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from candela.web.forms.components import Component

__all__ = ["drawn", "drawn_choices"]

CHOSEN_FROM = ("radios", "checkboxes")
KEPT = 2_000  # of a few thousand letters each


def drawn(made: Component) -> SafeString:
    """Return the markup of a question."""
    if made.kind in CHOSEN_FROM:
        return _kept(made.kind, json.dumps(made.params, sort_keys=True))
    return _drawn(made)


def drawn_choices(
    name: str,
    legend: str,
    choices: tuple[tuple[str, str], ...],
    *,
    chosen: str = "",
    hint: str = "",
    size: str = "m",
) -> SafeString:
    """Return the markup of one choice of several, none taken beforehand."""
    items = [
        {"value": value, "label": {"text": words}, "checked": value == chosen}
        for value, words in choices
    ]
    params = {
        "name": name,
        "idPrefix": name,
        "fieldset": {"legend": {"text": legend, "size": size}},
        "hint": {"text": hint} if hint else None,
        "items": items,
    }
    return drawn(Component("radios", params))


@lru_cache(maxsize=KEPT)
def _kept(kind: str, params: str) -> SafeString:
    return _drawn(Component(kind, json.loads(params)))


def _drawn(made: Component) -> SafeString:
    text = get_template("answering/component.html").render({"made": made})
    return mark_safe(text)
