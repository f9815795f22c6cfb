"""How much of what identifies people is found, and how much else, in a made-up corpus?

python tests/impact/identifier_corpus.py      prints the table
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from candela.impact.identifiers import Found, IdentifierKind, find

_MARK = re.compile(r"\{(\w+):([^}]*)\}")


@dataclass(frozen=True)
class Snippet:
    """What somebody wrote, and where in it is what should be found."""

    text: str
    marked: tuple[Found, ...]


PLAIN, HARD = "identifier_corpus.txt", "identifier_corpus_hard.txt"


def snippets(name: str = PLAIN) -> list[Snippet]:
    """Return a corpus: of what people usually write, or of hard cases."""
    lines = (Path(__file__).parent / name).read_text("utf-8").splitlines()
    return [_read(line) for line in lines if line and not line.startswith("#")]


def _read(line: str) -> Snippet:
    text, marked, at = "", [], 0
    for match in _MARK.finditer(line):
        text += line[at : match.start()]
        start = len(text)
        text += match[2]
        marked.append(Found(start, len(text), IdentifierKind(match[1])))
        at = match.end()
    return Snippet(text + line[at:], tuple(marked))


def covers(found: tuple[Found, ...], marked: Found) -> bool:
    """Say whether all of it would be hidden, under whatever kind."""
    hidden = {place for item in found for place in range(item.start, item.end)}
    return hidden.issuperset(range(marked.start, marked.end))


@dataclass(frozen=True)
class Counts:
    """Of the marked by kind: how many there are and how many are hidden whole.

    ``clean`` snippets hold nothing to find; in ``alarms`` something was found all the
    same; ``beside`` counts what was wrongly found in the other snippets.
    """

    marked: Counter[str]
    hidden: Counter[str]
    missed: tuple[str, ...]
    clean: int
    alarms: tuple[str, ...]
    beside: int


def counts(name: str = PLAIN) -> Counts:
    """Count over a corpus."""
    marked: Counter[str] = Counter()
    hidden: Counter[str] = Counter()
    missed, alarms, clean, beside = [], [], 0, 0
    for snippet in snippets(name):
        found = find(snippet.text)
        for item in snippet.marked:
            marked[item.kind.value] += 1
            if covers(found, item):
                hidden[item.kind.value] += 1
            else:
                missed.append(snippet.text)
        for item in found if snippet.marked else ():
            beside += not any(
                item.start < m.end and m.start < item.end for m in snippet.marked
            )
        if not snippet.marked:
            clean += 1
            alarms += [snippet.text] if found else []
    return Counts(marked, hidden, tuple(missed), clean, tuple(alarms), beside)


def show(name: str) -> None:
    """Print the table of one corpus."""
    c = counts(name)
    print(f"{name}: {len(snippets(name))} snippets")
    for kind in IdentifierKind:
        print(f"{kind.words:28} {c.hidden[kind.value]:3} of {c.marked[kind.value]:3}")
    print(f"{'all':28} {c.hidden.total():3} of {c.marked.total():3}")
    print(f"false alarms in {len(c.alarms)} of {c.clean} snippets without any")
    print(f"beside what identifies somebody: {c.beside} found that do not")
    print(*(f"missed: {text}" for text in c.missed), sep="\n")
    print(*(f"alarm:  {text}" for text in c.alarms), sep="\n")


if __name__ == "__main__":
    show(PLAIN)
    show(HARD)
