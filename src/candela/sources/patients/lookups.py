"""Which group is a diagnosis in, and how much do other conditions weigh?

A folder may bring ``diagnosis_groups.csv`` (``icd10_prefix``, ``diagnosis_group``) and
``comorbidity.csv`` (``icd10_prefix``, ``condition``, ``weight``).  Without the first,
the group is the chapter of ICD-10; without the second, the score is Charlson's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from candela.engine import Engine
from candela.engine.expressions import literal
from candela.sources.files import open_contents
from candela.sources.patients.charlson import CHARLSON, SUPERSEDED, Condition
from candela.sources.patients.headings import Heading
from candela.sources.records import Record, RecordReader

__all__ = ["Lookups", "chapter_of", "group_of", "read_lookups", "score_of"]

PREFIX = re.compile(r"[A-Z]([0-9]([0-9A-Z][0-9A-Z]{0,3})?)?")
WEIGHT_MOST = 20

# First and last three-character code of each chapter of ICD-10.
CHAPTERS = (
    ("A00", "B99", "I infections"),
    ("C00", "D49", "II neoplasms"),
    ("D50", "D89", "III blood and immune"),
    ("E00", "E90", "IV endocrine and metabolic"),
    ("F00", "F99", "V mental and behavioural"),
    ("G00", "G99", "VI nervous system"),
    ("H00", "H59", "VII eye"),
    ("H60", "H95", "VIII ear"),
    ("I00", "I99", "IX circulation"),
    ("J00", "J99", "X respiration"),
    ("K00", "K93", "XI digestion"),
    ("L00", "L99", "XII skin"),
    ("M00", "M99", "XIII muscles and bones"),
    ("N00", "N99", "XIV genitourinary"),
    ("O00", "O99", "XV pregnancy and birth"),
    ("P00", "P96", "XVI perinatal"),
    ("Q00", "Q99", "XVII congenital"),
    ("R00", "R99", "XVIII symptoms"),
    ("S00", "T98", "XIX injury and poisoning"),
    ("V01", "Y98", "XX external causes"),
    ("Z00", "Z99", "XXI other contacts"),
    ("U00", "U99", "XXII special purposes"),
)


@dataclass(frozen=True)
class Lookups:
    """What the folder brings: groups by prefix of ICD-10, and weighted conditions."""

    groups: Mapping[str, str] = field(default_factory=dict)
    conditions: tuple[Condition, ...] = ()

    @property
    def note(self) -> str:
        """Say which groups and weights are used."""
        groups = (
            "Diagnosis groups are those of the folder's own list."
            if self.groups
            else "Diagnosis groups are the chapters of ICD-10."
        )
        score = (
            "The comorbidity score uses the folder's own list of conditions and weights"
            if self.conditions
            else "The comorbidity score is Charlson's (1987 weights), coded in ICD-10 "
            "as by Quan and others (2005)"
        )
        return f"{groups} {score}, from the other diagnoses of the first episode."


def read_lookups(groups: Sequence[Heading], conditions: Sequence[Heading]) -> Lookups:
    """Return the folder's lists.

    Raises
    ------
    InputError
        If a prefix is not the beginning of an ICD-10 code, is there twice, or a weight
        is not a whole number.
    """
    found: dict[str, str] = {}
    for heading in groups:
        reader, records = _records(heading, ("icd10_prefix", "diagnosis_group"))
        for record in records:
            prefix = _prefix(record)
            if prefix in found:
                record.wrong(
                    "icd10_prefix",
                    f"`{prefix}` is there twice",
                    "each prefix once",
                    "Remove one of the two.",
                )
            found[prefix] = record.text("diagnosis_group")
        _raise_problems(reader)
    weighted: dict[str, tuple[int, list[str]]] = {}
    for heading in conditions:
        wanted = ("icd10_prefix", "condition", "weight")
        reader, records = _records(heading, wanted)
        for record in records:
            weight = record.count("weight") or 0
            if weight > WEIGHT_MOST:
                record.wrong(
                    "weight", f"{weight:g}", f"0 to {WEIGHT_MOST}", "Correct it."
                )
            known = weighted.setdefault(record.text("condition"), (int(weight), []))
            if known[0] != weight:
                record.wrong(
                    "weight",
                    f"the condition weighs {known[0]} above and {weight:g} here",
                    "one weight for a condition",
                    "Correct one of the two.",
                )
            known[1].append(_prefix(record))
        _raise_problems(reader)
    return Lookups(
        found,
        tuple(Condition(n, w, tuple(p)) for n, (w, p) in weighted.items()),
    )


def _records(
    heading: Heading, wanted: tuple[str, ...]
) -> tuple[RecordReader, list[Record]]:
    contents = open_contents(heading.path, heading.name)
    reader = RecordReader(heading.name, heading.columns)
    reader.require(*wanted)
    assert contents.text is not None
    rows = contents.text.rows()
    next(rows)
    return reader, list(reader.records(rows, key=wanted[0]))


def _prefix(record: Record) -> str:
    text = record.text("icd10_prefix").upper().replace(".", "")
    if not PREFIX.fullmatch(text):
        record.wrong(
            "icd10_prefix",
            f"`{text[:20]}` does not begin an ICD-10 code",
            "a letter and digits, such as I21 or I252",
            "Correct it in the file.",
        )
    return text


def _raise_problems(reader: RecordReader) -> None:
    from candela.errors import InputError

    if reader.problems:
        raise InputError(reader.problems)


def chapter_of(diagnosis: str) -> str:
    """Return SQL of the chapter of ICD-10 that a diagnosis is in, or null."""
    three = f"SUBSTR({diagnosis}, 1, 3)"
    steps = " ".join(
        f"WHEN {three} BETWEEN '{first}' AND '{last}' THEN {literal(name)}"
        for first, last, name in CHAPTERS
    )
    return f"CASE {steps} END"


def group_of(engine: Engine, diagnosis: str, groups: Mapping[str, str]) -> str:
    """Return SQL of the group of a diagnosis: that of the longest prefix in the list.

    ``engine`` is given the list, one view for each length of prefix; see ``joined``.
    """
    if not groups:
        return chapter_of(diagnosis)
    found = [f"g{length}.diagnosis_group" for length in _lengths(groups)]
    for length in _lengths(groups):
        prefixes = sorted(prefix for prefix in groups if len(prefix) == length)
        engine.put(
            f"diagnosis_groups_{length}",
            {
                "icd10_prefix": prefixes,
                "diagnosis_group": [groups[prefix] for prefix in prefixes],
            },
        )
    return f"COALESCE({', '.join(found)})"


def joined(diagnosis: str, groups: Mapping[str, str]) -> str:
    """Return the joins that ``group_of`` needs."""
    return " ".join(
        f"LEFT JOIN diagnosis_groups_{length} AS g{length}"
        f" ON SUBSTR({diagnosis}, 1, {length}) = g{length}.icd10_prefix"
        for length in _lengths(groups)
    )


def _lengths(groups: Mapping[str, str]) -> list[int]:
    return sorted({len(prefix) for prefix in groups}, reverse=True)


def score_of(diagnoses: str, conditions: Sequence[Condition]) -> str:
    """Return SQL of the sum of weights of the conditions in a list of diagnoses.

    A condition counts once.  Of two forms of one disease the graver counts.

    Parameters
    ----------
    diagnoses
        SQL of a text such as ``I252,J449``, or null: then the score is 0.
    """
    chosen = tuple(conditions) or CHARLSON
    milder = {} if conditions else SUPERSEDED
    by_name = {condition.name: condition for condition in chosen}
    parts = []
    for condition in chosen:
        there = _found(diagnoses, condition)
        if condition.name in milder:
            graver = by_name[milder[condition.name]]
            there = f"{there} AND NOT ({_found(diagnoses, graver)})"
        parts.append(f"CASE WHEN {there} THEN {condition.weight} ELSE 0 END")
    return " + ".join(parts) or "0"


def _found(diagnoses: str, condition: Condition) -> str:
    pattern = f"(^|,)({'|'.join(condition.prefixes)})"
    return f"COALESCE(text_matches({diagnoses}, {literal(pattern)}), FALSE)"
