"""What do numbers, addresses, dates and names look like in what people write?

Each search gives the kind and a pattern whose group ``it`` is what to hide.  They are
in order: what stands earlier takes a place before what stands later.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from candela.impact.claims import Worded
from candela.impact.identifying_words import (
    FORENAMES,
    NOT_NAMES,
    RELATIONS,
    STREETS,
    TITLES,
)

__all__ = [
    "SEARCHES",
    "IdentifierKind",
    "Search",
    "either",
    "searches_for_jobs",
    "searches_for_names",
]


class IdentifierKind(Worded):
    """What was found; ``words`` stand in its place, before "hidden"."""

    NHS_NUMBER = "nhs_number", "NHS number"
    INSURANCE = "national_insurance", "National Insurance number"
    RECORD = "record_number", "record number"
    PHONE = "phone", "phone number"
    EMAIL = "email", "e-mail address"
    ADDRESS = "address", "address"
    POSTCODE = "postcode", "postcode"
    DATE = "date", "date"
    NAME = "name", "name"
    JOB = "job_title", "job title"


Search = tuple[IdentifierKind, re.Pattern[str]]

_BETWEEN = r"[\s.\-/_,()]{0,3}"  # what people put between digits of one number
_TEN_DIGITS = rf"[0-9](?:{_BETWEEN}[0-9]){{9}}(?![0-9])"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|"
    r"aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"
_YEAR = r"(?:(?:18|19|20)[0-9]{2}|'?[0-9]{2})(?![0-9])"
_NAME_WORD = r"[A-Z](?:[a-z]*'[A-Z])?[\w'-]*[a-z][\w-]*"
_INITIAL = r"[A-Z]\.?(?=\s)"
_SURNAMES = rf"(?:\s(?!(?:{'|'.join(sorted(NOT_NAMES))})\b){_NAME_WORD}){{0,2}}"
_PARTICLE = r"(?:van|von|de|der|den|da|di|la|le|el|al|bin|ibn|ap)\s"  # van der Berg
_WHOLE_NAME = rf"(?:{_INITIAL}\s|{_PARTICLE}){{0,3}}{_NAME_WORD}{_SURNAMES}"


def _search(kind: IdentifierKind, pattern: str, flags: int = 0) -> Search:
    """``(?P<it>...)`` is what to hide; without it all that matches is."""
    whole = pattern if "(?P<it>" in pattern else f"(?P<it>{pattern})"
    return kind, re.compile(whole, flags)


def either(words: Iterable[str]) -> str:
    """Return a pattern for any of these words, the longest first."""
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


def _first_letter_any(words: Iterable[str]) -> str:
    return "|".join(f"[{w[0].upper()}{w[0].lower()}]{w[1:]}" for w in words)


SEARCHES: tuple[Search, ...] = (
    _search(
        IdentifierKind.EMAIL,
        r"(?<![\w.+-])[\w.+'-]{1,64}(?:\s?@\s?|\s?\(at\)\s?)[A-Za-z0-9-]{1,63}"
        r"(?:\.[A-Za-z0-9-]{1,63}){1,5}"
        r"|(?<![\w.+-])[\w.+'-]{1,64}\sat\s[A-Za-z0-9-]{1,63}"
        r"(?:\sdot\s[A-Za-z0-9-]{1,63}){1,5}",
    ),
    _search(
        IdentifierKind.PHONE,
        rf"(?<![0-9])(?:\(?\+\s?44|0044){_BETWEEN}(?:\(0\))?{_BETWEEN}[1-9]"
        rf"(?:{_BETWEEN}[0-9]){{8,9}}(?![0-9])",
    ),
    # Looked for at every digit: the last ten of "ward 7 450 557 7104" are one.
    _search(IdentifierKind.NHS_NUMBER, rf"(?<![0-9])(?=(?P<it>{_TEN_DIGITS}))"),
    _search(
        IdentifierKind.PHONE,
        # 03 and 08 are lines that anybody may ring, and nobody's own.
        r"(?<![0-9])\(?0[12579](?:[\s().\-]{0,2}[0-9]){8,9}(?![0-9])",
    ),
    _search(
        IdentifierKind.PHONE,
        r"\b(?:tel|telephone|phone|mobile|ring|call|text)\b"
        r"(?:\s(?:me|us|him|her|them|no|number|on|at|is|was))*[.:]?\s{0,2}"
        r"(?P<it>[0-9](?:\s?[0-9]){4,11})(?![0-9])",
        re.IGNORECASE,
    ),
    _search(
        IdentifierKind.PHONE,
        r"\b(?:bleep|pager|ext|extension)(?:\s(?:no|number|is))*[.:]?\s{0,2}"
        r"(?P<it>[0-9]{3,6})(?![0-9])",
        re.IGNORECASE,
    ),
    _search(
        IdentifierKind.INSURANCE,
        r"\b[A-Z]{2}(?:[\s-]?[0-9]{2}){3}[\s-]?[A-D]\b",
        re.IGNORECASE,
    ),
    _search(
        IdentifierKind.RECORD,
        r"\b(?:NHS|CHI|hospital|hosp|patient|unit|record|participant|trial|MRN|PID)"
        r"(?:\s(?:number|no\b\.?|id\b|ref\b)|(?<=MRN)|(?<=PID))"
        r"(?:\s(?:is|was)|\s?[:#=])?\s?"
        r"(?P<it>(?=[A-Z0-9/-]{0,9}[0-9]{2})[A-Z0-9](?:[\s/-]?[A-Z0-9]){3,13})\b",
        re.IGNORECASE,
    ),
    _search(IdentifierKind.RECORD, r"\b[A-Za-z]{1,2}[0-9]{6,8}[A-Za-z]?\b"),
    _search(
        IdentifierKind.DATE,
        rf"(?<![0-9]){_DAY}(?:st|nd|rd|th)?(?:\s(?:day\s)?of)?[\s,/.-]{{0,2}}{_MONTH}"
        rf"[\s,/.-]{{0,2}}{_YEAR}",
        re.IGNORECASE,
    ),
    _search(
        IdentifierKind.DATE,
        rf"\b{_MONTH}\s(?:the\s)?{_DAY}(?:st|nd|rd|th)?,?\s(?:18|19|20)[0-9]{{2}}\b",
        re.IGNORECASE,
    ),
    _search(
        IdentifierKind.DATE,
        rf"(?<![0-9/.-]){_DAY}\s?(?P<sep>[/.-])\s?(?:0?[1-9]|1[0-2])\s?(?P=sep)\s?"
        rf"{_YEAR}",
    ),
    _search(
        IdentifierKind.DATE,
        rf"(?<![0-9]){_DAY}\s(?:0?[1-9]|1[0-2])\s(?:19|20)[0-9]{{2}}(?![0-9])",
    ),
    _search(
        IdentifierKind.DATE,
        r"(?<![0-9])(?:19|20)[0-9]{2}[-/.](?:0[1-9]|1[0-2])[-/.]"
        r"(?:0[1-9]|[12][0-9]|3[01])(?![0-9])",
    ),
    _search(
        IdentifierKind.DATE,
        r"\b(?:[a-z]+-)?(?:first|second|third|(?!month)[a-z]{2,9}th)\s(?:day\s)?of\s"
        rf"{_MONTH}\s{_YEAR}",
        re.IGNORECASE,
    ),
    _search(
        IdentifierKind.DATE,
        r"\b(?:born|birthday|d\.?o\.?b\.?|date of birth)(?:\s(?:is|was|on|in|the))*"
        rf"[:,]?\s(?P<it>{_DAY}(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}|"
        rf"{_MONTH}\s(?:(?:19|20)[0-9]{{2}}|{_DAY}\b)|(?:19|20)[0-9]{{2}}\b)",
        re.IGNORECASE,
    ),
    _search(
        IdentifierKind.ADDRESS,
        rf"\b(?:[Ff]lat\s[0-9]{{1,3}}[A-Za-z]?,?\s)?[0-9]{{1,4}}[A-Za-z]?,?\s"
        rf"(?:{_NAME_WORD}\s){{1,3}}(?:{'|'.join(STREETS)})\b",
    ),
    # With an ordinal in small letters it is none: "ward c1 2nd floor".
    _search(
        IdentifierKind.POSTCODE,
        r"\b[A-Za-z]{1,2}[0-9][A-Za-z0-9]?[\s-]{0,2}[0-9](?!st|nd|rd|th)"
        r"[ABD-HJLNP-UW-Zabd-hjlnp-uw-z]{2}\b",
    ),
    _search(
        IdentifierKind.NAME,
        rf"\b(?:{_first_letter_any(TITLES)})\.?\s{_WHOLE_NAME}"
        r"|\b(?:DR|MRS?|MS|MISS|PROF)\.?\s[A-Z'-]{2,}",
    ),
    _search(
        IdentifierKind.NAME,
        r"\b(?:dr|mr|mrs|prof)\.?\s(?!(?:said|says|was|is|who|and|or|at|in|on|to|the|"
        r"had|has|did|but|for|of|with|gave|told|came|saw|we|i|my|our|as|if)\b)[a-z]{2,}",
    ),
    _search(
        IdentifierKind.NAME,
        rf"\b(?:{_first_letter_any(RELATIONS)})\s(?P<it>"
        rf"(?!(?:{'|'.join(sorted(NOT_NAMES))})\b){_NAME_WORD}{_SURNAMES})",
    ),
    _search(
        IdentifierKind.NAME,
        r"\b(?:[Mm]y name(?:'s| is| was)|[Ii](?: am|'m) called|[Tt]hey call me|"
        r"[Rr]egards,?|[Ss]igned:?|[Nn]amed|[Bb]est wishes,?|[Ss]incerely,?|"
        rf"[Ff]aithfully,?|[Tt]hanks|[Tt]hank you)\s(?P<it>{_WHOLE_NAME})",
    ),
    _search(IdentifierKind.NAME, r"(?<![\w@.])@[A-Za-z0-9_]{3,30}\b"),
    _search(IdentifierKind.NAME, r"\bmy name(?:'s| is)\s(?P<it>[a-z]{3,})", re.I),
    _search(IdentifierKind.NAME, rf"(?<!\bSt\s)\b(?:{either(FORENAMES)}){_SURNAMES}\b"),
)


def searches_for_names(names: Iterable[str]) -> Iterator[Search]:
    """Give searches for these people, by whole name and by each part of it."""
    whole = {" ".join(name.split()) for name in names} - {""}
    if whole:
        yield _search(IdentifierKind.NAME, rf"\b(?:{either(whole)})\b", re.IGNORECASE)
    parts = {word.strip(".,") for name in whole for word in name.split()}
    parts = {word for word in parts - set(TITLES) if len(word) > 2}
    in_capitals = {form for word in parts for form in (word.title(), word.upper())}
    if parts:
        # Only with a capital: Long and Day are names, long and day are words.
        yield _search(IdentifierKind.NAME, rf"\b(?:{either(parts | in_capitals)})\b")


def searches_for_jobs(titles: Iterable[str]) -> Iterator[Search]:
    """Give the search for these jobs."""
    if known := {title for title in titles if title.strip()}:
        pattern = rf"\b(?:{either(known)})\b"
        yield _search(IdentifierKind.JOB, pattern, re.IGNORECASE)
