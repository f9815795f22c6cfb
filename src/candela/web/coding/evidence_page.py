"""How is evidence told on a page?"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from candela.impact import claims
from candela.web.accounts.models import Membership
from candela.web.coding.evidence import may_open, title_for
from candela.web.coding.models import Evidence
from candela.web.parts import Row
from candela.web.shown import day, number

__all__ = ["EvidenceLine", "facts", "finding", "initial", "line", "link_words"]


@dataclass(frozen=True)
class EvidenceLine:
    """A piece of evidence in a list; its title is hidden from who may not open it."""

    evidence: Evidence
    title: str
    words: str
    opens: bool
    statements: tuple[Any, ...]


def finding(held: Collection[Evidence]) -> str:
    """Return how much there is, and what needs a look."""
    if not held:
        return "Nothing is held yet."
    items = "1 item" if len(held) == 1 else f"{len(held):,} items"
    dead = sum(each.url_works is False for each in held)
    links = "1 link no longer opens" if dead == 1 else f"{dead} links no longer open"
    names = sum(each.needs_redaction for each in held)
    need = "needs" if names == 1 else "need"
    return f"{items}; {links}; {names} {need} names taken out."


def line(evidence: Evidence, membership: Membership) -> EvidenceLine:
    """Return a piece of evidence as one line of a list."""
    opens = may_open(evidence, membership)
    words = [claims.EvidenceKind(evidence.kind).words]
    if evidence.dated:
        words.append(f"of {day(evidence.dated)}")
    words.append(claims.EvidenceQuality(evidence.quality).words)
    if evidence.url and opens:
        words.append(link_words(evidence))
    if evidence.needs_redaction:
        words.append("names have to be taken out")
    statements = sorted(
        (tie.statement for tie in evidence.supports.all()), key=lambda s: s.number
    )
    return EvidenceLine(
        evidence,
        title_for(evidence, membership),
        ", ".join(words),
        opens,
        tuple(statements),
    )


def link_words(evidence: Evidence) -> str:
    """Return whether the address still opens, as far as that was tried."""
    if evidence.url_checked_on is None or evidence.url_works is None:
        return "link not checked"
    works = "opened" if evidence.url_works else "did not open"
    return f"link {works} on {day(evidence.url_checked_on)}"


def facts(evidence: Evidence) -> list[Row]:
    """Return what is known of a piece of evidence, row by row."""
    copy = evidence.redacted_copy
    rows = [
        ("What it is", evidence.title),
        ("Kind", claims.EvidenceKind(evidence.kind).words),
        ("Date of the evidence", day(evidence.dated) if evidence.dated else ""),
        ("Who holds the original", evidence.holder),
        ("Weight", claims.EvidenceQuality(evidence.quality).words),
        ("Who may open it", claims.Sensitivity(evidence.sensitivity).words),
        ("Address", evidence.url),
        ("Does the address open?", link_words(evidence) if evidence.url else ""),
        ("File", _file_words(evidence)),
        ("Fingerprint", evidence.file_name[:12]),
        ("Copy with names taken out", copy.label if copy else ""),
        ("Added", _added(evidence)),
    ]
    return [Row(key, value) for key, value in rows if value]


def _file_words(evidence: Evidence) -> str:
    if not evidence.file_name:
        return ""
    return f"{evidence.given_name}, {number(max(evidence.size // 1000, 1))} kB"


def _added(evidence: Evidence) -> str:
    by = f" by {evidence.added_by}" if evidence.added_by else ""
    return f"on {day(evidence.added_at)}{by}"


def initial(evidence: Evidence) -> dict[str, Any]:
    """Return what is said of it, for a form."""
    names = (
        "title",
        "kind",
        "dated",
        "holder",
        "quality",
        "sensitivity",
        "needs_redaction",
        "url",
    )
    return {name: getattr(evidence, name) for name in names}
