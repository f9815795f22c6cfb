"""Does this statement claim one change, or several?

Only hints for who writes: a doubt never stops anybody.  It stays silent unless the
words are plain, since a hint that is mostly wrong is not read.
"""

from __future__ import annotations

import re

from candela.impact.claims import CLAIM_WORDS

__all__ = ["doubts"]

_JOINED = re.compile(
    r"\b(and also|as well as|in addition|additionally|furthermore|moreover|besides"
    r"|not only|secondly|another change|a second change|on top of (?:this|that))\b",
    re.IGNORECASE,
)
_CHANGES = (
    "adopt|appoint|ask|begin|bought|buy|buys|chang|check|clos|creat|cut|develop|drop"
    "|employ|fell|fall|finish|hir|improv|increas|introduc|join|kept|launch|learn|led|open"
    "|publish|purchas|recruit|reduc|replac|rise|rose|sav|set up|spent|start|stopp"
    "|teach|train|us(?:e|es|ed)\\b|went|won|wrote"
)
_CHANGE = re.compile(rf"\b({_CHANGES})", re.IGNORECASE)
# From 18 to 12 is one change told in two numbers, and so is one sum of money.
_FROM_TO = re.compile(r"\bfrom\s\S*\d\S*(?:\s\S+){0,3}?\sto\s\S*\d", re.IGNORECASE)
_MONEY = re.compile(r"£\s?\d")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z])|;\s")


def doubts(text: str) -> tuple[str, ...]:
    """Return what makes one doubt that this is one claim in few words."""
    found = []
    words = len(text.split())
    if words > CLAIM_WORDS:
        found.append(
            f"This is {words} words long. Make it {CLAIM_WORDS} or fewer; the rest has "
            "room in the story."
        )
    if why := _two(text):
        found.append(f"This looks like two statements: {why}. Say one change in each.")
    return tuple(found)


def _two(text: str) -> str:
    """Return why there may be two claims in it, or nothing."""
    if joined := _JOINED.search(text):
        return f"it says “{joined[1].lower()}”"
    if len(_FROM_TO.findall(text)) > 1:
        return "two figures change in it"
    if _sums(text) > 1:
        return "it has two sums of money"
    told = [_CHANGE.search(sentence) for sentence in _SENTENCE.split(text)]
    verbs = {verb[1].lower() for verb in told if verb}
    if len(verbs) > 1:
        return "two of its sentences each tell of a change"
    return ""


def _sums(text: str) -> int:
    """Return how many sums of money there are; one from and to is one."""
    alone = re.sub(r"(?:from|between)\s£\S+\s(?:\w+\s){0,3}?(?:to|and)\s£", "£", text)
    return len(_MONEY.findall(alone))
