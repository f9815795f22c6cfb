"""Is this a number of that register, and how is it written?

Numbers are typed with spaces, prefixes and whole addresses; each has one form here, so
that the same study is found however it was typed.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from candela.errors import InputError
from candela.impact.claims import Worded

__all__ = ["Scheme", "guess", "normalised", "orcid", "page_of"]

LONGEST = 80


class Scheme(Worded):
    """A register that numbers studies, with its name."""

    ISRCTN = "isrctn", "ISRCTN"
    NCT = "nct", "ClinicalTrials.gov"
    IRAS = "iras", "IRAS"
    CPMS = "cpms", "CPMS"
    EDGE = "edge", "EDGE"
    DOI = "doi", "DOI"
    AWARD = "award_ref", "award reference"
    LOCAL = "local", "local number"


PATTERNS: dict[Scheme, tuple[str, str, str]] = {
    # What is read out of what was typed, how it is then written, what to enter.
    Scheme.ISRCTN: (
        r"(?:ISRCTN)?(\d{8})",
        "ISRCTN{}",
        "eight digits, such as ISRCTN12345678",
    ),
    Scheme.NCT: (
        r"(?:NCT)?(\d{8})",
        "NCT{}",
        "NCT and eight digits, such as NCT01234567",
    ),
    Scheme.IRAS: (r"(?:IRAS)?(?:ID)?:?(\d{4,7})", "{}", "four to seven digits"),
    Scheme.CPMS: (
        r"(?:CPMS)?(?:ID)?:?(\d{1,6})(?:\.0)?",
        "{}",
        "up to six digits, such as 19978",
    ),
    Scheme.EDGE: (r"(?:EDGE)?(?:ID)?:?(\d{1,9})(?:\.0)?", "{}", "digits only"),
}
DOI = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:)?(10\.\d{4,9}/\S+)", re.I)
ORCID = re.compile(
    r"(?:https?://orcid\.org/)?(\d{4})-?(\d{4})-?(\d{4})-?(\d{3}[\dX])", re.I
)
PAGES: dict[Scheme, str] = {
    Scheme.ISRCTN: "https://www.isrctn.com/{}",
    Scheme.NCT: "https://clinicaltrials.gov/study/{}",
    Scheme.DOI: "https://doi.org/{}",
}


def normalised(scheme: Scheme, typed: str) -> str:
    """Return a number in its one form.

    Raises
    ------
    InputError
        If it is no number of this register: what one looks like, never what was typed.
    """
    text = " ".join(typed.split())
    if not text.isprintable():
        raise InputError(f"this is not a number of {scheme.words}. Type it again.")
    if scheme is Scheme.DOI:
        return _doi(text)
    if scheme not in PATTERNS:
        return _free(scheme, text)
    pattern, written, expected = PATTERNS[scheme]
    found = re.fullmatch(pattern, text.upper().replace(" ", "").replace("-", ""))
    if found is None or not found[1].isascii():
        raise InputError(
            f"this is not a number of {scheme.words}. Enter {expected}, or keep it as "
            "a local number."
        )
    return written.format(found[1])


def _doi(text: str) -> str:
    found = DOI.fullmatch(text)
    if found is None or len(found[1]) > LONGEST:
        raise InputError(
            "this is not a DOI. Enter one such as 10.1000/182, with or without "
            "https://doi.org/ before it."
        )
    # Upper and lower case are the same DOI.
    return found[1].rstrip(".,;").lower()


def _free(scheme: Scheme, text: str) -> str:
    if not text:
        raise InputError(f"there is no {scheme.words} here. Enter it, or remove it.")
    if len(text) > LONGEST:
        raise InputError(
            f"this {scheme.words} has {len(text)} characters. Use {LONGEST} or fewer."
        )
    return text


def orcid(typed: str) -> str:
    """Return an ORCID iD as 0000-0000-0000-0000, its check digit looked at.

    The check digit is that of ISO 7064, modulus 11-2.

    Raises
    ------
    InputError
        If it has another shape, or a digit must be wrong.
    """
    found = ORCID.fullmatch("".join(typed.split()))
    if found is None or not "".join(found.groups()).isascii():
        raise InputError(
            "this is not an ORCID iD. Enter sixteen digits, such as "
            "0000-0002-1825-0097."
        )
    parts = [part.upper() for part in found.groups()]
    digits = "".join(parts)
    if _check_digit(digits[:-1]) != digits[-1]:
        raise InputError(
            "a digit of this ORCID iD must be wrong: its last one does not fit the "
            "others. Copy it again from orcid.org."
        )
    return "-".join(parts)


def _check_digit(digits: str) -> str:
    total = 0
    for digit in digits:
        total = (total + int(digit)) * 2
    left = (12 - total % 11) % 11
    return "X" if left == 10 else str(left)


GUESSES: tuple[tuple[Scheme, Callable[[str], bool]], ...] = (
    (Scheme.ISRCTN, lambda text: text.upper().startswith("ISRCTN")),
    (Scheme.NCT, lambda text: text.upper().startswith("NCT")),
    (Scheme.DOI, lambda text: DOI.fullmatch(text) is not None),
    (Scheme.IRAS, lambda text: text.upper().startswith("IRAS")),
    (Scheme.CPMS, lambda text: text.upper().startswith("CPMS")),
    (Scheme.EDGE, lambda text: text.upper().startswith("EDGE")),
)


def guess(typed: str) -> Scheme | None:
    """Return the register that a number is of, where the number itself says so."""
    text = "".join(typed.split())
    return next((scheme for scheme, fits in GUESSES if fits(text)), None)


def page_of(scheme: Scheme, number: str) -> str:
    """Return the address of a study's page in a register; empty where it has none."""
    return PAGES[scheme].format(number) if scheme in PAGES else ""
