"""All that is known about what a study changed, by domain, with what supports it."""

from __future__ import annotations

from collections.abc import Iterator

from candela.impact.claims import Claim
from candela.impact.framework import framework
from candela.impact.money import add_up
from candela.impact.report import CaseReport
from candela.publish.disclosure import SMALLEST_SHOWN
from candela.publish.documents.model import (
    Block,
    Box,
    Document,
    Heading,
    Items,
    Quotation,
    Table,
    Text,
)
from candela.publish.impact.by_domain import by_domain, domain_label
from candela.publish.impact.dates import day_words
from candela.publish.impact.heard import cannot_tell, groups_table, heard_sentence
from candela.publish.impact.heat_map import drawn
from candela.publish.impact.telling import RECORDS, Telling, paragraph
from candela.publish.impact.tracing import Num
from candela.publish.impact.words import (
    capital,
    counted,
    quantity_words,
    said_by,
    seen_words,
    standing_words,
    title_of,
    who_says,
)

__all__ = ["make"]

ONLY_BETTER = (
    "Everything told here is for the better or no change. That may be because it was "
    "so, or because nobody asked or told of costs and harm."
)
METHOD = (
    "People who took part, or worked beside the study, answered a questionnaire of "
    "their own role. Each could say better, worse, some of both, nothing changed or "
    "too early to say.",
    "A person read the answers and wrote statements of one change each, in 60 words "
    "at most. Each is filed under one kind of change.",
    "Somebody who had not written a statement, and had not done the study, checked it. "
    "A statement needs evidence or a second group before it counts.",
    "Words are quoted only with permission for that, and after a person has looked "
    "for what tells who somebody is.",
)


def make(report: CaseReport, *, smallest: int = SMALLEST_SHOWN) -> Document:
    """Return the full report.

    Parameters
    ----------
    report
        Of one study or of all.
    smallest
        The smallest count of people that is shown.
    """
    telling = Telling.of(report, smallest=smallest)
    about = "research" if report.study is None else telling.about_what
    return telling.document(
        "full-report",
        f"What {about} changed: full report",
        list(_blocks(telling)),
        sides=0,
        subtitle="" if report.study is None else report.study.title,
    )


def _blocks(telling: Telling) -> Iterator[Block]:
    report = telling.report
    yield Box("In short", tuple(_in_short(telling)))
    yield from _study(telling)
    yield Heading("Who was heard, and who was not")
    yield from _heard(telling)
    yield Heading("What changed")
    if telling.claims:
        made_up = ("Made-up data",) if report.made_up else ()
        yield drawn(by_domain(telling.claims, subtitle=(telling.about_what, *made_up)))
    yield from _by_domain(telling)
    yield from _agreement(telling)
    yield Heading("What did not go to plan")
    yield from telling.not_to_plan()
    if telling.claims and not telling.downsides:
        yield paragraph(ONLY_BETTER)
    yield from _quotes(telling)
    yield from _money(telling)
    yield from _evidence(telling)
    yield Heading("What next")
    yield paragraph(report.what_next or "Nothing is planned yet.")
    yield Heading("What this cannot tell you")
    yield cannot_tell(telling)
    yield Heading("How this was done")
    yield Items(tuple((Text(step),) for step in METHOD), numbered=True)
    yield paragraph(
        f"As of {day_words(report.dated)}. Domains and kinds of change are those of "
        f"{framework().citation}"
    )


def _in_short(telling: Telling) -> Iterator[Block]:
    if telling.first:
        yield paragraph(*telling.claim_text(telling.first))
    total, negative = len(telling.claims), len(telling.downsides)
    yield paragraph(
        *telling.tracing.say(
            "{n} {are} told here; {negative} of a cost or harm. ",
            n=Num(_statements(total), RECORDS, str(total)),
            are="is" if total == 1 else "are",
            negative=Num(str(negative or "none"), RECORDS),
        ),
        *telling.coverage_sentence(),
    )


def _statements(n: int) -> str:
    return capital(counted(n, "verified statement"))


def _study(telling: Telling) -> Iterator[Block]:
    study = telling.report.study
    if study is None:
        return
    yield Heading("The study")
    if study.plain_summary:
        yield paragraph(study.plain_summary)
    yield paragraph(*telling.study_sentences())
    facts = [("Led here by", study.lead), ("Sponsor", study.sponsor)]
    facts += sorted(study.identifiers.items())
    known = [(Text(f"{term}: {said}."),) for term, said in facts if said]
    if known:
        yield Items(tuple(known))


def _heard(telling: Telling) -> Iterator[Block]:
    if not telling.report.groups:
        yield paragraph("Who answered is told in the report of each study.")
        return
    yield paragraph(*heard_sentence(telling))
    yield groups_table(telling)
    anonymous = any(group.anonymous for group in telling.report.groups)
    if anonymous:
        yield paragraph("At least one group answered without anybody knowing who.")


