"""What changed, on one side?

What changed; why it mattered to people; what the research was; how we know; who else
contributed; what did not go to plan; what next; who to ask.
"""

from __future__ import annotations

from collections.abc import Iterator

from candela.impact.claims import Claim, Contribution
from candela.impact.report import CaseReport
from candela.publish.disclosure import SMALLEST_SHOWN
from candela.publish.documents.model import Block, Document, Heading, Items, Text
from candela.publish.impact.heard import heard_sentence
from candela.publish.impact.room import Room, fitted
from candela.publish.impact.telling import Telling, paragraph
from candela.publish.impact.words import capital, in_list, shortened

__all__ = ["make"]

LEAD_WORDS = 25


def make(report: CaseReport, *, smallest: int = SMALLEST_SHOWN) -> Document:
    """Return the one-page story of a report.

    Parameters
    ----------
    report
        At least one claim.
    smallest
        The smallest count of people that is shown.
    """

    def made(room: Room) -> Document:
        telling = Telling.of(report, smallest=smallest)
        blocks = list(_blocks(telling, room))
        title = f"What {telling.about_what} changed"
        return telling.document("story", title, blocks, sides=1)

    return fitted(made)


def _blocks(telling: Telling, room: Room) -> Iterator[Block]:
    report, first = telling.report, telling.first
    if first is None:
        yield paragraph("No statement has been chosen yet.", lead=True)
        return
    yield from _what_changed(telling, first, room)
    yield Heading("Why it mattered to people")
    yield paragraph(shortened(_why(first), most=room.words(45)))
    if room.quote:
        yield from telling.quotation(about=first.label)
    if report.study:
        yield Heading("What the research was")
        summary = shortened(report.study.plain_summary, most=room.words(40))
        facts = telling.study_sentences()
        if not summary and not facts:
            summary = "Nothing more is entered about it than its name."
        space = " " if summary and facts else ""
        yield paragraph(f"{summary}{space}", *facts)
    yield Heading("How we know")
    yield from _how_we_know(telling, first, room)
    yield Heading("Who else contributed")
    yield paragraph(_contribution(first, most=room.words(25)))
    yield Heading("What did not go to plan")
    yield from telling.not_to_plan(most=room.words(40), claims=room.claims)
    yield Heading("What next")
    yield paragraph(
        shortened(report.what_next, most=room.words(35)) or "Nothing is planned yet."
    )


def _what_changed(telling: Telling, first: Claim, room: Room) -> Iterator[Block]:
    long = len(first.text.split()) > LEAD_WORDS
    runs = telling.claim_line(first) if long else telling.claim_text(first)
    if not long:
        runs = (*runs, Text(f" Change: {first.direction.words}."))
    yield paragraph(*runs, lead=True)
    more = [claim for claim in telling.others if claim is not first]
    if not more:
        return
    items = [telling.claim_line(claim) for claim in more[: room.claims]]
    left = len(more) - len(items)
    if left > 0:
        items.append(telling.more_sentence(left))
    yield Items(tuple(items))


def _why(claim: Claim) -> str:
    reached = in_list(sorted(whom.words for whom in claim.beneficiaries))
    told = claim.plain_summary or claim.story
    if told:
        return told
    return (
        f"The change reached {reached}." if reached else "Whom it reached is not known."
    )


def _how_we_know(telling: Telling, first: Claim, room: Room) -> Iterator[Block]:
    support = f"{capital(first.verification.words)}."
    heard = heard_sentence(telling)
    yield paragraph(f"{support} " if heard else support, *heard)
    evidence = telling.evidence_of((first, *telling.claims))
    own = [item for item in evidence if item in first.evidence]
    items = [*own, *(item for item in evidence if item not in own)][: room.evidence]
    if items:
        yield telling.evidence_items(items)


def _contribution(claim: Claim, *, most: int) -> str:
    words = f"How much of the change is the study's: {claim.contribution.words}."
    if claim.other_contributors:
        others = shortened(claim.other_contributors, most=most).rstrip(" .")
        return f"{words} Others: {others}."
    if claim.contribution is Contribution.SOLE:
        return words
    return f"{words} Nobody else is named in the record."
