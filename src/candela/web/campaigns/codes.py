"""What stands on paper to be typed in, and is it typed as printed?

Twelve letters in fours, of which the last checks the others.  There are 31 letters, a
prime number, and each place weighs differently; so one wrong letter is always found,
and so are any two that changed places.
"""

from __future__ import annotations

import secrets

from candela.errors import InputError
from candela.web.books.models import ALPHABET

__all__ = ["LETTERS", "WrongCode", "new_code", "read_code"]

LETTERS = ALPHABET.replace("i", "")  # 31 letters, none like another
LENGTH = 12
GROUP = 4
BETWEEN = frozenset("-– \t")


class WrongCode(InputError):
    """What was typed is not a code; the words are for who typed it."""


def new_code() -> str:
    """Return a code that nobody can guess: 11 letters drawn at random, and one."""
    drawn = "".join(secrets.choice(LETTERS) for _ in range(LENGTH - 1))
    return _in_fours(drawn + _check_letter(drawn))


def read_code(typed: str) -> str:
    """Return the code as it is kept, however it was typed.

    Raises
    ------
    WrongCode
        If it cannot be one that was printed.
    """
    letters = "".join(c for c in typed.lower() if c not in BETWEEN)
    if len(letters) != LENGTH:
        raise WrongCode(
            f"The code has {LENGTH} letters and figures, and this has {len(letters)}. "
            "Look at the foot of the paper, and type it again."
        )
    if not set(letters) <= set(LETTERS):
        raise WrongCode(
            "There is no 0, 1, i, l or o in a code. Look at the foot of the paper, and "
            "type it again."
        )
    if _weighed(letters) != 0:
        raise WrongCode(
            "One letter of the code is not as printed. Look at the foot of the paper, "
            "and type it again."
        )
    return _in_fours(letters)


def _check_letter(drawn: str) -> str:
    """Return the letter that makes the weighed sum a multiple of 31."""
    short = -_weighed(drawn) % len(LETTERS)
    # The last place weighs LENGTH; divided by that, in arithmetic modulo a prime.
    return LETTERS[short * pow(LENGTH, -1, len(LETTERS)) % len(LETTERS)]


def _weighed(letters: str) -> int:
    weighed = (n * LETTERS.index(c) for n, c in enumerate(letters, 1))
    return sum(weighed) % len(LETTERS)


def _in_fours(letters: str) -> str:
    return "-".join(letters[n : n + GROUP] for n in range(0, LENGTH, GROUP))
