"""Is there an NHS number in what members type?  It is not kept, here as in an answer.

What they type stands on pages, in letters and in reports; a number that was copied out
of somewhere would lead to a person.
"""

from __future__ import annotations

from typing import Any

from django import forms

from candela.impact.identifiers import blocks, find

__all__ = ["WithoutNhsNumbers"]

WORDS = (
    "there is an NHS number in this. Take it out: we do not need it, and may not keep "
    "it."
)


class WithoutNhsNumbers(forms.Form):
    """A form that takes no NHS number in any of its texts."""

    def clean(self) -> dict[str, Any]:
        """Ask for each NHS number to be taken out."""
        given: dict[str, Any] = super().clean() or self.cleaned_data
        texts = {n: v for n, v in given.items() if isinstance(v, str)}
        for name, text in texts.items():
            if blocks(find(text)):
                self.add_error(name, WORDS)
        return given
