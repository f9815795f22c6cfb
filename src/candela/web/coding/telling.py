"""How is a statement told on a page: as one sentence, as facts, with its sources?"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from candela.impact import claims
from candela.impact.claims import Claim, Contribution, Pathway
from candela.impact.framework import framework
from candela.impact.lifecycle import State
from candela.web.accounts.models import Membership
from candela.web.answering.models import Consent
from candela.web.coding.identifying import is_locked, known_names
from candela.web.coding.models import Quantity, Source, Statement
from candela.web.coding.reading import group_words, named_groups, text_of
from candela.web.parts import Row
from candela.web.shown import day, number

__all__ = [
    "SourceShown",
    "facts",
    "figure_words",
    "finding",
    "kind_words",
    "preview",
    "sources_shown",
    "supported_by",
]

PARTS = {
    Contribution.SOLE: "It came from the study alone",
    Contribution.MAJOR: "The study was the main part of it",
    Contribution.SHARED: "The study and others had a part in it",
    Contribution.MINOR: "The study had a small part in it",
    Contribution.ASSOCIATED: "It went together with the study; nobody can say more",
}
BROUGHT = {Pathway.TAKING_PART: "by taking part", Pathway.FINDINGS: "by its findings"}
SAID = {
    True: "may be quoted without a name",
    False: "may not be quoted",
}


@dataclass(frozen=True)
class SourceShown:
    """An answer behind a statement, as a member may see it."""

    source: Source
    group: str
    text: str
    consent: str


def kind_words(code: str) -> str:
    """Return a kind of change with its code; of one that is not known, the code."""
    kind = framework().kinds.get(code)
    return code if kind is None else f"{kind.code} {kind.label}"


def preview(statement: Statement, claim: Claim) -> str:
    """Return the one sentence that documents would say."""
    reported = _reported_by(claim)
    part = PARTS[claim.contribution]
    if claim.contribution is not Contribution.ASSOCIATED:
        part += f", {BROUGHT[claim.pathway]}"
    text = claim.text.strip().rstrip(".")
    return f"{statement.label}: {text}. {reported} {part}."


def _reported_by(claim: Claim) -> str:
    groups = len(claim.groups)
    labels = ", ".join(item.label for item in claim.evidence)
    if groups and labels:
        return f"Reported by {_groups(groups)}, and supported by {labels}."
    if groups:
        return f"Reported by {_groups(groups)}."
    return f"Supported by {labels}." if labels else "Nothing supports it yet."


def _groups(count: int) -> str:
    return "one group" if count == 1 else f"{count} groups"


def finding(claim: Claim) -> str:
    """Return what a reviewer reads first: what supports a claim, and what does not."""
    there = list(supported_by(claim))
    missing = [words for words in _respects() if words not in _shown(claim)]
    said = f"Supported by {'; '.join(there)}." if there else "Nothing supports it yet."
    return f"{said} Not shown: {'; '.join(missing)}." if missing else said


def supported_by(claim: Claim) -> Iterator[str]:
    """Yield what a claim rests on, in words."""
    if claim.groups:
        yield f"what {_groups(len(claim.groups))} said"
    for item in claim.evidence:
        yield f"{item.label}, {item.kind.words}"


def _respects() -> list[str]:
    return [respect.words for respect in claims.Supports]


def _shown(claim: Claim) -> set[str]:
    return {respect.words for item in claim.evidence for respect in item.supports}


def facts(statement: Statement, claim: Claim) -> list[Row]:
    """Return what is claimed, row by row; what was not said is said to be so."""
    others = "; ".join(kind_words(code) for code in claim.other_kinds)
    reached = ", ".join(sorted(each.words for each in claim.beneficiaries))
    rows = [
        ("Study", str(statement.study)),
        ("Kind of change", kind_words(claim.kind) if claim.kind else ""),
        ("Other kinds", others or "none"),
        ("Direction", claim.direction.words),
        ("Did somebody mean it?", claim.intent.words),
        ("Whom it reaches", reached),
        ("How far it reaches", claim.level.words),
        ("When it came", claim.horizon.words),
        ("How far it has come", claim.realised.words),
        ("What brought it", claim.pathway.words),
        ("The study's part", claim.contribution.words),
        ("Who else had a part", claim.other_contributors),
        ("First seen", _day(claim.first_seen)),
        ("Last confirmed", _day(claim.last_confirmed)),
        ("Strongest support", claim.verification.words),
        ("Reach and significance", _rated(claim)),
        ("In plain words", claim.plain_summary),
    ]
    return [Row(key, value or "(not said)") for key, value in rows]


def _day(value: Any) -> str:
    return "" if value is None else day(value)


def _rated(claim: Claim) -> str:
    if claim.reach is None and claim.significance is None:
        return "a reviewer says this"
    reach = "not rated" if claim.reach is None else f"{claim.reach} of 4"
    weight = "not rated" if claim.significance is None else f"{claim.significance} of 4"
    return f"reach {reach}; significance {weight}"


def figure_words(row: Quantity) -> str:
    """Return a figure as a sentence, with what it rests on."""
    value = f"£{number(row.value)}" if row.money_kind else number(row.value)
    said = f"{row.what}: {value} {row.unit}, {claims.Method(row.method).words}"
    if row.low is not None or row.high is not None:
        said += f" (from {_or(row.low)} to {_or(row.high)})"
    if row.baseline is not None:
        said += f"; before: {number(row.baseline)} in {row.baseline_period}"
    else:
        said += "; nothing is said of before"
    if row.money_kind:
        kind = claims.MoneyKind(row.money_kind).words
        said += f"; {kind}, in prices of {row.price_year}"
    if row.recurring:
        said += "; each year"
    return f"{said}."


def _or(value: float | None) -> str:
    return "not known" if value is None else number(value)


def sources_shown(
    sources: Iterable[Source], membership: Membership
) -> list[SourceShown]:
    """Return the answers behind a statement, with what their authors agreed to."""
    found = list(sources)
    consents, names = _consents(found), known_names() if found else ()
    named: dict[int, frozenset[int]] = {}
    shown = []
    for source in found:
        group = source.answer.response.group
        if group.campaign_id not in named:
            named[group.campaign_id] = named_groups(group.campaign)
        consent = SAID[source.answer.response_id in consents]
        if source.answer.response.withdrawn_on:
            consent = "was taken back, and supports nothing"
        words = group_words(group, named[group.campaign_id], membership)
        shown.append(SourceShown(source, words, _text(source, names), consent))
    return shown


def _text(source: Source, names: Collection[str]) -> str:
    if source.answer.response.withdrawn_on:
        return ""
    if is_locked(source.answer, names):
        return "(hidden until a coder has cleared it)"
    return text_of(source.answer)


def _consents(sources: Iterable[Source]) -> set[object]:
    responses = {source.answer.response_id for source in sources}
    given = Consent.objects.filter(
        response__in=responses,
        purpose__in=(Consent.Purpose.QUOTE, Consent.Purpose.QUOTE_NAMED),
        given=True,
        withdrawn_on=None,
    )
    return set(given.values_list("response", flat=True))


def state_words(statement: Statement) -> str:
    """Return where a statement stands."""
    return State(statement.state).words
