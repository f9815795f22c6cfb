"""What does a statement claim, as a value that knows no database?

Reports, roll-ups and checks take ``Claim``; here rows become one.  Keys in it are the
primary keys of studies, services and colleagues, as text: names are the caller's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, TypeVar

from django.db.models import Prefetch, QuerySet

from candela.impact import claims
from candela.impact.claims import Claim
from candela.impact.lifecycle import verification_of
from candela.web.coding.models import (
    Credit,
    Evidence,
    Quantity,
    Source,
    Statement,
    Support,
)

__all__ = [
    "claim_of",
    "claims_of",
    "evidence_value",
    "needed_for_claims",
    "quantity_value",
]

Word = TypeVar("Word", bound=claims.Worded)


def claim_of(statement: Statement) -> Claim:
    """Return what one statement claims as it stands now."""
    (claim,) = claims_of(Statement.objects.filter(pk=statement.pk))
    return claim


def claims_of(statements: QuerySet | Iterable[Statement]) -> tuple[Claim, ...]:
    """Return the claims of statements in their order.

    A thousand take no more queries than one.
    """
    if isinstance(statements, QuerySet):
        rows = list(needed_for_claims(statements))
    else:
        keys = [statement.pk for statement in statements]
        found = needed_for_claims(Statement.objects.filter(pk__in=keys)).in_bulk()
        rows = [found[key] for key in keys]
    return tuple(_claim(row) for row in rows)


def needed_for_claims(statements: QuerySet) -> QuerySet:
    """Return the statements with everything that their claims are made of."""
    sources = Source.objects.filter(answer__response__withdrawn_on=None)
    supports = Support.objects.filter(evidence__removed_at=None)
    return statements.select_related("study", "same_as").prefetch_related(
        Prefetch(
            "quantities",
            Quantity.objects.order_by("pk"),
            to_attr="standing_quantities",
        ),
        Prefetch(
            "supports",
            supports.select_related("evidence").order_by("evidence__number"),
            to_attr="standing_supports",
        ),
        Prefetch(
            "sources",
            sources.select_related("answer__response__group"),
            to_attr="standing_sources",
        ),
        Prefetch("credits", Credit.objects.all(), to_attr="standing_credits"),
    )


def _claim(row: Any) -> Claim:
    study = row.study
    evidence = tuple(evidence_value(s.evidence, s) for s in row.standing_supports)
    groups = frozenset(
        claims.Role(s.answer.response.group.role) for s in row.standing_sources
    )
    claim = Claim(
        label=row.label,
        study=str(study.pk),
        service="" if study.service_id is None else str(study.service_id),
        title=row.title,
        text=row.text,
        kind=row.kind,
        direction=claims.Direction(row.direction),
        intent=claims.Intent(row.intent),
        beneficiaries=_codes(claims.Beneficiary, row.beneficiaries),
        level=claims.Level(row.level),
        horizon=claims.Horizon(row.horizon),
        realised=claims.Realised(row.realised),
        pathway=claims.Pathway(row.pathway),
        contribution=claims.Contribution(row.contribution),
        verification=claims.Verification.SELF_REPORT,
        state=row.state,
        other_kinds=tuple(row.other_kinds),
        other_contributors=row.other_contributors,
        story=row.story,
        plain_summary=row.plain_summary,
        first_seen=row.first_seen,
        last_confirmed=row.last_confirmed,
        review_due=row.review_due,
        reach=row.reach,
        significance=row.significance,
        groups=groups,
        quantities=tuple(
            quantity_value(quantity) for quantity in row.standing_quantities
        ),
        evidence=evidence,
        same_as="" if row.same_as is None else row.same_as.label,
        credited=frozenset(str(credit.colleague_id) for credit in row.standing_credits),
        notes=_notes(row),
    )
    return replace(claim, verification=verification_of(claim))


def _notes(row: Statement) -> dict[str, str]:
    notes = {
        "well_led_question": row.well_led_question,
        "evidence_category": row.evidence_category,
        "rubric": row.rubric,
        "version": str(row.version),
    }
    return {name: note for name, note in notes.items() if note}


def _codes(words: type[Word], codes: Iterable[str]) -> frozenset[Word]:
    return frozenset(words(code) for code in codes)


def quantity_value(row: Quantity) -> claims.Quantity:
    """Return one figure of a statement."""
    return claims.Quantity(
        what=row.what,
        value=row.value,
        unit=row.unit,
        method=claims.Method(row.method),
        start=row.start,
        end=row.end,
        baseline=row.baseline,
        baseline_period=row.baseline_period,
        low=row.low,
        high=row.high,
        money_kind=claims.MoneyKind(row.money_kind) if row.money_kind else None,
        price_year=row.price_year,
        recurring=row.recurring,
        shared_key=row.shared_key,
    )


def evidence_value(row: Evidence, support: Support | None = None) -> claims.Evidence:
    """Return a piece of evidence, with what it supports of a statement."""
    return claims.Evidence(
        label=row.label,
        kind=claims.EvidenceKind(row.kind),
        title=row.title,
        dated=row.dated,
        quality=claims.EvidenceQuality(row.quality),
        sensitivity=claims.Sensitivity(row.sensitivity),
        supports=_codes(claims.Supports, support.supports if support else ()),
        url=row.url,
        sha256=row.file_name,
    )
