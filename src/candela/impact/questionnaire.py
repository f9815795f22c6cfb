"""Which languages and formats does one version of a questionnaire have?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from candela.impact.claims import Role
from candela.impact.questions import Form, Format, checksum

__all__ = ["Questionnaire", "shipped"]


@dataclass(frozen=True)
class Questionnaire:
    """One version: its content as data, checked, and the forms it gives."""

    key: str
    role: Role
    version: str
    content: Mapping[str, Any]
    forms: Mapping[tuple[Format, str], Form]

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> Questionnaire:
        """Return the questionnaire that is written down so.

        Raises
        ------
        InputError
            Naming each question that is not as it should be.
        """
        raise NotImplementedError

    @property
    def checksum(self) -> str:
        """The hash of the content."""
        return checksum(self.content)

    def form(
        self, format: Format = Format.STANDARD, locale: str = "en-GB"
    ) -> Form | None:
        """Return one form, or nothing where it was not written."""
        return self.forms.get((format, locale))


def shipped() -> Mapping[str, Questionnaire]:
    """Return the questionnaires that come with Candela, by key."""
    raise NotImplementedError
