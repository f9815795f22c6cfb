"""Who may do what to a claim, for every state, step and kind of person."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candela.impact.claims import (
    Evidence,
    EvidenceKind,
    EvidenceQuality,
    Horizon,
    Role,
    Verification,
)
from candela.impact.lifecycle import (
    Standing,
    State,
    Step,
    after,
    refusals,
    verification_of,
)
from impact_claims import ROTA, a_claim

REVIEWER = Standing(reviews=True)
PUBLISHER = Standing(publishes=True, consent_checked=True, identifiers_hidden=True)
AUTHOR = Standing(writes=True, is_author=True)

# Rows are states, words are the steps that can be taken there and where they lead.
PATHS = {
    State.DRAFT: {"submit": "submitted", "withdraw": "withdrawn"},
    State.SUBMITTED: {
        "take_up": "in_review",
        "return": "returned",
        "decline": "declined",
        "verify": "verified",
        "withdraw": "withdrawn",
    },
    State.IN_REVIEW: {
        "return": "returned",
        "decline": "declined",
        "verify": "verified",
        "withdraw": "withdrawn",
    },
    State.RETURNED: {"submit": "submitted", "withdraw": "withdrawn"},
    State.DECLINED: {"revise": "draft"},
    State.VERIFIED: {
        "approve": "approved",
        "publish": "published",
        "revise": "draft",
        "withdraw": "withdrawn",
    },
    State.APPROVED: {
        "publish": "published",
        "revise": "draft",
        "withdraw": "withdrawn",
    },
    State.PUBLISHED: {
        "revise": "draft",
        "withdraw": "withdrawn",
        "fall_due": "review_due",
        "confirm": "published",
    },
    State.REVIEW_DUE: {
        "revise": "draft",
        "withdraw": "withdrawn",
        "confirm": "published",
    },
    State.SUPERSEDED: {},
    State.WITHDRAWN: {"revise": "draft"},
}


@pytest.mark.parametrize(("state", "step"), list(product(State, Step)))
def test_a_step_leads_where_the_table_says_and_nowhere_else(
    state: State, step: Step
) -> None:
    assert after(state, step) == PATHS[state].get(step)


@pytest.mark.parametrize(
    ("state", "step"), [(a, b) for a, b in product(State, Step) if b not in PATHS[a]]
)
def test_a_step_that_cannot_be_taken_is_refused_to_everybody(
    state: State, step: Step
) -> None:
    anybody = Standing(
        writes=True,
        reviews=True,
        publishes=True,
        consent_checked=True,
        identifiers_hidden=True,
    )
    (words,) = refusals(step, a_claim(state=state.value), anybody)
    assert words.startswith(f"This statement is {state.words}. It cannot be ")


def test_a_reviewer_who_stands_outside_may_verify() -> None:
    assert refusals(Step.VERIFY, a_claim(state="in_review"), REVIEWER) == ()


@pytest.mark.parametrize("step", ["take_up", "return", "decline", "verify"])
@pytest.mark.parametrize(
    ("tie", "words"),
    [
        ("is_author", "You wrote this statement, so another person has to check it."),
        ("did_study", "You did this study, so another person has to check"),
        ("gave_answer", "One of the answers behind this statement is yours"),
        ("has_conflict", "You declared an interest in this"),
    ],
)
def test_who_is_tied_to_a_claim_decides_nothing_about_it(
    step: str, tie: str, words: str
) -> None:
    claim = a_claim(state="submitted")
    (reason,) = refusals(Step(step), claim, replace(REVIEWER, **{tie: True}))
    assert reason.startswith(words)


def test_a_lead_who_is_also_a_publisher_may_publish_what_others_verified() -> None:
    lead = replace(PUBLISHER, did_study=True)
    assert refusals(Step.PUBLISH, a_claim(state="verified"), lead) == ()


@pytest.mark.parametrize(
    ("step", "state", "words"),
    [
        (Step.SUBMIT, "draft", "Only a coder or a coordinator"),
        (Step.REVISE, "published", "Only a coder or a coordinator"),
        (Step.VERIFY, "in_review", "Only a reviewer"),
        (Step.CONFIRM, "review_due", "Only a reviewer"),
        (Step.APPROVE, "verified", "Only a publisher"),
        (Step.WITHDRAW, "published", "Only a publisher"),
        (Step.WITHDRAW, "draft", "Only a publisher"),
    ],
)
def test_a_role_without_the_right_is_told_who_has_it(
    step: Step, state: str, words: str
) -> None:
    (reason,) = refusals(step, a_claim(state=state), Standing())
    assert reason.startswith(words)


def test_an_author_takes_back_a_draft_but_not_what_was_verified() -> None:
    assert refusals(Step.WITHDRAW, a_claim(state="draft"), AUTHOR) == ()
    assert refusals(Step.WITHDRAW, a_claim(state="verified"), AUTHOR) != ()


def test_a_claim_that_is_not_complete_is_not_sent_for_review() -> None:
    bare = a_claim(
        state="draft",
        text=" ",
        kind="",
        horizon=Horizon.NOT_SAID,
        groups=frozenset(),
        evidence=(),
    )
    assert refusals(Step.SUBMIT, bare, AUTHOR) == (
        "Say in a sentence what changed.",
        "Choose the kind of change.",
        "Say when the change came.",
        "Tie an answer or a piece of evidence to this statement.",
    )


def test_sixty_words_are_sent_for_review_and_sixty_one_are_not() -> None:
    sixty = a_claim(state="draft", text="word " * 60)
    assert refusals(Step.SUBMIT, sixty, AUTHOR) == ()
    (reason,) = refusals(Step.SUBMIT, replace(sixty, text="word " * 61), AUTHOR)
    assert reason.startswith("The statement is 61 words long. Make it 60 or fewer")


@pytest.mark.parametrize("groups", [{Role.RESEARCHER}, {Role.RESEARCHER, Role.NURSE}])
def test_without_evidence_or_a_group_outside_the_research_nobody_verifies(
    groups: set[Role],
) -> None:
    claim = a_claim(state="in_review", evidence=(), groups=frozenset(groups))
    (reason,) = refusals(Step.VERIFY, claim, REVIEWER)
    assert reason.startswith("Only one voice says so.")


def test_a_second_group_is_enough() -> None:
    groups = frozenset({Role.RESEARCHER, Role.MANAGER})
    claim = a_claim(state="in_review", evidence=(), groups=groups)
    assert refusals(Step.VERIFY, claim, REVIEWER) == ()


def test_what_lost_its_support_is_not_published() -> None:
    claim = a_claim(state="verified", evidence=())
    (reason,) = refusals(Step.PUBLISH, claim, PUBLISHER)
    assert reason.startswith("Only one voice")


@pytest.mark.parametrize("check", ["consent_checked", "identifiers_hidden"])
def test_nothing_is_published_before_both_checks(check: str) -> None:
    standing = replace(PUBLISHER, **{check: False})
    assert len(refusals(Step.PUBLISH, a_claim(state="approved"), standing)) == 1


@pytest.mark.parametrize(
    ("kind", "quality", "expected"),
    [
        ("testimonial", "anecdote", Verification.SELF_REPORT),
        ("document", "anecdote", Verification.SELF_REPORT),
        ("testimonial", "official_record", Verification.SELF_REPORT),
        ("minutes", "internal_record", Verification.DOCUMENT),
        ("url", "official_record", Verification.DOCUMENT),
        ("dataset", "internal_record", Verification.MEASURED),
        ("finance_record", "official_record", Verification.MEASURED),
        ("testimonial", "independent", Verification.EXTERNAL),
        ("dataset", "independent", Verification.EXTERNAL),
    ],
)
def test_verification_is_the_strongest_that_evidence_bears(
    kind: str, quality: str, expected: Verification
) -> None:
    item = replace(ROTA, kind=EvidenceKind(kind), quality=EvidenceQuality(quality))
    assert verification_of(a_claim(evidence=(item,))) is expected


evidence: st.SearchStrategy[Evidence] = st.builds(
    lambda kind, quality: replace(ROTA, kind=kind, quality=quality),
    st.sampled_from(EvidenceKind),
    st.sampled_from(EvidenceQuality),
)
ORDER = list(Verification)


@given(st.lists(evidence, max_size=3), evidence, st.sets(st.sampled_from(Role)))
def test_more_evidence_never_weakens_a_claim(
    some: list[Evidence], more: Evidence, groups: set[Role]
) -> None:
    less = a_claim(evidence=tuple(some), groups=frozenset(groups))
    both = replace(less, evidence=(*some, more))
    assert ORDER.index(verification_of(both)) >= ORDER.index(verification_of(less))


people = st.builds(
    Standing, **{field.name: st.booleans() for field in fields(Standing)}
)


@given(
    st.lists(st.tuples(st.sampled_from(Step), people), max_size=30),
    st.lists(evidence, max_size=2),
    st.sets(st.sampled_from(Role)),
)
def test_no_path_verifies_or_publishes_without_independence_and_support(
    tries: list[tuple[Step, Standing]], some: list[Evidence], groups: set[Role]
) -> None:
    claim = a_claim(state="draft", evidence=tuple(some), groups=frozenset(groups))
    checked = False
    for step, who in tries:
        if refusals(step, claim, who):
            continue
        found = after(State(claim.state), step)
        assert found is not None
        claim = replace(claim, state=found.value)
        independent = who.reviews and not (
            who.is_author or who.did_study or who.gave_answer or who.has_conflict
        )
        if step is Step.REVISE:
            checked = False
        if step is Step.VERIFY:
            checked = independent
        if State(claim.state).counts:
            assert checked
            assert verification_of(claim) is not Verification.SELF_REPORT
