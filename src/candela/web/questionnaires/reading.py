"""What does a version of a questionnaire ask, in this language and format?"""

from __future__ import annotations

from functools import lru_cache

from candela.errors import InputError
from candela.impact.questionnaire import Questionnaire
from candela.impact.questions import Form, Format
from candela.web.questionnaires.models import QuestionnaireVersion

__all__ = ["HOME_LOCALE", "form_of", "formats_of", "questionnaire_of"]

HOME_LOCALE = "en-GB"


def questionnaire_of(version: QuestionnaireVersion) -> Questionnaire:
    """Return what the version says, of a draft also where it is not fit yet."""
    if version.state == QuestionnaireVersion.State.DRAFT:
        return Questionnaire.as_written(version.content)
    return _unchanging(_Content(version))


def form_of(
    version: QuestionnaireVersion,
    *,
    format: Format = Format.STANDARD,
    locale: str = HOME_LOCALE,
) -> Form:
    """Return a form of the version.

    Raises
    ------
    InputError
        Where it was not written, or nobody has checked it yet.
    """
    form = questionnaire_of(version).form(Format(format), locale)
    if form is None:
        raise InputError(
            f"“{version.key}” {version.version} was not written in this language and "
            "format. Choose the standard form, or write a new version with it."
        )
    return form


def formats_of(version: QuestionnaireVersion) -> tuple[tuple[Format, str], ...]:
    """Return the formats and languages that may be offered, standard first."""
    return tuple(questionnaire_of(version).forms)


class _Content:
    """The content of an active version, told apart by what never changes: its hash."""

    def __init__(self, version: QuestionnaireVersion) -> None:
        self.checksum = version.checksum
        self.content = version.content

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Content) and other.checksum == self.checksum

    def __hash__(self) -> int:
        return hash(self.checksum)


@lru_cache(maxsize=64)
def _unchanging(held: _Content) -> Questionnaire:
    """Read a version once: 500 people may answer it within the hour."""
    return Questionnaire.as_written(held.content)
