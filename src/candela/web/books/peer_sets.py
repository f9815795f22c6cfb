"""Which organisations does somebody here find fair to compare with, and why?

The book offers the most alike.  Who takes one in or leaves one out says why: a choice
made by hand can make any organisation look like any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from candela.errors import CandelaError
from candela.publish.contents import BookContents
from candela.publish.pages.held import held
from candela.web.accounts.models import Organisation, User
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.books.models import Book, PeerSet, readable_books
from candela.web.books.shelf import open_shelved
from candela.web.scoping import across_organisations

__all__ = [
    "ALL",
    "PeerLine",
    "by_hand",
    "lines",
    "remove_peers",
    "restore_peers",
    "save_peers",
    "suggested",
]

ALL = "all"
NAMED = 3  # in a message
TRIED = 8  # books opened in search of one that knows an organisation


@dataclass(frozen=True)
class PeerLine:
    """A saved set as it is listed; without an address where no book knows it."""

    peers: PeerSet
    about: str
    compared_with: str
    address: str = ""


def suggested(contents: BookContents, code: str, basis: str) -> tuple[str, ...]:
    """Return the peers that a book offers by itself."""
    near = held(contents).peers.get((code, basis), ())
    return tuple(peer.peer_code for peer in near)


def by_hand(contents: BookContents, code: str, basis: str, peers: Sequence[str]) -> str:
    """Return in words what was taken in and left out by hand; nothing if nothing was.

    A first part of the list, the nearest few, is no choice by hand.
    """
    near = suggested(contents, code, basis)
    if set(peers) == set(near[: len(peers)]):
        return ""
    book = held(contents)
    pinned = [book.name(c) for c in peers if c not in near]
    dropped = [book.name(c) for c in near if c not in peers]
    told = [("You took in", pinned), ("You left out", dropped)]
    return " ".join(f"{did} {_named(names)}." for did, names in told if names)


def _named(names: Sequence[str]) -> str:
    """Return some names, and how many more there are."""
    if len(names) <= NAMED:
        return ", ".join(names)
    return f"{', '.join(names[:NAMED])} and {len(names) - NAMED} more"


def save_peers(
    *,
    organisation: Organisation,
    name: str,
    org_code: str,
    basis: str,
    peers: Sequence[str],
    reason: str,
    by: User,
) -> PeerSet:
    """Keep a set of peers for everybody in the organisation."""
    made = PeerSet(
        organisation=organisation,
        name=name,
        org_code=org_code,
        basis=basis,
        peer_codes=list(peers),
        reason=reason,
        saved_by=by,
    )
    made.save()
    record(
        Action.PEERS_SAVED, by=by, organisation=organisation, thing=f"peers:{made.pk}"
    )
    return made


def remove_peers(*, peers: PeerSet, by: User) -> None:
    """Remove a set; it can be had back for 30 days."""
    peers.removed_at = timezone.now()
    peers.save(update_fields=["removed_at"])
    record(
        Action.PEERS_REMOVED,
        by=by,
        organisation=peers.organisation,
        thing=f"peers:{peers.pk}",
    )


def restore_peers(*, peers: PeerSet, by: User) -> None:
    """Give a removed set back, under another name where its own was taken since."""
    peers.removed_at = None
    same = PeerSet.objects.filter(org_code=peers.org_code, removed_at=None)
    taken = set(same.values_list("name", flat=True))
    n = 2
    name = peers.name
    while name in taken:
        name = f"{peers.name[:94]} ({n})"
        n += 1
    peers.name = name
    peers.save(update_fields=["removed_at", "name"])
    record(
        Action.PEERS_RESTORED,
        by=by,
        organisation=peers.organisation,
        thing=f"peers:{peers.pk}",
    )


def lines(sets: Sequence[PeerSet], user: User) -> list[PeerLine]:
    """Return sets as they are listed, named as in the newest book."""
    with across_organisations():
        books = list(readable_books(user).select_related("organisation")[:TRIED])
    return [_line(peers, books) for peers in sets]


def _line(peers: PeerSet, books: Sequence[Book]) -> PeerLine:
    codes = [str(code) for code in peers.peer_codes]
    for book in books:
        try:
            known = held(open_shelved(book))
        except CandelaError:  # changed on the disk: another book may know it
            continue
        if known.knows(peers.org_code):
            page = reverse("organisation", args=[book.public_id, peers.org_code])
            names = [known.name(c) if known.knows(c) else c for c in codes]
            return PeerLine(
                peers,
                known.name(peers.org_code),
                "; ".join(names),
                f"{page}?{urlencode({'peers': ','.join(codes)}, safe=',')}",
            )
    return PeerLine(peers, peers.org_code, "; ".join(codes))
