"""What in these words tells who somebody is?

``find`` looks for numbers, addresses, dates and names; ``hide`` puts words in their
place.  It is a sieve, not a promise: a person reads what is left before it is quoted.
What is found is given as a place, never as text, so that no log or message repeats it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from candela.impact.identifier_patterns import (
    SEARCHES,
    IdentifierKind,
    Search,
    either,
    searches_for_jobs,
    searches_for_names,
)
from candela.impact.identifying_words import JOB_TITLES, NOT_NAMES, POSTCODE_AREAS

__all__ = ["Found", "IdentifierKind", "blocks", "find", "hide", "is_nhs_number"]


@dataclass(frozen=True, order=True)
class Found:
    """Where something stands in the text: from ``start`` to before ``end``."""

    start: int
    end: int
    kind: IdentifierKind


def is_nhs_number(digits: str) -> bool:
    """Say whether ten digits end in the check digit of an NHS number.

    Notes
    -----
    Weights 10 to 2 on the first nine digits; 11 less the remainder of their sum by 11
    is the tenth digit, 11 standing for 0; where it is 10 there is no such number (NHS
    Data Dictionary, NHS NUMBER).  One in eleven of other numbers passes by chance.
    """
    total = sum(
        weight * int(digit)
        for weight, digit in zip(range(10, 1, -1), digits[:9], strict=True)
    )
    return (11 - total % 11) % 11 == int(digits[9])


def blocks(found: Iterable[Found]) -> bool:
    """Say whether a text may not be kept as it is: an NHS number is in it."""
    return any(item.kind is IdentifierKind.NHS_NUMBER for item in found)


def hide(text: str, found: Iterable[Found]) -> str:
    """Return the text with words in place of what was found.

    Parts that overlap are hidden as one, under the kind that begins first.
    """
    pieces, at = [], 0
    for item in sorted(found):
        if item.start >= at:
            pieces += [text[at : item.start], f"[{item.kind.words} hidden]"]
        at = max(at, item.end)
    return "".join([*pieces, text[at:]])


def find(
    text: str,
    *,
    names: Collection[str] = (),
    job_titles: Collection[str] = JOB_TITLES,
) -> tuple[Found, ...]:
    """Return everything in a text that tells who somebody is, in order.

    Parameters
    ----------
    names
        Of people who may be spoken of, such as the staff of the study; whole names,
        surnames and forenames are found, in capitals or not.
    job_titles
        Of jobs that one person has.
    """
    search = [
        *SEARCHES,
        *searches_for_names(map(_folded, names)),
        *searches_for_jobs(map(_folded, job_titles)),
    ]
    # Holes stand where words stand in place of something, and later where something was
    # found, so that looking again at a hidden text finds the same: nothing.
    places = [i for i, letter in enumerate(text) if not unicodedata.combining(letter)]
    left = _HIDDEN.sub(_hole, _folded(text))
    found: list[Found] = []
    while new := list(_one_round(left, search)):
        found += new
        for item in new:
            hole = "[" * (item.end - item.start)
            left = left[: item.start] + hole + left[item.end :]
    ends = [*places, len(text)]  # accents go with the letter before them
    return tuple(Found(places[f.start], ends[f.end], f.kind) for f in sorted(found))


def _hole(match: re.Match[str]) -> str:
    return "[" * len(match[0])


def _one_round(text: str, searches: Iterable[Search]) -> Iterator[Found]:
    taken = bytearray(len(text))
    for kind, pattern in searches:
        for match in pattern.finditer(text):
            start, end = match.span("it")
            if not any(taken[start:end]) and _holds(kind, match["it"]):
                taken[start:end] = b"\x01" * (end - start)
                yield Found(start, end, kind)


def _holds(kind: IdentifierKind, it: str) -> bool:
    """Say whether what looks like it is it."""
    match kind:
        case IdentifierKind.NHS_NUMBER:
            return _is_spaced_as_one(it) and is_nhs_number(re.sub("[^0-9]", "", it))
        case IdentifierKind.POSTCODE:
            return re.split("[0-9]", it)[0].upper() in POSTCODE_AREAS
        case IdentifierKind.NAME:
            return it.split()[-1].strip(".'") not in NOT_NAMES
        case _:
            return True


def _is_spaced_as_one(it: str) -> bool:
    """Say whether ten digits are written as one number.

    As 943 476 5919 in whatever way, or with the same between all of its parts; not as a
    date and a figure after it, and not as a sum of money with its commas.
    """
    if [len(part) for part in re.split("[^0-9]+", it)] == [3, 3, 4]:
        return True
    between = {gap.strip() or " " for gap in re.findall("[^0-9]+", it)}
    return len(between) < 2 and not between & set(",()")


_HIDDEN = re.compile(rf"\[(?:{either(kind.words for kind in IdentifierKind)}) hidden\]")


def _folded(text: str) -> str:
    """Return plain letters, digits, spaces and dashes: one for each but accents."""
    return "".join(
        _PLAIN.get(letter) or unicodedata.normalize("NFKD", letter)[0]
        for letter in text
        if not unicodedata.combining(letter)
    )


_PLAIN = {
    **dict.fromkeys("\u2018\u2019\u02bc\u00b4`", "'"),
    **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043", "-"),
    **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\u00b7\u2022", " "),
}
