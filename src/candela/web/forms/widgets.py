"""Which inputs does Django not have?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

__all__ = ["CheckboxList", "CodeInput", "RadioList"]


class CodeInput(forms.TextInput):
    """A code from a device or a message: digits, filled in by the browser if it can."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        told = {"autocomplete": "one-time-code", "inputmode": "numeric"}
        super().__init__(attrs={**told, **(attrs or {})})


class RadioList(forms.RadioSelect):
    """One of several choices, each of which may have a hint of its own."""

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        choices: Any = (),
        *,
        hints: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(attrs, choices)
        self.hints = dict(hints or {})


class CheckboxList(forms.CheckboxSelectMultiple):
    """Several choices, each of which may have a hint of its own."""

    def __init__(
        self,
        attrs: dict[str, Any] | None = None,
        choices: Any = (),
        *,
        hints: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(attrs, choices)
        self.hints = dict(hints or {})
