"""What may be counted of an organisation, in what unit?

One vocabulary for every source: a reader that meets another word refuses it and lists
these.  ``absent_is_zero`` says what silence means: a register of all trials that does
not list a trust says that it sponsored none; a recruitment return that does not list a
trust says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["DENOMINATORS", "MEASURES", "Denominator", "Measure"]


@dataclass(frozen=True)
class Measure:
    """One thing counted.

    Parameters
    ----------
    name
        The word used in files and tables.
    label
        The words used on pages.
    unit
        ``count``, ``fte`` (whole-time equivalents), ``beds`` (daily average), ``gbp``.
    kind
        ``activity`` (research) or ``structure`` (size and staffing).
    counts_people
        Whether a small value could point at a person, so that it is protected.
    absent_is_zero
        Whether an organisation missing from the source had none.
    summed_over_time
        Whether quarters add up to a year (a flow) or are averaged (a stock).
    caution
        What must be said wherever a result rests on the measure.
    """

    name: str
    label: str
    unit: str
    kind: str
    counts_people: bool = False
    absent_is_zero: bool = False
    summed_over_time: bool = True
    caution: str = ""


MEASURES: dict[str, Measure] = {
    measure.name: measure
    for measure in (
        Measure(
            "participants_recruited",
            "participants recruited, all studies",
            "count",
            "activity",
            counts_people=True,
        ),
        Measure(
            "participants_interventional",
            "participants recruited to interventional studies",
            "count",
            "activity",
            counts_people=True,
        ),
        Measure(
            "participants_observational",
            "participants recruited to observational studies",
            "count",
            "activity",
            counts_people=True,
        ),
        Measure(
            "participants_commercial",
            "participants recruited to commercial studies",
            "count",
            "activity",
            counts_people=True,
        ),
        Measure("studies_recruiting", "studies that recruited", "count", "activity"),
        Measure(
            "studies_interventional",
            "interventional studies that recruited",
            "count",
            "activity",
        ),
        Measure(
            "studies_observational",
            "observational studies that recruited",
            "count",
            "activity",
        ),
        Measure(
            "studies_commercial",
            "commercial studies that recruited",
            "count",
            "activity",
        ),
        Measure(
            "sponsored_trials",
            "medicine trials sponsored",
            "count",
            "activity",
            absent_is_zero=True,
            caution=(
                "Trials sponsored stand in for research activity here: sponsoring is "
                "not recruiting, trials that universities sponsor in a trust are not "
                "counted, and only medicines are covered."
            ),
        ),
        Measure("research_income_gbp", "research income", "gbp", "activity"),
        Measure("research_expenditure_gbp", "research expenditure", "gbp", "activity"),
        Measure(
            "staff_total_fte",
            "all staff",
            "fte",
            "structure",
            summed_over_time=False,
        ),
        Measure(
            "staff_clinical_fte",
            "doctors and nurses",
            "fte",
            "structure",
            summed_over_time=False,
        ),
        Measure(
            "staff_doctors_fte",
            "doctors",
            "fte",
            "structure",
            summed_over_time=False,
        ),
        Measure(
            "staff_nurses_fte",
            "nurses and health visitors",
            "fte",
            "structure",
            summed_over_time=False,
        ),
        Measure(
            "beds_general_acute",
            "general and acute beds",
            "beds",
            "structure",
            summed_over_time=False,
        ),
        Measure("beds_total", "beds", "beds", "structure", summed_over_time=False),
        Measure("spells", "hospital spells", "count", "structure"),
    )
}


@dataclass(frozen=True)
class Denominator:
    """A size by which activity is divided, and the number of units it is quoted per."""

    measure: str
    per: int
    label: str


DENOMINATORS: dict[str, Denominator] = {
    "staff_clinical_fte": Denominator(
        "staff_clinical_fte", 100, "per 100 doctors and nurses"
    ),
    "staff_total_fte": Denominator("staff_total_fte", 100, "per 100 staff"),
    "beds_general_acute": Denominator(
        "beds_general_acute", 100, "per 100 general and acute beds"
    ),
    "spells": Denominator("spells", 10_000, "per 10,000 spells"),
}
