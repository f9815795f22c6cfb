"""Which words do the pages of who answers share?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.safestring import SafeString

from candela.impact.claims import Role
from candela.impact.questions import Format
from candela.web.answering.drawing import drawn_choices
from candela.web.answering.writing import QUOTE, QUOTE_NAMED
from candela.web.campaigns.models import Group

__all__ = [
    "ABOUT",
    "CARE",
    "MODES",
    "about_choices",
    "about_given",
    "asks_about",
    "care_words",
    "format_words",
    "quote_choices",
]

Mode: Any = Group.Mode
MODES: Mapping[str, str] = {
    Mode.ANONYMOUS: (
        "This is anonymous. Nobody can find out what you said, not even us. So we "
        "cannot take it back once you have sent it."
    ),
    Mode.CONFIDENTIAL: (
        "This is confidential. Those who read your answers do not see who you are. "
        "Only our information governance team can look it up, and each look is "
        "written down."
    ),
    Mode.IDENTIFIED: (
        "This is not anonymous. Those who read your answers in this organisation see "
        "who gave them."
    ),
}
CARE = "Your care stays the same, whether you answer or not, and whatever you say."
STAFF = "It is up to you whether you answer. You can pass over any question."
FORMATS: Mapping[Format, str] = {
    Format.STANDARD: "Standard",
    Format.EASY_READ: "Easy Read",
    Format.LARGE_PRINT: "Large print",
    Format.CHILD: "For children from 6 to 11",
    Format.YOUNG_PERSON: "For young people from 12 to 15",
}
LANGUAGES: Mapping[str, str] = {"en-GB": "", "cy": "Cymraeg"}
LAY = (Role.PARTICIPANT, Role.CARER, Role.CONTRIBUTOR)

# Broad bands only; asked last, of people who are not staff, and never kept beside what
# they said.
ABOUT: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...] = (
    (
        "age",
        "How old are you?",
        (
            ("under_16", "Under 16"),
            ("16_29", "16 to 29"),
            ("30_49", "30 to 49"),
            ("50_69", "50 to 69"),
            ("70_up", "70 or over"),
        ),
    ),
    (
        "ethnic_group",
        "Which of these is nearest to you?",
        (
            ("asian", "Asian or Asian British"),
            ("black", "Black, Black British, Caribbean or African"),
            ("mixed", "Mixed or multiple ethnic groups"),
            ("white", "White"),
            ("other", "Another ethnic group"),
        ),
    ),
)


def care_words(role: str) -> str:
    """Return what answering changes for somebody: nothing."""
    return CARE if role in (Role.PARTICIPANT, Role.CARER) else STAFF


def asks_about(role: str) -> bool:
    """Say whether somebody is asked for broad bands about themselves."""
    return role in LAY


def format_words(format: Format, locale: str) -> str:
    """Return how a format in a language is called; nothing for what is not offered."""
    words = FORMATS.get(format, "")
    language = LANGUAGES.get(locale, locale)
    if not words or not language:
        return words
    return language if format is Format.STANDARD else f"{language}: {words}"


def about_choices() -> list[SafeString]:
    """Return the questions about somebody, none answered beforehand."""
    return [
        drawn_choices(f"about-{name}", legend, choices, size="s")
        for name, legend, choices in ABOUT
    ]


def quote_choices(*, may_name: bool, chosen: str = "") -> SafeString:
    """Return the question whether words may be quoted, no beforehand."""
    choices = [("none", "No"), (QUOTE, "Yes, without my name")]
    if may_name:
        choices.append((QUOTE_NAMED, "Yes, with my name"))
    return drawn_choices(
        "quote",
        "May we quote your words?",
        tuple(choices),
        chosen=chosen,
        hint="We take out what may tell who you are. If you choose nothing, we do not "
        "quote you.",
    )


def about_given(data: Any) -> dict[str, str]:
    """Return the bands that were ticked; what is not in the list is left out."""
    found = {}
    for name, _, choices in ABOUT:
        if data.get(f"about-{name}") in dict(choices):
            found[name] = data[f"about-{name}"]
    return found
