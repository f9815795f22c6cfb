"""What is each indicator called, what does it ask, and what is it?"""

from __future__ import annotations

from dataclasses import dataclass

from candela.indicators import Indicator
from candela.tables import DENOMINATORS, MEASURES

__all__ = ["IndicatorWords", "indicator_words"]


@dataclass(frozen=True)
class IndicatorWords:
    """An indicator in words; the definition has at most 25 of them."""

    label: str
    question: str
    definition: str
    unit: str


# Of each measure: what the question asks, what is counted, and the unit's noun.
ACTIVITY_WORDS: dict[str, tuple[str, str, str]] = {
    "participants_recruited": (
        "How many people join studies, for our size?",
        "People who joined any study in the year",
        "people",
    ),
    "participants_interventional": (
        "How many people join studies that test a treatment, for our size?",
        "People who joined studies that test a treatment or another change in the year",
        "people",
    ),
    "participants_observational": (
        "How many people join studies that observe, for our size?",
        "People who joined studies that observe and change nothing in the year",
        "people",
    ),
    "participants_commercial": (
        "How many people join studies run by companies, for our size?",
        "People who joined studies run by companies in the year",
        "people",
    ),
    "studies_recruiting": (
        "How many studies do people join here, for our size?",
        "Studies that at least one person joined in the year",
        "studies",
    ),
    "studies_interventional": (
        "How many studies that test a treatment do people join here, for our size?",
        "Studies of a treatment or another change that someone joined in the year",
        "studies",
    ),
    "studies_observational": (
        "How many studies that observe do people join here, for our size?",
        "Studies that observe and change nothing, and that someone joined in the year",
        "studies",
    ),
    "studies_commercial": (
        "How many studies run by companies do people join here, for our size?",
        "Studies run by companies that someone joined in the year",
        "studies",
    ),
    "sponsored_trials": (
        "How many trials of medicines do we sponsor, for our size?",
        "Trials of medicines that the organisation itself sponsors, begun in the year",
        "trials",
    ),
    "research_income_gbp": (
        "How much income comes from research, for our size?",
        "Income from research in the year",
        "pounds",
    ),
    "research_expenditure_gbp": (
        "How much is spent on research, for our size?",
        "Spending on research in the year",
        "pounds",
    ),
}


def indicator_words(indicator: Indicator) -> IndicatorWords:
    """Return an indicator's words."""
    if indicator.kind == "outcome":
        return IndicatorWords(
            f"Deaths compared with expected ({indicator.measure})",
            "Do as many people die as would be expected?",
            "Deaths in hospital or within 30 days of leaving, divided by the deaths "
            "expected from who was admitted"
            if indicator.measure == "SHMI"
            else "Deaths observed, divided by those expected from who was admitted",
            "times the deaths expected",
        )
    question, counted, noun = ACTIVITY_WORDS[indicator.measure]
    label = MEASURES[indicator.measure].label
    by = DENOMINATORS[indicator.denominator].label
    return IndicatorWords(
        label[0].upper() + label[1:], question, f"{counted}, {by}", f"{noun} {by}"
    )
