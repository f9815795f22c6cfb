"""What do all documents about a study say in the same way?

A ``Telling`` is one document being made: the report, who may be named as having
answered, and the labels given so far.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from candela.impact.claims import Claim, Evidence
from candela.impact.report import CaseReport
from candela.publish.disclosure import HIDDEN
from candela.publish.documents.model import (
    Block,
    Document,
    Items,
    Paragraph,
    Quotation,
    Text,
)
from candela.publish.impact.dates import day_words, span_words
from candela.publish.impact.rows import rows_behind
from candela.publish.impact.small import (
    GroupShown,
    groups_shown,
    shown_count,
)
from candela.publish.impact.tracing import Num, Tracing
from candela.publish.impact.words import (
    DOMAINS_AFTER,
    capital,
    counted,
    in_list,
    is_downside,
    said_by,
    shortened,
    title_of,
)

__all__ = ["Telling", "paragraph"]

REGISTER = "the record of the study, to the nearest 5"
RECORDS = "verified statements chosen for this document"
PLAN_KEPT = "No verified statement chosen here describes a cost or harm."


def paragraph(*runs: Text | str, lead: bool = False) -> Paragraph:
    """Return a paragraph of runs and plain texts."""
    made = (Text(run) if isinstance(run, str) else run for run in runs)
    return Paragraph(tuple(made), lead=lead)


@dataclass
class Telling:
    """One document being made."""

    report: CaseReport
    smallest: int
    shown: Sequence[GroupShown] = ()
    tracing: Tracing = field(default_factory=Tracing)

    @classmethod
    def of(cls, report: CaseReport, *, smallest: int) -> Telling:
        """Begin a document."""
        shown = groups_shown(report.groups, smallest=smallest)
        return cls(report, smallest, shown)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """All claims, in the order in which they were chosen."""
        return self.report.claims

    @property
    def downsides(self) -> tuple[Claim, ...]:
        """Claims of something worse, or of some of both."""
        return tuple(claim for claim in self.claims if is_downside(claim))

    @property
    def others(self) -> tuple[Claim, ...]:
        """Claims of something better, or of no change."""
        return tuple(claim for claim in self.claims if not is_downside(claim))

    @property
    def first(self) -> Claim | None:
        """The claim to begin with: the first of something better, else the first."""
        return next(iter((*self.others, *self.claims)), None)

    @property
    def about_what(self) -> str:
        """The study's short title, or the organisation where it is about all."""
        study = self.report.study
        return study.short_title if study else self.report.organisation

    def people(self, n: int, source: str) -> Num:
        """Return a count of people as it may be shown in a sentence."""
        shown = shown_count(n, smallest=self.smallest)
        if shown == HIDDEN:
            return Num(f"fewer than {self.smallest}", source, f"{HIDDEN} (hidden)")
        return Num(f"about {shown}" if n else "none", source, str(shown))

    def claim_line(
        self, claim: Claim, *, with_direction: bool = True
    ) -> tuple[Text, ...]:
        """Return a claim's title with its label, and its direction in words."""
        label = self.tracing.claim(claim)
        more = f": {claim.direction.words}." if with_direction else "."
        return (Text(title_of(claim), label=label), Text(more))

    def claim_text(self, claim: Claim, *, most: int = 60) -> tuple[Text, ...]:
        """Return the claim itself with its label."""
        label = self.tracing.claim(claim)
        return (Text(shortened(claim.text, most=most), label=label),)

    def evidence_of(self, claims: Iterable[Claim]) -> tuple[Evidence, ...]:
        """Return the evidence of some claims, each piece once, by its number."""
        found = {item.label: item for claim in claims for item in claim.evidence}
        return tuple(sorted(found.values(), key=lambda e: (len(e.label), e.label)))

    def evidence_items(self, items: Iterable[Evidence]) -> Items:
        """Return evidence as a list with labels, kinds and days."""
        return Items(tuple(self._evidence(item) for item in items))

    def _evidence(self, item: Evidence) -> tuple[Text, ...]:
        label = self.tracing.proof(item)
        kind = (
            "" if item.title.casefold() == item.kind.words else f"{item.kind.words}, "
        )
        day = day_words(item.dated) if item.dated else "no date known"
        return (Text(item.title, label=label), Text(f", {kind}{day}."))

    def study_sentences(self) -> tuple[Text, ...]:
        """Return where and when the study ran, and how many took part."""
        study = self.report.study
        if study is None:
            return ()
        when = span_words(study.opened_on, study.closed_on)
        words = "It ran"
        if study.service:
            words += f" in {study.service}"
        said = (
            [Text(f"{words}{', ' if when else ''}{when}.")]
            if (when or study.service)
            else []
        )
        if study.recruits is not None:
            took_part = self.people(study.recruits, REGISTER)
            said += self.tracing.say(
                " {n} people took part.",
                n=Num(capital(took_part.words), REGISTER, took_part.value),
            )
        return tuple(said)

    def quotation(self, *, about: str = "") -> tuple[Quotation, ...]:
        """Return at most one quote, of the claim that is told first if there is one."""
        quotes = sorted(self.report.quotes, key=lambda quote: quote.claim != about)
        return tuple(
            Quotation(
                shortened(quote.text, most=45),
                f"{capital(said_by(quote.role, self.shown))}; quoted with permission",
            )
            for quote in quotes[:1]
        )

    def not_to_plan(
        self, *, most: int = 400, claims: int | None = None
    ) -> tuple[Block, ...]:
        """Return what did not go to plan: told by hand, and every cost or harm.

        Where only so many ``claims`` have room, the others are counted.
        """
        told = shortened(self.report.did_not_go_to_plan, most=most, keep_last=True)
        blocks: list[Block] = [paragraph(told)] if told else []
        if self.downsides:
            items = [self.claim_line(claim) for claim in self.downsides[:claims]]
            left = len(self.downsides) - len(items)
            if left:
                items.append(self.more_sentence(left, "of a cost or harm"))
            blocks.append(Items(tuple(items)))
        return tuple(blocks) or (paragraph(PLAN_KEPT),)

    def more_sentence(self, n: int, of_what: str = "") -> tuple[Text, ...]:
        """Return how many statements there was no room for."""
        words = capital(counted(n, "other statement"))
        return self.tracing.say(
            "{n}{of_what} {stand} in the full report.",
            n=Num(words, RECORDS, str(n)),
            of_what=f" {of_what}" if of_what else "",
            stand="stands" if n == 1 else "stand",
        )

    def coverage_sentence(self) -> tuple[Text, ...]:
        """Return of how many studies how many were asked; never a count without it."""
        coverage = self.report.coverage
        if coverage is None:
            return (Text("How many studies could have been asked about is not known."),)
        source = "the register of studies and its campaigns"
        share = ""
        if coverage.eligible >= self.smallest:
            share = f" ({round(100 * coverage.asked / coverage.eligible)}%)"
        return self.tracing.say(
            "Of {eligible} here, {asked} {were} asked about{share}, and {told} "
            "{have} a verified statement.",
            eligible=Num(counted(coverage.eligible, "study", "studies"), source),
            asked=Num(str(coverage.asked or "none"), source),
            were="was" if coverage.asked == 1 else "were",
            share=share,
            told=Num(str(coverage.with_claims or "none"), source),
            have="has" if coverage.with_claims == 1 else "have",
        )

    def document(
        self,
        kind: str,
        title: str,
        blocks: Iterable[Block],
        *,
        sides: int,
        subtitle: str = "",
        about: Mapping[str, str] | None = None,
    ) -> Document:
        """Return the finished document."""
        return Document(
            kind=kind,
            title=title,
            subtitle=subtitle,
            organisation=self.report.organisation,
            dated=self.report.dated,
            made_up=self.report.made_up,
            sides=sides,
            blocks=tuple(blocks),
            about=self.standing_about() if about is None else about,
            traced=self.tracing.traced,
            data=rows_behind(self.report, self.shown, smallest=self.smallest),
        )

    def standing_about(self) -> dict[str, str]:
        """Return the facts at the foot of every document."""
        report = self.report
        facts = {
            "Who to ask": report.contact,
            "Checked by": in_list(report.reviewed_by),
        }
        if report.review_due:
            facts["To be looked at again"] = day_words(report.review_due)
        facts["Six domains of change"] = f"after {DOMAINS_AFTER}"
        return {term: said for term, said in facts.items() if said}
