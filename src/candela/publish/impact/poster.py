"""What changed, large enough to read in passing?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from candela.impact.claims import Claim
from candela.impact.report import CaseReport
from candela.publish.disclosure import SMALLEST_SHOWN
from candela.publish.documents.model import Block, Document, Heading, Items
from candela.publish.impact.heard import heard_sentence
from candela.publish.impact.qr import square
from candela.publish.impact.room import Room, fitted
from candela.publish.impact.telling import Telling, paragraph
from candela.publish.impact.words import shortened

__all__ = ["make"]


ROOMS = tuple(
    Room(share, claims=claims, rows=0, evidence=0, chart_mm=0, quote=quote)
    for share, claims, quote in (
        (1.0, 2, True),
        (1.0, 1, True),
        (0.8, 1, True),
        (0.8, 1, False),
        (0.6, 1, False),
        (0.4, 1, False),
    )
)


def make(
    report: CaseReport, *, smallest: int = SMALLEST_SHOWN, address: str = ""
) -> Document:
    """Return the poster of a report: one side, to be read from two metres.

    Parameters
    ----------
    report
        At least one claim.
    smallest
        The smallest count of people that is shown.
    address
        Where to read more; it is printed, and drawn as a square for a telephone.
    """
    about = {"Who to ask": report.contact, "Read more": address}
    about = {term: said for term, said in about.items() if said}

    def made(room: Room) -> Document:
        telling = Telling.of(report, smallest=smallest)
        blocks = list(_blocks(telling, room, address))
        title = f"What {telling.about_what} changed"
        return telling.document("poster", title, blocks, sides=1, about=about)

    return fitted(made, rooms=ROOMS)


def _blocks(telling: Telling, room: Room, address: str) -> Iterator[Block]:
    report, first = telling.report, telling.first
    if first is None:
        yield paragraph("No statement has been chosen yet.", lead=True)
        return
    yield paragraph(*telling.claim_text(first, most=room.words(30)), lead=True)
    more = [claim for claim in telling.others if claim is not first]
    if more:
        yield _named(telling, more, room)
    if room.quote:
        yield from telling.quotation(about=first.label)
    if telling.downsides:
        yield Heading("What was hard")
        yield _named(telling, telling.downsides, room)
    heard = heard_sentence(telling)
    if heard:
        yield Heading("Who told us")
        yield paragraph(*heard)
    if report.what_next:
        yield Heading("What next")
        yield paragraph(shortened(report.what_next, most=room.words(30)))
    if address:
        yield square(address)


def _named(telling: Telling, claims: Sequence[Claim], room: Room) -> Items:
    """Return a list of claims by title; those without room are counted."""
    items = [telling.claim_line(claim) for claim in claims[: room.claims]]
    if len(claims) > len(items):
        items.append(telling.more_sentence(len(claims) - len(items)))
    return Items(tuple(items))
