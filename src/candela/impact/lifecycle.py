"""What may be done to a claim, by whom?

A claim is written, submitted, reviewed, verified, approved and published.  Who wrote
it, and who did the study, never verifies it.
"""

from __future__ import annotations

from candela.impact.claims import Worded

__all__ = ["State", "Step"]


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
