"""What did a coder find in an answer, and do two coders find the same?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from candela.errors import TooFewData
from candela.impact.claims import Direction
from candela.stats.agreement import (
    Agreement,
    PooledAgreement,
    cohens_kappa,
    pooled_kappa,
)

__all__ = ["Coded", "CodersAgreement", "compare"]


@dataclass(frozen=True)
class Coded:
    """What one coder found in one answer; no kinds where there is nothing to code."""

    kinds: frozenset[str] = field(default_factory=frozenset)
    direction: Direction | None = None


@dataclass(frozen=True)
class CodersAgreement:
    """How far two coders agree, who each read the same answers unseen by the other.

    Attributes
    ----------
    answers, same
        Answers that both coded, and those in which they found the same kinds of change
        in the same direction.
    kinds
        Over kinds of change; nothing where these answers cannot tell.
    direction
        Over answers in which both found a change.
    why_not
        Why a figure is missing, as sentences.
    """

    answers: int
    same: int
    kinds: PooledAgreement | None
    direction: Agreement | None
    why_not: tuple[str, ...]


def compare(pairs: Iterable[tuple[Coded, Coded]]) -> CodersAgreement:
    """Return how far the first and the second coder of each answer agree."""
    pairs = list(pairs)
    why_not = []
    kinds: PooledAgreement | None = None
    direction: Agreement | None = None
    try:
        kinds = pooled_kappa([a.kinds for a, _ in pairs], [b.kinds for _, b in pairs])
    except TooFewData as error:
        why_not.append(_sentence("Kinds of change", error))
    found = [(a, b) for a, b in pairs if a.kinds and b.kinds]
    try:
        direction = cohens_kappa(
            [a.direction for a, _ in found], [b.direction for _, b in found]
        )
    except TooFewData as error:
        why_not.append(_sentence("Direction", error))
    return CodersAgreement(
        answers=len(pairs),
        same=sum(a == b for a, b in pairs),
        kinds=kinds,
        direction=direction,
        why_not=tuple(why_not),
    )


def _sentence(what: str, error: TooFewData) -> str:
    return f"{what}: {error}"
