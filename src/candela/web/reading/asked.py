"""What does an address ask of a book, and which of it does the book have?

Everything that a page shows is in its address, so anybody may type anything there.
What the book does not have is left out, and the page says so; pictures and files are
then not found instead.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, QueryDict

from candela.publish.contents import BookContents
from candela.publish.pages.held import held
from candela.publish.pages.records import period_of_key

__all__ = ["MOST_PEERS", "Asked", "asked", "asked_exactly", "chosen_codes"]

MOST_PEERS = 50

NO_PERIOD = (
    "This book has no figure for the period in the address. The latest is shown."
)
NO_ORGANISATION = "The organisation named in the address is not in this book."
NO_PEERS = "{n} of the peers in the address are not in this book, and are left out."
ONE_NO_PEER = "One of the peers in the address is not in this book, and is left out."
NO_BASIS = "Peers cannot be found by what the address names. Size as a whole is used."


@dataclass(frozen=True)
class Asked:
    """The choices in an address that the book can follow.

    ``period`` is as addresses write it, empty for the latest; ``peers`` are empty where
    none were chosen; ``notes`` say what could not be followed.
    """

    period: str = ""
    organisation: str = ""
    peers: tuple[str, ...] = ()
    basis: str = ""
    notes: tuple[str, ...] = ()


def asked(
    request: HttpRequest, contents: BookContents, *, code: str = "", indicator: str = ""
) -> Asked:
    """Return what the address asks, as far as the book has it.

    Parameters
    ----------
    code
        The organisation the page is about: it is not a peer of its own.
    indicator
        The indicator whose periods can be chosen.
    """
    book, given, notes = held(contents), request.GET, []

    def known(value: str, has: bool, note: str) -> str:
        """Return what was asked for if the book has it; if not, say so in a note."""
        if value and not has:
            notes.append(note)
        return value if has else ""

    period = given.get("period", "")
    organisation = _as_known(contents, given.get("org", ""))
    basis = given.get("basis", "")
    wanted = [_as_known(contents, code) for code in chosen_codes(given)]
    found = dict.fromkeys(c for c in wanted if book.knows(c) and c != code)
    unknown = sum(1 for c in wanted if not book.knows(c))
    if unknown:
        notes.append(ONE_NO_PEER if unknown == 1 else NO_PEERS.format(n=unknown))
    return Asked(
        known(period, _has_period(contents, indicator, period), NO_PERIOD),
        known(organisation, book.knows(organisation), NO_ORGANISATION),
        tuple(found)[:MOST_PEERS],
        known(basis, basis == "all" or basis in book.feature_labels, NO_BASIS),
        tuple(notes),
    )


def asked_exactly(
    request: HttpRequest, contents: BookContents, *, code: str = "", indicator: str = ""
) -> Asked:
    """Return what the address asks; a thing that the book does not have is not found.

    For what is no page: nothing could say there what was left out.
    """
    found = asked(request, contents, code=code, indicator=indicator)
    if found.notes:
        raise Http404
    return found


def chosen_codes(given: QueryDict) -> tuple[str, ...]:
    """Return the codes in ``peers``: ``ZA1,ZB2`` of a link, or one each of a form."""
    codes = (
        code.strip() for text in given.getlist("peers") for code in text.split(",")
    )
    return tuple(dict.fromkeys(code for code in codes if code))


def _as_known(contents: BookContents, code: str) -> str:
    """Return a code as the book writes it; people type it in small letters, too."""
    code = code.strip()
    capital = code.upper()
    return capital if held(contents).knows(capital) else code


def _has_period(contents: BookContents, indicator: str, key: str) -> bool:
    """Say whether a page of this period can be made: also one not published yet."""
    periods = held(contents).periods(indicator)
    period = period_of_key(key)
    return (
        period is not None
        and bool(periods)
        and (period in periods or period.end > periods[-1].end)
    )