def _by_domain(telling: Telling) -> Iterator[Block]:
    found: dict[str, list[Claim]] = {}
    for claim in telling.claims:
        found.setdefault(domain_label(claim), []).append(claim)
    order = [domain.label for domain in framework().domains]
    for label in (*order, *(label for label in found if label not in order)):
        for n, claim in enumerate(found.get(label, ())):
            if n == 0:
                yield Heading(label, level=3)
            yield from _claim(telling, claim)


def _claim(telling: Telling, claim: Claim) -> Iterator[Block]:
    label = telling.tracing.claim(claim)
    yield paragraph(Text(title_of(claim), bold=True, label=label))
    yield paragraph(claim.text)
    facts = [standing_words(claim), f"Told by {who_says(claim, telling.shown)}."]
    if telling.report.study is None:
        place = telling.report.services.get(claim.service, "")
        study = telling.report.studies.get(claim.study, "")
        facts.insert(0, f"{study}{', ' if study and place else ''}{place}.")
    if seen := seen_words(claim):
        facts.append(f"{capital(seen)}.")
    items: list[tuple[Text, ...]] = [(Text(fact),) for fact in facts if fact != "."]
    for figure in claim.quantities:
        said = quantity_words(figure, smallest=telling.smallest)
        value = said.partition(": ")[2].partition(" (")[0]
        number = Num(said.removesuffix("."), f"statement {claim.label}", value)
        items.append(telling.tracing.say("{figure}.", figure=number))
    if claim.evidence:
        items.append(tuple(_labels(telling, claim)))
    yield Items(tuple(items))
    if claim.story:
        yield paragraph(claim.story)


def _labels(telling: Telling, claim: Claim) -> Iterator[Text]:
    for n, item in enumerate(claim.evidence):
        before = "Evidence: " if n == 0 else ", "
        yield Text(f"{before}{item.title}", label=telling.tracing.proof(item))
    yield Text(".")


def _agreement(telling: Telling) -> Iterator[Block]:
    if not telling.claims:
        return
    yield Heading("Who says so, and what supports it")
    rows = tuple(
        (
            telling.tracing.claim(claim),
            title_of(claim),
            capital(who_says(claim, telling.shown)),
            capital(claim.direction.words),
            capital(claim.verification.words),
        )
        for claim in telling.claims
    )
    yield Table(
        "Statements and their support",
        ("Label", "Statement", "Told by", "Change", "Support"),
        rows,
        note="A group that is not named did not tell of it, or was not asked about it.",
        widths=(9, 33, 24, 15, 19),
    )


def _quotes(telling: Telling) -> Iterator[Block]:
    if not telling.report.quotes:
        return
    yield Heading("In people's own words")
    for quote in telling.report.quotes:
        who = capital(said_by(quote.role, telling.shown))
        about = f", about {quote.claim}" if quote.claim else ""
        yield Quotation(quote.text, f"{who}{about}; quoted with permission")


def _money(telling: Telling) -> Iterator[Block]:
    money = add_up(telling.claims)
    if not money.sums and not money.cautions:
        return
    yield Heading("Money, each kind by itself")
    rows = []
    for row in money.sums:
        often = "each year" if row.yearly else "once"
        seen = "expected" if row.expected else "seen"
        where = f"{capital(row.money_kind.words)}, {row.price_year}"
        value = Num(f"£{row.value:,.0f}", f"statements {', '.join(row.claims)}")
        rows.append(
            (
                capital(row.money_kind.words),
                telling.tracing.cell(value, where),
                f"£{row.low:,.0f} to £{row.high:,.0f}",
                str(row.price_year),
                f"{often}, {seen}",
                ", ".join(row.claims),
            )
        )
    if rows:
        yield Table(
            "Kinds are never added to one another",
            ("Kind", "Sum", "Range", "Prices of", "When", "From"),
            tuple(rows),
            numeric=frozenset({1, 2}),
            widths=(26, 18, 20, 10, 14, 12),
        )
    if money.cautions:
        yield Items(tuple((Text(caution),) for caution in money.cautions))


def _evidence(telling: Telling) -> Iterator[Block]:
    items = telling.evidence_of(telling.claims)
    if not items:
        return
    yield Heading("Evidence")
    supports = {
        item.label: ", ".join(c.label for c in telling.claims if item in c.evidence)
        for item in items
    }
    yield Table(
        "What supports the statements",
        ("Label", "What it is", "Kind", "Weight", "Dated", "Supports"),
        tuple(
            (
                telling.tracing.proof(item),
                item.title,
                capital(item.kind.words),
                capital(item.quality.words),
                day_words(item.dated) if item.dated else "not known",
                supports[item.label],
            )
            for item in items
        ),
        widths=(10, 31, 14, 15, 16, 14),
    )
