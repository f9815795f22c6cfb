"""Which rows stand behind a document, for those who use a spreadsheet?

One statement a row, and one group a row; counts of people as the document shows them.
"""

from __future__ import annotations

from collections.abc import Sequence

from candela.impact.claims import Claim
from candela.impact.framework import framework
from candela.impact.report import CaseReport
from candela.publish.csv_tables import PublishedColumn, PublishedTable
from candela.publish.impact.small import NOTE, GroupShown
from candela.publish.impact.words import quantity_words, who_says
from candela.publish.ledger import Origin

__all__ = ["rows_behind"]

ORIGIN = Origin("candela.publish.impact.rows.rows_behind", ())
STATEMENT = (
    PublishedColumn("label", "what documents call the statement"),
    PublishedColumn("study", "short title of the study"),
    PublishedColumn("service", "where it was"),
    PublishedColumn("title", "what changed, in short"),
    PublishedColumn("text", "the statement itself"),
    PublishedColumn("domain", "one of six domains, or two that are added"),
    PublishedColumn("kind", "code of the kind of change"),
    PublishedColumn("kind_words", "what the kind is called"),
    PublishedColumn("direction", "better, worse, some of both or no change"),
    PublishedColumn("intent", "whether somebody meant it"),
    PublishedColumn("pathway", "from taking part, or from using what was found"),
    PublishedColumn("contribution", "how much of the change is the study's"),
    PublishedColumn("realised", "how far the change has come"),
    PublishedColumn("horizon", "when it came, counted from the study's close"),
    PublishedColumn("level", "how far it reaches"),
    PublishedColumn("beneficiaries", "whom it reaches; several apart by semicolons"),
    PublishedColumn("support", "the strongest support it has"),
    PublishedColumn("said_by", "whose answers it rests on; small groups together"),
    PublishedColumn("figures", "its figures in words; several apart by semicolons"),
    PublishedColumn("evidence", "labels of its evidence; several apart by semicolons"),
    PublishedColumn("first_seen", "day", "date"),
    PublishedColumn("last_confirmed", "day", "date"),
)
GROUP = (
    PublishedColumn("group", "who was asked; small groups together"),
    PublishedColumn("asked", "people asked, to the nearest 5, or *"),
    PublishedColumn("answered", "people who answered, to the nearest 5, or *"),
    PublishedColumn("share", "answered of asked, whole per cent", "number", "%"),
)


def rows_behind(
    report: CaseReport, shown: Sequence[GroupShown], *, smallest: int
) -> tuple[PublishedTable, ...]:
    """Return the tables behind a document: its statements and its groups."""
    statements = PublishedTable(
        "statements",
        "Statements, one change each",
        STATEMENT,
        tuple(_row(report, claim, shown, smallest) for claim in report.claims),
        ORIGIN,
        ("Domains and kinds follow " + framework().citation,),
    )
    groups = PublishedTable(
        "groups",
        "Who was asked and who answered",
        GROUP,
        tuple((g.words, _text(g.asked), _text(g.answered), g.share) for g in shown),
        ORIGIN,
        (NOTE,),
    )
    return (statements, groups)


def _text(count: int | str | None) -> str | None:
    return None if count is None else str(count)


def _row(
    report: CaseReport, claim: Claim, shown: Sequence[GroupShown], smallest: int
) -> tuple[str, ...]:
    kind = framework().kinds.get(claim.kind)
    first, last = claim.first_seen, claim.last_confirmed
    return (
        claim.label,
        report.studies.get(claim.study, ""),
        report.services.get(claim.service, ""),
        claim.title,
        claim.text,
        framework().domain_of(claim.kind).label if kind else "",
        claim.kind,
        kind.label if kind else "",
        claim.direction.words,
        claim.intent.words,
        claim.pathway.words,
        claim.contribution.words,
        claim.realised.words,
        claim.horizon.words,
        claim.level.words,
        "; ".join(sorted(b.words for b in claim.beneficiaries)),
        claim.verification.words,
        who_says(claim, shown),
        "; ".join(quantity_words(q, smallest=smallest) for q in claim.quantities),
        "; ".join(item.label for item in claim.evidence),
        first.isoformat() if first else "",
        last.isoformat() if last else "",
    )
