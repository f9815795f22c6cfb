"""May this person take this step with a statement, and what happens then?

``candela.impact.lifecycle`` has the rules; here is how somebody stands to a statement,
and what is kept.  Who is refused is told why, and who could do it instead; the attempt
goes into the audit log and stays there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from candela.errors import NotAllowed
from candela.impact.claims import Claim
from candela.impact.lifecycle import Standing, State, Step, after, refusals
from candela.web.accounts.models import Membership, User
from candela.web.accounts.permissions import Permission, roles_with
from candela.web.answering.models import Answer, Consent
from candela.web.audit.actions import Action
from candela.web.campaigns.contacts import mark_of
from candela.web.coding.identifying import is_locked, known_names
from candela.web.coding.models import Statement
from candela.web.coding.values import claim_of
from candela.web.coding.versions import keep_version
from candela.web.coding.writing import record_of
from candela.web.studies.standing import has_done

__all__ = [
    "Refused",
    "authors_of",
    "fall_due",
    "may_be_used",
    "own_reasons",
    "possible_steps",
    "standing_of",
    "take",
    "why_not",
]

REVIEW_AFTER = timedelta(days=730)  # two years after it was published
EDITED_IN = (State.DRAFT, State.RETURNED)
RELEASES = (Step.APPROVE, Step.PUBLISH)
INDEPENDENT = (Step.TAKE_UP, Step.RETURN, Step.DECLINE, Step.VERIFY, Step.CONFIRM)


class Refused(NotAllowed):
    """Somebody may not take a step; the attempt is recorded."""


def take(
    *,
    statement: Statement,
    step: Step,
    membership: Membership,
    now: datetime,
    why: str = "",
    conflict: str = "",
) -> State:
    """Take a step with a statement, which is locked by who calls.

    Raises
    ------
    Refused
        In words for the person, with others who could; the attempt is recorded.
    """
    reasons = why_not(statement, step, membership, conflict=conflict)
    if reasons:
        record_of(
            Action.REFUSED, statement, membership.user, needed=_needed(step), step=step
        )
        raise Refused(" ".join(reasons))
    state = after(State(statement.state), step)
    assert state is not None, "a step that is not refused leads somewhere"
    statement.state = state.value
    _note(statement, step, now)
    statement.save()
    by = membership.user
    if step is Step.WITHDRAW:
        _count_repeats(statement, by)
    kept = keep_version(statement, by=by, now=now, why=why)
    record_of(Action[f"STATEMENT_{step.name}"], statement, by, kept=kept.pk)
    return state


def _count_repeats(statement: Statement, by: User) -> None:
    """Have the first repeat of a statement that is gone counted in its place.

    Else what others reported and somebody verified would be counted no more.
    """
    repeats = list(statement.repeats.order_by("number"))
    if not repeats:
        return
    counting = [each for each in repeats if State(each.state).counts]
    first = (counting or repeats)[0]
    for each in repeats:
        each.same_as = None if each is first else first
        each.save(update_fields=["same_as"])
        other = "" if each is first else first.label
        record_of(Action.STATEMENT_SAME_AS, each, by, other=other)


def fall_due(now: datetime) -> int:
    """Mark published statements whose time has come, in the scope of all."""
    due = Statement.objects.select_for_update().filter(
        state=State.PUBLISHED.value, review_due__lte=now.date()
    )
    rows = list(due)
    for statement in rows:
        statement.state = State.REVIEW_DUE.value
        _note(statement, Step.FALL_DUE, now)
        statement.save()
        kept = keep_version(statement, by=None, now=now)
        record_of(Action.STATEMENT_FALL_DUE, statement, None, kept=kept.pk)
    return len(rows)


def _note(statement: Statement, step: Step, now: datetime) -> None:
    """Note what a step changes besides the state."""
    statement.edition += 1
    statement.changed_at = now
    if step is Step.REVISE:
        statement.version += 1
        statement.author = None  # who writes the new version is its author
        statement.review_due = None
    if step in (Step.PUBLISH, Step.CONFIRM):
        statement.review_due = (now + REVIEW_AFTER).date()
    if step is Step.CONFIRM:
        statement.last_confirmed = now.date()


def _needed(step: Step) -> str:
    return "another person" if step in (*INDEPENDENT, *RELEASES) else "what it lacks"


def possible_steps(
    statement: Statement, membership: Membership
) -> dict[Step, tuple[str, ...]]:
    """Return the steps that lead on from here, each with why it cannot be taken."""
    claim = claim_of(statement)
    standing = standing_of(statement, membership)
    state = State(statement.state)
    return {
        step: _all_reasons(statement, step, claim, standing, membership)
        for step in Step
        if after(state, step) is not None
    }


def why_not(
    statement: Statement, step: Step, membership: Membership, *, conflict: str = ""
) -> tuple[str, ...]:
    """Return why this person may not take a step now, and who may."""
    claim = claim_of(statement)
    standing = standing_of(statement, membership, conflict=conflict)
    return _all_reasons(statement, step, claim, standing, membership)


def _all_reasons(
    statement: Statement,
    step: Step,
    claim: Claim,
    standing: Standing,
    membership: Membership,
) -> tuple[str, ...]:
    reasons = (
        *refusals(step, claim, standing),
        *_two_people(statement, step, membership.user),
    )
    is_own = standing.is_author or standing.did_study or standing.has_conflict
    if reasons and step in INDEPENDENT and (is_own or standing.gave_answer):
        reasons += (_who_else(statement, membership.user),)
    return reasons


def own_reasons(statement: Statement, membership: Membership) -> tuple[str, ...]:
    """Return why this member leaves a statement to others, and to whom.

    Nothing, where they neither wrote it nor did the study nor gave one of its answers.
    """
    standing = standing_of(statement, membership)
    if not (standing.is_author or standing.did_study or standing.gave_answer):
        return ()
    claim = replace(claim_of(statement), state=State.IN_REVIEW.value)
    reasons = refusals(Step.RETURN, claim, standing)
    return (*reasons, _who_else(statement, membership.user))


def standing_of(
    statement: Statement, membership: Membership, *, conflict: str = ""
) -> Standing:
    """Return how a member stands to a statement, and how its sources stand."""
    user = membership.user
    answers = list(
        Answer.objects.filter(sources__statement=statement).select_related(
            "response__invitation", "response__group"
        )
    )
    return Standing(
        writes=membership.may(Permission.CODE_ANSWERS),
        reviews=membership.may(Permission.REVIEW_STATEMENTS),
        publishes=membership.may(Permission.RELEASE_REPORTS),
        is_author=user.pk in authors_of(statement),
        did_study=has_done(user, statement.study),
        gave_answer=any(_is_from(answer, user) for answer in answers),
        has_conflict=bool(conflict),
        consent_checked=may_be_used(answers),
        identifiers_hidden=_is_cleared(answers),
    )


def authors_of(statement: Statement) -> set[int]:
    """Return who wrote a statement, or changed a word or a figure of it.

    Who wrote an earlier version is among them: its words may stand in the newest.
    """
    wrote = statement.versions.filter(
        state__in=[state.value for state in EDITED_IN]
    ).exclude(state=State.RETURNED.value, why__gt="")
    people = set(wrote.values_list("made_by", flat=True)) | {statement.author_id}
    return {person for person in people if person is not None}


def _is_from(answer: Answer, user: User) -> bool:
    """Say whether an answer is this person's own, where that can be known at all."""
    invitation = answer.response.invitation
    if invitation is None or not invitation.contact_mark:
        return False
    campaign = answer.response.group.campaign_id
    own: str = mark_of(user.email, campaign=campaign)
    return own == invitation.contact_mark


