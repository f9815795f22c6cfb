"""What is a board asked, and on what does that rest?  Two sides.

Side 1: what is asked; three sentences; one picture; what did not go to plan.  Side 2:
up to 12 statements; coverage; two statements in full; what this cannot tell; the data.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from candela.impact.claims import Claim
from candela.impact.report import CaseReport
from candela.publish.disclosure import SMALLEST_SHOWN
from candela.publish.documents.model import (
    Block,
    Box,
    Document,
    Figure,
    Heading,
    Items,
    PageBreak,
    Table,
    Text,
)
from candela.publish.impact.by_domain import by_domain, domain_label
from candela.publish.impact.dates import day_words
from candela.publish.impact.heard import cannot_tell, heard_sentence
from candela.publish.impact.heat_map import drawn
from candela.publish.impact.room import Room, fitted
from candela.publish.impact.telling import RECORDS, Telling, paragraph
from candela.publish.impact.tracing import Num
from candela.publish.impact.words import (
    DOMAINS_AFTER,
    capital,
    counted,
    is_downside,
    shortened,
    title_of,
)

__all__ = ["make"]


def make(report: CaseReport, *, smallest: int = SMALLEST_SHOWN) -> Document:
    """Return the board paper of a report.

    Parameters
    ----------
    report
        Of one study or of all.
    smallest
        The smallest count of people that is shown.
    """

    picture = _picture(report)

    def made(room: Room) -> Document:
        telling = Telling.of(report, smallest=smallest)
        blocks = [
            *_first_side(telling, room, picture),
            PageBreak(),
            *_second_side(telling, room),
        ]
        about = "research" if report.study is None else telling.about_what
        return telling.document(
            "board-paper",
            f"What {about} changed: board paper",
            blocks,
            sides=2,
            about={"Who to ask": report.contact} if report.contact else {},
        )

    return fitted(made)


def _picture(report: CaseReport) -> Figure | None:
    """Return the picture, drawn once however often the paper is made again."""
    if not report.claims:
        return None
    about = report.study.short_title if report.study else report.organisation
    made_up = ("Made-up data",) if report.made_up else ()
    return drawn(by_domain(report.claims, subtitle=(about, *made_up)))


def _first_side(
    telling: Telling, room: Room, picture: Figure | None
) -> Iterator[Block]:
    report = telling.report
    asked = shortened(report.asked_of_board, most=room.words(50))
    asked = asked or "To note what is said here. No decision is asked for."
    yield Box("What the board is asked", (paragraph(asked),))
    yield Heading("In three sentences")
    yield Items(_three_sentences(telling, room), numbered=True)
    if picture:
        yield replace(picture, width_mm=room.chart_mm)
    yield Heading("What did not go to plan")
    yield from telling.not_to_plan(most=room.words(45), claims=room.claims)
    yield Heading("What next")
    what_next = shortened(report.what_next, most=room.words(40))
    yield paragraph(what_next or "Nothing is planned yet. No owner or date is named.")


def _three_sentences(telling: Telling, room: Room) -> tuple[tuple[Text, ...], ...]:
    total = len(telling.claims)
    negative = len(telling.downsides)
    found = telling.tracing.say(
        "{n} {were} checked by somebody who did not do the study; {negative} "
        "{describe} a cost or harm.",
        n=Num(capital(counted(total, "statement")), RECORDS, str(total)),
        were="was" if total == 1 else "were",
        negative=Num(str(negative or "none"), RECORDS, str(negative)),
        describe="describes" if negative == 1 else "describe",
    )
    first: tuple[Text, ...] = (Text("No statement has been chosen."),)
    if telling.first:
        first = telling.claim_text(telling.first, most=room.words(30))
    heard = heard_sentence(telling) or telling.coverage_sentence()
    return (first, found, heard)


def _second_side(telling: Telling, room: Room) -> Iterator[Block]:
    yield _statements(telling, room)
    yield Heading("How much was asked")
    yield paragraph(*telling.coverage_sentence())
    chosen = _two(telling)
    if chosen:
        words = "Two statements in full" if len(chosen) > 1 else "One statement in full"
        yield Heading(words)
        for claim in chosen:
            yield paragraph(
                *telling.claim_text(claim, most=room.words(60)),
                Text(f" {_support(claim)}"),
            )
    yield Heading("What this cannot tell you")
    yield cannot_tell(telling)
    yield Heading("The data")
    yield Items(tuple(_data(telling)))


def _statements(telling: Telling, room: Room) -> Table:
    # Costs and harm first, so that none is among those for which there is no room.
    kept = {c.label for c in (*telling.downsides, *telling.others)[: room.rows]}
    rows = []
    for claim in telling.claims:
        if claim.label not in kept:
            continue
        rows.append(
            (
                telling.tracing.claim(claim),
                title_of(claim, most=room.words(14)),
                domain_label(claim),
                capital(claim.direction.words),
                capital(claim.verification.words),
            )
        )
    left = len(telling.claims) - len(rows)
    note = f"{counted(left, 'further statement').capitalize()}: see the full report."
    return Table(
        "What changed, and what supports it",
        ("Label", "Statement", "Domain", "Change", "Support"),
        tuple(rows),
        note=note if left else "",
        widths=(9, 39, 18, 15, 19),
    )


def _two(telling: Telling) -> tuple[Claim, ...]:
    """Return one statement of something better and one of a cost, where there are."""
    found = [*telling.others[:1], *telling.downsides[:1]]
    return tuple(found) if len(found) > 1 else telling.claims[:2]


def _support(claim: Claim) -> str:
    words = f"Change: {claim.direction.words}. Support: {claim.verification.words}."
    if is_downside(claim):
        return words
    return f"{words} How much is the study's: {claim.contribution.words}."


def _data(telling: Telling) -> Iterator[tuple[Text, ...]]:
    report = telling.report
    first = "Invented answers" if report.made_up else "Answers to questionnaires"
    yield (Text(f"{first}, turned into statements of one change each."),)
    checked = "Each was checked by somebody who did not write it or do the study."
    yield (Text(checked),)
    yield (Text("Counts of people are to the nearest 5, and none of 1 to 7 is shown."),)
    as_of = f"As of {day_words(report.dated)}. Domains after {DOMAINS_AFTER}."
    yield (Text(as_of),)
