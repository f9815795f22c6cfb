"""How is a name written that its file has in capitals?

Official lists have names in capitals, which read as shouting and which a screen reader
may spell.  Names that mix cases are left as they are.
"""

from __future__ import annotations

import re

__all__ = ["written_name"]

KEPT = frozenset({"NHS", "PCT", "UK", "BMI", "II", "III"})
SMALL = frozenset({"and", "at", "by", "for", "in", "of", "on", "the", "under", "upon"})


def written_name(name: str) -> str:
    """Return a name in capitals as it would be written.

    Examples
    --------
    >>> written_name("GUY'S AND ST THOMAS' NHS FOUNDATION TRUST")
    "Guy's and St Thomas' NHS Foundation Trust"
    """
    words = name.split()
    if len(words) < 2 or not name.isupper():
        return name
    return " ".join(_word(word, first=n == 0) for n, word in enumerate(words))


def _word(word: str, *, first: bool) -> str:
    bare = word.strip("(),.")
    if bare in KEPT:
        return word
    lower = word.lower()
    if not first and bare.lower() in SMALL:
        return lower
    # A letter begins a word after a hyphen or a bracket, but not after an apostrophe.
    return re.sub(r"(^|[-(/.&])([a-z])", lambda m: m[1] + m[2].upper(), lower)
