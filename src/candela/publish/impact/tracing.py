"""How does every number of a document get a label that leads to where it is from?

``say`` puts numbers into a sentence and labels them N1, N2 and so on, in the order of
reading.  Statements keep their own label (S-17), evidence too (E1).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from candela.impact.claims import Claim, Evidence
from candela.publish.documents.model import Text, Traced
from candela.publish.impact.dates import day_words
from candela.publish.impact.words import title_of

__all__ = ["Num", "Tracing"]

SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Num:
    """A number as it is shown, and what it was made of."""

    words: str
    source: str
    value: str = ""


@dataclass
class Tracing:
    """The labels of one document, in the order in which they were given."""

    numbers: list[Traced] = field(default_factory=list)
    statements: dict[str, Traced] = field(default_factory=dict)
    evidence: dict[str, Traced] = field(default_factory=dict)

    def say(self, pattern: str, **slots: Num | str) -> tuple[Text, ...]:
        """Return a sentence with its numbers in place and labelled."""
        shown = {k: s.words if isinstance(s, Num) else s for k, s in slots.items()}
        sentence = SLOT.sub(lambda found: shown[found[1]], pattern).strip()
        runs, start = [], 0
        for found in SLOT.finditer(pattern):
            slot = slots[found[1]]
            before = pattern[start : found.start()]
            start = found.end()
            if isinstance(slot, Num):
                label = self.number(slot, sentence)
                runs.append(Text(before + slot.words, label=label))
            else:
                runs.append(Text(before + slot))
        runs.append(Text(pattern[start:]))
        return _joined(runs)

    def number(self, number: Num, sentence: str) -> str:
        """Return the label of one number that stands in this sentence or cell."""
        label = f"N{len(self.numbers) + 1}"
        value = number.value or number.words
        self.numbers.append(Traced(label, sentence, value, number.source))
        return label

    def cell(self, number: Num, where: str) -> str:
        """Return a number as a cell of a table, with its label."""
        return f"{number.words} [{self.number(number, where)}]"

    def claim(self, claim: Claim) -> str:
        """Return a claim's own label, so that it stands on the last page."""
        value = f"{claim.direction.words}; {claim.verification.words}"
        source = f"statement {claim.label}"
        if claim.last_confirmed:
            source += f", confirmed {day_words(claim.last_confirmed)}"
        traced = Traced(claim.label, title_of(claim), value, source)
        self.statements.setdefault(claim.label, traced)
        return claim.label

    def proof(self, item: Evidence) -> str:
        """Return the label of a piece of evidence."""
        dated = day_words(item.dated) if item.dated else "no date"
        source = item.url or (
            f"file {item.sha256[:12]}" if item.sha256 else "held here"
        )
        value = f"{item.kind.words}, {item.quality.words}, {dated}"
        traced = Traced(item.label, item.title, value, source)
        self.evidence.setdefault(item.label, traced)
        return item.label

    @property
    def traced(self) -> tuple[Traced, ...]:
        """All rows of the last page: numbers, statements, evidence."""
        return (*self.numbers, *self.statements.values(), *self.evidence.values())


def _joined(runs: list[Text]) -> tuple[Text, ...]:
    """Return runs with neighbours that bear no label made one."""
    found: list[Text] = []
    for run in runs:
        if not run.text and not run.label:
            continue
        if found and not found[-1].label:
            found[-1] = Text(found[-1].text + run.text, label=run.label)
        else:
            found.append(run)
    return tuple(found)
