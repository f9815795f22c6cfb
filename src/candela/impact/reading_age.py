"""How old must somebody be to read a form with ease?

The Flesch-Kincaid grade and five years, of the questions alone or of everything that is
read, whichever is harder.  Syllables are counted by rule, not from a dictionary; a test
holds the result against another program.  The formula is for English and was not made
for the very young, so 7 is the least we say.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from candela.impact.questions import Form

__all__ = ["NOT_MEASURED", "YOUNGEST", "grade", "measured", "passages"]

YOUNGEST = 7
NOT_MEASURED = 0
SCHOOL_BEGINS = 5
WORD = re.compile(r"[A-Za-z]+(?:'[A-Za-z]+)*")
SENTENCE_ENDS = re.compile(r"[.?!]+(?=\s|$)")
VOWELS = re.compile(r"[aeiouy]+")
SILENT_END = re.compile(r"(?:[^laeiouy]|ll)es?$|[^td]ed$")
SOUNDED_END = re.compile(r"(?:[sxz]|[cs]h|[cg])es$|[^aeiouy]le$")
TWO_SOUNDS = re.compile(
    r"i[ao](?!n)|[^aeiou]ua|[^q]uou|[eoy]ing$|[^aeiouq]uity|rea$|ier$"
)


def measured(form: Form) -> int:
    """Return the reading age of a form, rounded up; none but of English."""
    if not form.locale.startswith("en"):
        return NOT_MEASURED
    hardest = max(grade(passage) for passage in passages(form))
    return max(YOUNGEST, math.ceil(hardest) + SCHOOL_BEGINS)


def passages(form: Form) -> tuple[str, str]:
    """Return the questions alone, and everything that is read before answering.

    What recurs is read once.  Answers are left out: being short, they flatter.
    """
    everything = [form.first_page]
    for asked in form.questions:
        everything += [asked.text, asked.hint, asked.example]
    return _joined(asked.text for asked in form.questions), _joined(everything)


def _joined(texts: Iterable[str]) -> str:
    told = dict.fromkeys(text.strip() for text in texts if text.strip())
    return " ".join(text if text[-1] in ".?!" else f"{text}." for text in told)


def grade(text: str) -> float:
    """Return the Flesch-Kincaid grade of a text."""
    words = WORD.findall(text)
    if not words:
        return 0.0
    sentences = max(1, len(SENTENCE_ENDS.findall(text)))
    syllables = sum(_syllables(word.lower()) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def _syllables(word: str) -> int:
    word = word.replace("'", "")
    count = len(VOWELS.findall(word)) + len(TWO_SOUNDS.findall(word))
    if SILENT_END.search(word) and not SOUNDED_END.search(word):
        count -= 1
    return max(1, count)
