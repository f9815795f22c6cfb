"""What may be done to a claim, by whom?

A claim is written, sent for review, verified, approved and published.  Who wrote it,
who did the study, and whose answer it rests on never reviews it.  Without evidence or
a second group nobody verifies it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from candela.impact.claims import (
    CLAIM_WORDS,
    Claim,
    EvidenceKind,
    EvidenceQuality,
    Verification,
    Worded,
)

__all__ = ["Standing", "State", "Step", "after", "refusals", "verification_of"]


class State(Worded):
    """Where a claim stands."""

    DRAFT = "draft", "draft"
    SUBMITTED = "submitted", "waiting for review"
    IN_REVIEW = "in_review", "being reviewed"
    RETURNED = "returned", "returned to its author"
    DECLINED = "declined", "declined"
    VERIFIED = "verified", "verified"
    APPROVED = "approved", "approved"
    PUBLISHED = "published", "published"
    REVIEW_DUE = "review_due", "to be looked at again"
    SUPERSEDED = "superseded", "replaced by a newer version"
    WITHDRAWN = "withdrawn", "withdrawn"

    @property
    def counts(self) -> bool:
        """Whether it is counted in a roll-up: somebody independent has checked it."""
        return self in {
            State.VERIFIED,
            State.APPROVED,
            State.PUBLISHED,
            State.REVIEW_DUE,
        }


class Step(Worded):
    """What may be done to a claim."""

    SUBMIT = "submit", "submitted"
    TAKE_UP = "take_up", "took up the review of"
    RETURN = "return", "returned"
    DECLINE = "decline", "declined"
    VERIFY = "verify", "verified"
    APPROVE = "approve", "approved"
    PUBLISH = "publish", "published"
    REVISE = "revise", "began a new version of"
    WITHDRAW = "withdraw", "withdrew"
    FALL_DUE = "fall_due", "marked for another look"
    CONFIRM = "confirm", "confirmed again"


_UNDER_REVIEW = (State.SUBMITTED, State.IN_REVIEW)
_CHECKED = tuple(state for state in State if state.counts)

# From which states a step leads where.  A decision may follow at once on being sent:
# taking up only tells the others that somebody has begun.  Replaced is what becomes of
# an earlier version when a later one is published; no step leads a claim there.
_STEPS: Mapping[Step, tuple[tuple[State, ...], State]] = {
    Step.SUBMIT: ((State.DRAFT, State.RETURNED), State.SUBMITTED),
    Step.TAKE_UP: ((State.SUBMITTED,), State.IN_REVIEW),
    Step.RETURN: (_UNDER_REVIEW, State.RETURNED),
    Step.DECLINE: (_UNDER_REVIEW, State.DECLINED),
    Step.VERIFY: (_UNDER_REVIEW, State.VERIFIED),
    Step.APPROVE: ((State.VERIFIED,), State.APPROVED),
    Step.PUBLISH: ((State.VERIFIED, State.APPROVED), State.PUBLISHED),
    Step.REVISE: ((*_CHECKED, State.DECLINED, State.WITHDRAWN), State.DRAFT),
    Step.WITHDRAW: (
        (State.DRAFT, State.RETURNED, *_UNDER_REVIEW, *_CHECKED),
        State.WITHDRAWN,
    ),
    Step.FALL_DUE: ((State.PUBLISHED,), State.REVIEW_DUE),
    Step.CONFIRM: ((State.PUBLISHED, State.REVIEW_DUE), State.PUBLISHED),
}

_DONE = {
    Step.SUBMIT: "sent for review",
    Step.TAKE_UP: "taken up for review",
    Step.RETURN: "returned",
    Step.DECLINE: "declined",
    Step.VERIFY: "verified",
    Step.APPROVE: "approved",
    Step.PUBLISH: "published",
    Step.REVISE: "revised",
    Step.WITHDRAW: "withdrawn",
    Step.FALL_DUE: "marked for another look",
    Step.CONFIRM: "confirmed again",
}

_REVIEWS = frozenset(
    {Step.TAKE_UP, Step.RETURN, Step.DECLINE, Step.VERIFY, Step.CONFIRM}
)
_RELEASES = frozenset({Step.APPROVE, Step.PUBLISH})
_VOUCHES = frozenset({Step.VERIFY, Step.CONFIRM, Step.PUBLISH})


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How a person stands to a claim, and what was checked of its sources.

    Attributes
    ----------
    writes, reviews, publishes
        What their role lets them do.
    is_author
        They wrote this version.
    did_study
        They led the study, are a member of it, or wrote what it brought forth.
    gave_answer
        One of the answers that it rests on is theirs.
    has_conflict
        They declared an interest of another kind.
    consent_checked
        Every answer behind it may be used so.
    identifiers_hidden
        Names and numbers in its sources are hidden.
    """

    writes: bool = False
    reviews: bool = False
    publishes: bool = False
    is_author: bool = False
    did_study: bool = False
    gave_answer: bool = False
    has_conflict: bool = False
    consent_checked: bool = False
    identifiers_hidden: bool = False


