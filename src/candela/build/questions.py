"""What can these files answer, what is missing for which question, and what is odd?"""

from __future__ import annotations

from dataclasses import dataclass

from candela.errors import Problem
from candela.sources import Folder
from candela.tables import (
    DENOMINATORS,
    MEASURES,
    ORGANISATION_MEASURES,
    ORGANISATIONS,
    PUBLISHED_OUTCOMES,
    SUCCESSIONS,
)

__all__ = ["Answerable", "answerable", "unknown_codes"]


@dataclass(frozen=True)
class Answerable:
    """One question: what the folder has for it, and what it lacks."""

    question: str
    has: tuple[str, ...]
    lacks: tuple[str, ...]

    @property
    def can_be_answered(self) -> bool:
        """Whether nothing that is needed is missing."""
        return not self.lacks


def answerable(folder: Folder) -> tuple[Answerable, ...]:
    """Return each question with what there is for it and what is missing."""
    outcomes = folder.table(PUBLISHED_OUTCOMES)
    measures = set(folder.table(ORGANISATION_MEASURES)["measure"].tolist())
    activity = sorted(m for m in measures if MEASURES[m].kind == "activity")
    sizes = sorted(m for m in measures if m in DENOMINATORS)
    if len(outcomes):
        sizes.append("spells (from SHMI)")
    shmi = (f"SHMI, {len(outcomes):,} rows",) if len(outcomes) else ()
    no_shmi = () if shmi else ("SHMI files (trust level)",)
    no_activity = (
        ()
        if activity
        else (
            "research activity: a generic activity file, the EU register's sponsored "
            "trials, the NIHR league table or provider accounts",
        )
    )
    no_size = () if sizes else ("a size: KH03 beds, workforce statistics or SHMI",)
    followed = tuple(
        name
        for name, spec in (
            ("succession lists", SUCCESSIONS),
            ("organisation lists (etr)", ORGANISATIONS),
        )
        if len(folder.table(spec))
    )
    wanted = ("succession lists", "organisation lists (etr)")
    return (
        Answerable("Which trusts differ from expected?", shmi, no_shmi),
        Answerable(
            "How research-active is each organisation, for its size?",
            (*activity, *sizes),
            (*no_activity, *no_size),
        ),
        Answerable(
            "Does more research go with fewer deaths?",
            (*shmi, *activity, *sizes),
            (*no_shmi, *no_activity, *no_size),
        ),
        Answerable(
            "Which organisation is which, before and after mergers?",
            followed,
            tuple(name for name in wanted if name not in followed),
        ),
    )


def unknown_codes(folder: Folder) -> tuple[Problem, ...]:
    """Return the first row of each code that is in no organisation or succession list.

    Without any list nothing is known, and nothing is returned.  A code may be right
    and the lists too new or too old for it: this is a question, not a refusal.
    """
    organisations = folder.table(ORGANISATIONS)
    successions = folder.table(SUCCESSIONS)
    known = set(organisations["org_code"].tolist())
    if not known:
        return ()
    known |= set(successions["predecessor_code"].tolist())
    known |= set(successions["successor_code"].tolist())
    found: dict[str, Problem] = {}
    for spec in (PUBLISHED_OUTCOMES, ORGANISATION_MEASURES):
        table = folder.table(spec)
        for code, file, row in table.keys("org_code", "source_file", "source_row"):
            if code not in known and code not in found:
                found[code] = Problem(
                    file,
                    f"the code {code} is in none of the organisation or succession "
                    "lists of the folder",
                    "a code that the Organisation Data Service lists",
                    "Check the code; if it is right, add the list (etr or succ) that "
                    "has it, so that mergers are followed. Its figures are kept.",
                    row=int(row),
                    column="organisation code",
                )
    return tuple(found[code] for code in sorted(found))
