"""What does each measure count, and how is it divided by size?"""

from __future__ import annotations

from candela.publish.indicator_words import ACTIVITY_WORDS
from candela.publish.pages.methods.page import (
    MADE_UP_ROWS,
    QUESTION,
    MethodPage,
    Reference,
)
from candela.publish.pages.parts import View
from candela.tables import DENOMINATORS, MEASURES, Denominator, Measure

__all__ = ["measure_page", "measure_pages"]

VERSIONS = ("From version 0.1.0 on: as told here.",)
SIZE = "staff_clinical_fte"
# Four made-up organisations: doctors and nurses, and counts of three orders.
STAFF = (2100.0, 1250.0, 4300.0, 900.0)
COUNTS = {
    "people": (415.0, 96.0, 1210.0, 0.0),
    "studies": (38.0, 12.0, 95.0, 0.0),
    "gbp": (1_200_000.0, 310_000.0, 9_400_000.0, 0.0),
}
UNITS = {
    "count": "a number",
    "fte": "whole-time equivalents: two people at half time are one",
    "beds": "a daily average",
    "gbp": "pounds",
}
SIZES = {
    "staff_total_fte": "All staff employed, two people at half time counting as one",
    "staff_clinical_fte": (
        "Doctors and nurses employed, two people at half time counting as one"
    ),
    "staff_doctors_fte": "Doctors employed, two at half time counting as one",
    "staff_nurses_fte": (
        "Nurses and health visitors employed, two at half time counting as one"
    ),
    "beds_general_acute": (
        "General and acute beds open overnight, on an average day of the year"
    ),
    "beds_total": "Beds open overnight, on an average day of the year",
    "spells": "Stays in hospital, from admission to discharge, in the year",
}
JONKER = Reference(
    "Jonker L, Fisher SJ. Public Health 2018;157:1-6 (research activity by size)",
    "10.1016/j.puhe.2017.12.022",
)


def measure_pages() -> dict[str, Measure]:
    """Return the measures by the names of their pages."""
    return {f"measure-{name.replace('_', '-')}": m for name, m in MEASURES.items()}


def measure_page(measure: Measure) -> MethodPage:
    """Return the page of one measure."""
    size = DENOMINATORS[SIZE]
    name = f"measure-{measure.name.replace('_', '-')}"
    return MethodPage(
        name=name,
        title=f"{measure.label[:1].upper()}{measure.label[1:]}",
        question=QUESTION,
        definition=_definition(measure),
        example=_example(measure, size),
        arithmetic=_arithmetic(measure, size),
        formula=_formula(measure),
        references=(JONKER,) if measure.kind == "activity" else (),
        leaves_out=_leaves_out(measure),
        versions=VERSIONS,
    )


def _definition(measure: Measure) -> str:
    words = ACTIVITY_WORDS.get(measure.name)
    return f"{words[1]}." if words is not None else f"{SIZES[measure.name]}."


def _counts(measure: Measure) -> tuple[float, ...]:
    if measure.unit == "gbp":
        return COUNTS["gbp"]
    return COUNTS["people" if measure.counts_people else "studies"]


def _quarters(n: int, measure: Measure) -> list[float]:
    """Return four made-up quarters of a size: they add up, or stay about the same."""
    level = STAFF[n] if measure.unit != "beds" else STAFF[n] / 3
    return [level * step for step in (0.98, 1.0, 1.01, 1.01)]


def _over_year(quarters: list[float], measure: Measure) -> float:
    total = sum(quarters)
    return total if measure.summed_over_time else total / len(quarters)


def _example(measure: Measure, size: Denominator) -> View:
    if measure.kind == "structure":
        rows = []
        for n in range(4):
            quarters = _quarters(n, measure)
            rows.append(
                (
                    f"Organisation {'ABCD'[n]}",
                    *(f"{q:,.0f}" for q in quarters),
                    f"{_over_year(quarters, measure):,.0f}",
                )
            )
        return View.of(
            "Four made-up organisations, by quarter",
            ("Organisation", "First", "Second", "Third", "Fourth", "Year"),
            rows,
            numeric=(False, True, True, True, True, True),
            notes=(MADE_UP_ROWS,),
        )
    counts = _counts(measure)
    return View.of(
        "Four made-up organisations",
        ("Organisation", "Counted", "Doctors and nurses", f"Per {size.per}"),
        [
            (
                f"Organisation {'ABCD'[n]}",
                f"{counts[n]:,.0f}",
                f"{STAFF[n]:,.0f}",
                f"{size.per * counts[n] / STAFF[n]:,.2f}",
            )
            for n in range(4)
        ],
        numeric=(False, True, True, True),
        notes=(MADE_UP_ROWS,),
    )


def _arithmetic(measure: Measure, size: Denominator) -> tuple[str, ...]:
    if measure.kind == "structure":
        quarters = _quarters(0, measure)
        year = _over_year(quarters, measure)
        summed = " + ".join(f"{q:,.0f}" for q in quarters)
        if measure.summed_over_time:
            return (f"A: {summed} = {year:,.0f} in the year",)
        return (f"A: ({summed}) / 4 = {year:,.0f} on average over the year",)
    count, staff = _counts(measure)[0], STAFF[0]
    return (
        f"A: {count:,.0f} / {staff:,.0f} x {size.per} = "
        f"{size.per * count / staff:,.2f} per {size.per} doctors and nurses",
    )


def _formula(measure: Measure) -> tuple[str, ...]:
    year = (
        "Parts of a year are added up."
        if measure.summed_over_time
        else "Parts of a year are averaged, by their days."
    )
    silence = (
        "An organisation that the source does not list had none."
        if measure.absent_is_zero
        else "An organisation that the source does not list is not taken to have none."
    )
    if measure.kind == "structure":
        return (year, f"Unit: {UNITS[measure.unit]}.")
    return ("Figure: count / size x so many units of size.", year, silence)


def _leaves_out(measure: Measure) -> tuple[str, ...]:
    found = [measure.caution] if measure.caution else []
    if measure.counts_people:
        found.append(
            "Counts of 1 to 7 people, hidden to protect them, with every figure that "
            "would give them away."
        )
    if measure.kind == "structure":
        found.append("What the staff or the beds are for.")
    else:
        found.append("What was not reported to the source, and what it was worth.")
    return tuple(found)