def after(state: State, step: Step) -> State | None:
    """Return where a step leads from a state, or nothing where it cannot be taken.

    Revising leads to a draft of the next version; what was published stays as it was.
    """
    begins, end = _STEPS[step]
    return end if state in begins else None


def verification_of(claim: Claim) -> Verification:
    """Return the strongest support that groups and evidence give a claim.

    An anecdote adds nothing to somebody's own report.  Two groups that both did the
    research are one voice: one of them must stand outside it.
    """
    weighty = [e for e in claim.evidence if e.quality is not EvidenceQuality.ANECDOTE]
    kinds = {item.kind for item in weighty}
    if any(item.quality is EvidenceQuality.INDEPENDENT for item in weighty):
        return Verification.EXTERNAL
    if kinds & {EvidenceKind.DATASET, EvidenceKind.SURVEY, EvidenceKind.FINANCE}:
        return Verification.MEASURED
    if kinds - {EvidenceKind.TESTIMONIAL}:
        return Verification.DOCUMENT
    if len(claim.groups) > 1 and not all(role.is_research for role in claim.groups):
        return Verification.SECOND_ROLE
    return Verification.SELF_REPORT


def refusals(step: Step, claim: Claim, standing: Standing) -> tuple[str, ...]:
    """Return why this person may not take this step, in words for them.

    Nothing means that they may.
    """
    state = State(claim.state)
    if after(state, step) is None:
        return (f"This statement is {state.words}. It cannot be {_DONE[step]} now.",)
    return (*_of_person(step, state, standing), *_of_claim(step, claim, standing))


def _of_person(step: Step, state: State, who: Standing) -> Iterator[str]:
    if step in {Step.SUBMIT, Step.REVISE} and not who.writes:
        yield "Only a coder or a coordinator can write statements."
    if step is Step.WITHDRAW and not _may_withdraw(state, who):
        yield "Only a publisher can withdraw a statement that was verified."
    if step in _RELEASES and not who.publishes:
        yield "Only a publisher can approve and publish statements."
    if step in _REVIEWS:
        yield from _not_independent(who)


def _may_withdraw(state: State, who: Standing) -> bool:
    return who.publishes or (not state.counts and (who.writes or who.is_author))


def _not_independent(who: Standing) -> Iterator[str]:
    if not who.reviews:
        yield "Only a reviewer can verify, return or decline statements."
    if who.is_author:
        yield "You wrote this statement, so another person has to check it."
    if who.did_study:
        yield "You did this study, so another person has to check what it changed."
    if who.gave_answer:
        yield (
            "One of the answers behind this statement is yours, so another person has "
            "to check it."
        )
    if who.has_conflict:
        yield "You declared an interest in this, so another person has to check it."


def _of_claim(step: Step, claim: Claim, standing: Standing) -> Iterator[str]:
    if step is Step.SUBMIT:
        yield from _not_complete(claim)
    if step in _VOUCHES and verification_of(claim) is Verification.SELF_REPORT:
        yield (
            "Only one voice says so. Tie evidence to this statement that is more than "
            "an anecdote, or an answer of a second group outside the research team."
        )
    if step is Step.PUBLISH and not standing.consent_checked:
        yield "Somebody behind this statement has not agreed to its use, or no longer."
    if step is Step.PUBLISH and not standing.identifiers_hidden:
        yield "An answer behind this statement still has names or numbers to hide."


def _not_complete(claim: Claim) -> Iterator[str]:
    words = len(claim.text.split())
    if not words:
        yield "Say in a sentence what changed."
    if words > CLAIM_WORDS:
        yield (
            f"The statement is {words} words long. Make it {CLAIM_WORDS} or fewer; "
            "the rest has room in the story."
        )
    if not claim.kind:
        yield "Choose the kind of change."
    if not claim.horizon:
        yield "Say when the change came."
    if not claim.groups and not claim.evidence:
        yield "Tie an answer or a piece of evidence to this statement."
