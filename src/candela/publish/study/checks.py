"""Which checks does a study pass, and which must a person still make?

The first kind is asked of the study itself.  The second is the list that goes with
protected data to whoever lets it out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from candela.publish.csv_tables import PublishedTable
from candela.publish.disclosure import HIDDEN, ROUNDING_BASE, SMALLEST_SHOWN
from candela.publish.study.shown import ShownOutcome, ShownStudy

__all__ = ["RELEASE", "Check", "checks_of", "counts_are_rounded"]

SLOPE = (0.9, 1.1)
ENOUGH_TRUSTS = 40
NOT_OURS = frozenset({"published"})
NOT_COUNTED = frozenset({"expected", "published_patients"})
RELEASE = (
    "Counts of 1 to 7 people are hidden, and all others are to the nearest 5: checked "
    "above, in every table of this book.",
    "No row is about one person, and no identifier, date or text of a person is in the "
    "book: it is made of counts and model results.",
    "Model results rest on the numbers of patients, deaths and trusts stated beside "
    "them. Look whether any rests on fewer trusts than your data provider allows.",
    "Look whether an earlier release of the same data, with another cut, would show "
    "a small number by subtraction.",
    "Look whether names of organisations may be shown under your agreement.",
    "Name of who checked, and the day:",
)


@dataclass(frozen=True)
class Check:
    """One thing that was asked of the study, and the answer."""

    asked: str
    passed: bool
    told: str


def checks_of(found: ShownStudy, tables: Iterable[PublishedTable]) -> tuple[Check, ...]:
    """Return what was asked of a study before it was written."""
    wrong = list(counts_are_rounded(tables))
    rounded = Check(
        "Are small numbers hidden in every table?",
        not wrong,
        "every count of people is 0, hidden or a multiple of 5"
        if not wrong
        else f"not in {', '.join(sorted(set(wrong)))}",
    )
    of_outcomes = (c for o in found.outcomes for c in _of_outcome(found, o))
    return (rounded, _before(found), *of_outcomes)


def counts_are_rounded(tables: Iterable[PublishedTable]) -> Iterator[str]:
    """Yield the name of a table for each count of people that is not rounded."""
    for table in tables:
        if table.name in NOT_OURS:
            continue
        places = [
            place
            for place, column in enumerate(table.columns)
            if column.unit == "people" and column.name not in NOT_COUNTED
        ]
        printed = [h == "source" for h in table.headings]
        for row in table.rows:
            if any(
                row[n] == "printed in the paper" for n, p in enumerate(printed) if p
            ):
                continue
            for place in places:
                count = row[place]
                if count is None or count == HIDDEN or count == 0:
                    continue
                if count % ROUNDING_BASE or count < SMALLEST_SHOWN:
                    yield table.name


def _before(found: ShownStudy) -> Check:
    same = [e.label for e in found.protocol.exposures if e.lag_years < 1]
    return Check(
        "Is research counted before what is counted of patients?",
        not same,
        "in an earlier year, for each measure of research"
        if not same
        else f"not for {'; '.join(same)}: the protocol says why",
    )


def _of_outcome(found: ShownStudy, outcome: ShownOutcome) -> Iterator[Check]:
    about = outcome.label
    yield Check(
        f"Does the interval allow for trusts ({about})?",
        not outcome.primary.naive,
        outcome.primary.model,
    )
    fewest = found.protocol.fewest_organisations
    enough = outcome.organisations >= max(fewest, ENOUGH_TRUSTS)
    yield Check(
        f"Are there enough trusts for the interval ({about})?",
        enough,
        f"{outcome.organisations} trusts; from {ENOUGH_TRUSTS} on, intervals by trust "
        "are about as wide as they should be",
    )
    planned = len(outcome.analyses) + len(outcome.not_done)
    yield Check(
        f"Was every planned analysis run ({about})?",
        not outcome.not_done,
        f"{len(outcome.analyses)} of {planned}",
    )
    made = outcome.calibration
    if made is not None:
        low, high = SLOPE
        yield Check(
            f"Does the case-mix model say what happens ({about})?",
            low <= made.slope <= high,
            f"slope of calibration {made.slope:.2f}; expected {low} to {high}",
        )
    if outcome.proportional_hazards:
        p = outcome.proportional_hazards[-1][3]
        yield Check(
            f"Do hazards stay in proportion ({about})?",
            p >= 0.05,
            "no sign that they do not"
            if p >= 0.05
            else "there are signs that they do not: read the ratio as an average over "
            "the time followed",
        )
