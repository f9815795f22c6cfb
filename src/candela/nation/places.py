"""What are the places and organisations called that belong to nobody?

Names are put together from parts that no English town is made of, and each says that it
is made up.  Codes begin with Z: trust codes of the real register begin with R or T.
Places and regions are the same in every made-up country; only what happens there
differs.
"""

from __future__ import annotations

__all__ = ["MADE_UP", "REGIONS", "place", "region", "trust_code", "trust_name"]

MADE_UP = "(made up)"

STARTS = (
    "Quill", "Fenni", "Zelder", "Vesper", "Thessa", "Ombra", "Wimbra", "Yaxen",
    "Drummel", "Glimmer", "Hobbin", "Jessam", "Kestra", "Lunder", "Marrow", "Opal",
    "Pellan", "Rustle", "Sorrel", "Tansy", "Umber", "Willo", "Isper", "Corvin",
    "Amaran",
)  # fmt: skip
ENDS = (
    "mere", "more", "wend", "holt", "fall", "rook", "stray", "lorn", "quay", "spire",
    "vale", "lode", "reach",
)  # fmt: skip

# I, O, S, U, B and Z are left out: they are read as digits or look like other codes.
LETTERS = "ACDEFGHJKLMNPQRTVWXY"
LAST = "123456789" + LETTERS

# (code, name): Y and two digits, as real national groupings are, which stop at Y63.
REGIONS = (
    ("Y91", f"Nearshire {MADE_UP}"),
    ("Y92", f"Farshire {MADE_UP}"),
    ("Y93", f"Uppershire {MADE_UP}"),
    ("Y94", f"Lowershire {MADE_UP}"),
    ("Y95", f"Midmostshire {MADE_UP}"),
)


def place(number: int) -> str:
    """Return the made-up place of that number, from 0; no two are alike."""
    turn, start = divmod(number, len(STARTS))
    if turn >= len(ENDS):
        raise ValueError(f"there are {len(STARTS) * len(ENDS)} places, not {number}")
    return STARTS[start] + ENDS[(turn + start) % len(ENDS)]


def trust_code(number: int) -> str:
    """Return the code of that number, from 0: ZA1, ZC1, ..., ZA2, ..., ZYY."""
    first, last = number % len(LETTERS), number // len(LETTERS)
    if last >= len(LAST):
        raise ValueError(f"there are {len(LETTERS) * len(LAST)} codes, not {number}")
    return f"Z{LETTERS[first]}{LAST[last]}"


def trust_name(*places: str) -> str:
    """Return the name of a trust in one place or more."""
    return f"{' and '.join(places)} Hospitals NHS Trust {MADE_UP}"


def region(number: int) -> tuple[str, str]:
    """Return the code and name of the region of the trust of that number."""
    return REGIONS[number % len(REGIONS)]
