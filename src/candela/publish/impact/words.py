"""What do a claim, its support and the people behind it sound like?

Direction, contribution and support are said in the words of the record and in no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from candela.impact.claims import Claim, Direction, Quantity, Role
from candela.impact.framework import framework
from candela.publish.disclosure import SMALLEST_SHOWN
from candela.publish.impact.dates import day_words, span_words
from candela.publish.impact.small import (
    GroupShown,
    block_of,
    is_count_of_people,
    shown_count,
)

__all__ = [
    "DOMAINS_AFTER",
    "SAID_BY",
    "capital",
    "counted",
    "in_list",
    "is_downside",
    "quantity_words",
    "said_by",
    "seen_words",
    "shortened",
    "standing_words",
    "title_of",
    "who_says",
]

SAID_BY = {
    Role.PARTICIPANT: "somebody who took part",
    Role.CARER: "a family member or carer",
    Role.CLINICIAN: "a clinician or member of the service's staff",
    Role.MANAGER: "a manager",
    Role.RESEARCHER: "a member of the research team",
    Role.NURSE: "a delivery nurse or allied health professional",
    Role.CONTRIBUTOR: "a public contributor",
    Role.FINANCE: "a member of the finance or commercial staff",
}
LONGEST_KEPT = 30
SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
DOWNSIDES = frozenset({Direction.NEGATIVE, Direction.MIXED})


DOMAINS_AFTER = f"Cooke and others, 2023, doi:{framework().doi}"


def is_downside(claim: Claim) -> bool:
    """Say whether a claim tells of something worse, a cost or some of both."""
    return claim.direction in DOWNSIDES


def capital(words: str) -> str:
    """Return words with their first letter a capital."""
    return words[:1].upper() + words[1:]


def in_list(words: Iterable[str], *, last: str = "and") -> str:
    """Return words as a list within a sentence."""
    found = list(words)
    if len(found) < 2:
        return "".join(found)
    return f"{', '.join(found[:-1])} {last} {found[-1]}"


def counted(n: int, one: str, many: str = "") -> str:
    """Return how many of what: ``1 statement``, ``no statements``."""
    words = one if n == 1 else many or f"{one}s"
    return f"{n or 'no'} {words}"


def shortened(text: str, *, most: int, keep_last: bool = False) -> str:
    """Return a text of at most so many words, cut after a sentence where it can be.

    With ``keep_last`` its last sentence stays: there it is said what is left out.
    """
    words = text.split()
    if len(words) <= most:
        return " ".join(words)
    *sentences, last = SENTENCE_END.split(" ".join(words))
    if keep_last and sentences and len(last.split()) <= LONGEST_KEPT:
        room = max(1, most - len(last.split()))
        return f"{shortened(' '.join(sentences), most=room)} {last}"
    kept: list[str] = []
    for sentence in (*sentences, last):
        longer = [*kept, *sentence.split()]
        if len(longer) > most:
            break
        kept = longer
    return " ".join(kept) if kept else " ".join(words[:most]) + " ..."


def title_of(claim: Claim, *, most: int = 16) -> str:
    """Return what a claim is called; without a title, its own first words."""
    return shortened(claim.title or claim.text, most=most).rstrip(".")


def standing_words(claim: Claim) -> str:
    """Return how a claim stands, each part in the words of its record."""
    parts = [
        f"Change: {claim.direction.words}; {claim.realised.words}; "
        f"{claim.intent.words}; {claim.pathway.words}.",
        f"How much of it is the study's: {claim.contribution.words}.",
    ]
    if claim.other_contributors:
        parts.append(f"Others who contributed: {_ended(claim.other_contributors)}")
    parts.append(f"Support: {claim.verification.words}.")
    return " ".join(parts)


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def who_says(claim: Claim, shown: Sequence[GroupShown]) -> str:
    """Return whose answers a claim rests on, small groups never by themselves."""
    if not claim.groups:
        return "no answers: evidence alone"
    if not shown:  # a report over many studies, which does not say who answered
        return counted(len(claim.groups), "group")
    rows = [block_of(shown, role) for role in Role if role in claim.groups]
    known = [row.any_of for row in rows if row is not None and not row.is_hidden]
    if len(known) < len(rows):
        known.append("a group too small to name")
    # Names have "and" within: a comma keeps them apart.
    return "; ".join(dict.fromkeys(known))


def said_by(role: Role, shown: Sequence[GroupShown]) -> str:
    """Return who said a quote: never a group of few by itself."""
    row = block_of(shown, role)
    alone = row is not None and len(row.roles) == 1 and not row.is_hidden
    return SAID_BY[role] if alone else "somebody who answered"


def quantity_words(figure: Quantity, *, smallest: int = SMALLEST_SHOWN) -> str:
    """Return a figure with what it was before, its range and how it was come by.

    A count of people is shown as counts of people are.
    """
    people = is_count_of_people(figure.what, figure.unit)
    money = figure.money_kind is not None

    def said(value: float) -> str:
        if people and value == round(value) and value >= 0:
            return str(shown_count(int(value), smallest=smallest))
        plain = f"{value:,.2f}".rstrip("0").rstrip(".")
        return f"£{plain}" if money else plain

    unit = "" if money or not figure.unit else f" {figure.unit}"
    words = f"{capital(figure.what)}: {said(figure.value)}{unit}"
    if figure.low is not None and figure.high is not None:
        words += f" ({said(figure.low)} to {said(figure.high)})"
    if figure.recurring:
        words += " each year"
    details = []
    if figure.baseline is not None:
        before = f", {figure.baseline_period}" if figure.baseline_period else ""
        details.append(f"before: {said(figure.baseline)}{before}")
    if figure.money_kind is not None:
        details.append(figure.money_kind.words)
        if figure.price_year:
            details.append(f"prices of {figure.price_year}")
    if span := span_words(figure.start, figure.end):
        details.append(span)
    details.append(figure.method.words)
    return f"{words} ({'; '.join(details)})."


def seen_words(claim: Claim) -> str:
    """Return when a claim was first seen and last confirmed."""
    parts = []
    if claim.first_seen:
        parts.append(f"first seen {day_words(claim.first_seen)}")
    if claim.last_confirmed:
        parts.append(f"last confirmed {day_words(claim.last_confirmed)}")
    return in_list(parts)
