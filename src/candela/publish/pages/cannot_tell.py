"""What can a figure not tell you?  Said wherever a result is shown."""

from __future__ import annotations

from candela.publish.pages.records import Indicator
from candela.tables import MEASURES

__all__ = ["OF_CHANGES", "OF_PEERS", "cannot_tell_of", "cannot_tell_of_organisation"]

A_REASON_TO_ASK = (
    "Why an organisation is different from expected. A figure is a reason to ask, not "
    "an answer."
)
OF_DEATHS = (
    "Whether care is good here. Deaths compared with expected (SHMI) also depend on "
    "how patients are recorded and on what is available outside hospital.",
    "Anything about single patients, or about deaths that could have been avoided.",
    A_REASON_TO_ASK,
)
OF_ACTIVITY = (
    "Whether the right patients were asked to join, or whether those who joined did "
    "better.",
    "Whether more would be better: a count does not say what the research was worth.",
    "Anything about research that was not reported to the source of these figures.",
    A_REASON_TO_ASK,
)
OF_PEERS = (
    "Who does better. Peers are alike in size; nothing here compares their care.",
    "Whether they are alike in what is not counted here, such as their patients or "
    "how ill they are.",
)
OF_CHANGES = (
    "Why a figure changed. A new book may rest on other files, and other files on "
    "other patients.",
    "Whether care changed: two points are two points.",
)


def cannot_tell_of(indicator: Indicator) -> tuple[str, ...]:
    """Return what an indicator cannot tell, with the caution of its measure."""
    if indicator.is_ratio:
        return OF_DEATHS
    measure = MEASURES.get(indicator.measure)
    caution = measure.caution if measure is not None else ""
    return (*OF_ACTIVITY[:-1], caution, A_REASON_TO_ASK) if caution else OF_ACTIVITY


def cannot_tell_of_organisation(
    indicators: tuple[Indicator, ...],
) -> tuple[str, ...]:
    """Return what a page of several indicators cannot tell, each thing once."""
    found = dict.fromkeys(
        text
        for indicator in indicators
        for text in cannot_tell_of(indicator)
        if text != A_REASON_TO_ASK
    )
    several = (
        "How an organisation does as a whole. Indicators are not summed: they count "
        "different things."
    )
    return (several, *found, A_REASON_TO_ASK)
