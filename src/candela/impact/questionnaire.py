"""Which languages and formats does one version of a questionnaire have?"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Any

from candela.errors import InputError
from candela.impact.claims import Role
from candela.impact.layout import forms_of, words_of
from candela.impact.questions import Form, Format, checksum
from candela.impact.soundness import doubts, unreadable

__all__ = ["Questionnaire", "shipped"]

FOLDER = "questionnaires"


@dataclass(frozen=True)
class Questionnaire:
    """One version: its content as data, checked, and the forms it gives.

    ``unchecked`` are forms in languages that nobody who speaks them has checked; they
    are shown to whoever prepares a questionnaire, and offered to nobody.
    """

    key: str
    role: Role
    version: str
    content: Mapping[str, Any]
    forms: Mapping[tuple[Format, str], Form]
    unchecked: Mapping[tuple[Format, str], Form] = field(default_factory=dict)

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Questionnaire:
        """Return the questionnaire that is written down so.

        Raises
        ------
        InputError
            Naming each question that is not as it should be.
        """
        _refuse(content, doubts(content))
        return cls.as_written(content)

    @classmethod
    def as_written(cls, content: Mapping[str, Any]) -> Questionnaire:
        """Return a questionnaire without asking whether it is fit for people.

        A draft is not yet, and what people were asked years ago was by the rules of
        its day: it is shown with its words whatever the rules are now.

        Raises
        ------
        InputError
            If no form can be made of it at all.
        """
        _refuse(content, unreadable(content))
        forms = forms_of(content)
        waiting = {
            (Format(w["format"]), w["locale"])
            for w in content["forms"]
            if not words_of(content, w).get("checked", True)
        }
        return cls(
            key=content["key"],
            role=Role(content["role"]),
            version=content["version"],
            content=content,
            forms={which: f for which, f in forms.items() if which not in waiting},
            unchecked={which: f for which, f in forms.items() if which in waiting},
        )

    @property
    def checksum(self) -> str:
        """The hash of the content."""
        return checksum(self.content)

    def form(
        self, format: Format = Format.STANDARD, locale: str = "en-GB"
    ) -> Form | None:
        """Return one form, or nothing where it was not written."""
        return self.forms.get((format, locale))


def _refuse(content: Mapping[str, Any], found: tuple[str, ...]) -> None:
    if found:
        key = str(content.get("key", "the questionnaire"))
        raise InputError("\n".join(f"{key}: {doubt}" for doubt in found))


@cache
def shipped() -> Mapping[str, Questionnaire]:
    """Return the questionnaires that come with Candela, by key."""
    folder = resources.files("candela.impact") / FOLDER
    read = [
        Questionnaire.of(tomllib.loads(file.read_text(encoding="utf-8")))
        for file in folder.iterdir()
        if file.name.endswith(".toml")
    ]
    read.sort(key=lambda made: (list(Role).index(made.role), made.key))
    return MappingProxyType({made.key: made for made in read})