def may_be_used(answers: Collection[Answer]) -> bool:
    """Say whether all who gave these answers still agree to their use."""
    responses = {answer.response_id for answer in answers}
    against = Consent.objects.filter(
        response__in=responses, purpose=Consent.Purpose.SUMMARY
    )
    taken_back = any(answer.response.withdrawn_on for answer in answers)
    return not (
        taken_back
        or against.filter(given=False).exists()
        or against.exclude(withdrawn_on=None).exists()
    )


def _is_cleared(answers: Collection[Answer]) -> bool:
    names = known_names() if answers else ()
    return not any(is_locked(answer, names) for answer in answers)


def _two_people(statement: Statement, step: Step, user: User) -> Iterator[str]:
    """Refuse to publish what one wrote or verified oneself."""
    if step not in RELEASES:
        return
    if user.pk in authors_of(statement):
        yield "You wrote this statement, so another publisher decides about it."
    verified = statement.reviews.filter(
        version=statement.version, decision=Step.VERIFY.value, reviewer=user
    )
    if verified.exists():
        yield "You verified this statement, so another publisher decides about it."


def _who_else(statement: Statement, user: User) -> str:
    """Return who could check a statement in somebody's place."""
    wanted = {role.value for role in roles_with(Permission.REVIEW_STATEMENTS)}
    wrote = authors_of(statement)
    others = [
        str(member.user)
        for member in Membership.objects.select_related("user").exclude(user=user)
        if wanted & set(member.roles)
        and member.user_id not in wrote
        and not has_done(member.user, statement.study)
    ]
    if not others:
        return "Nobody else here can. Ask an administrator to add a reviewer."
    return f"{_listed(others)} can check it."


def _listed(names: list[str]) -> str:
    first = sorted(names)[:5]
    return first[0] if len(first) == 1 else f"{', '.join(first[:-1])} or {first[-1]}"
