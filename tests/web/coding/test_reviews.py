"""Nobody verifies their own words or their own study; what is refused is recorded."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candela.impact.lifecycle import State, Step
from candela.web.accounts.models import Membership, User
from candela.web.accounts.permissions import Role
from candela.web.audit.chain import verify_chain
from candela.web.audit.models import Event
from candela.web.campaigns.contacts import mark_of
from candela.web.campaigns.models import Invitation
from candela.web.coding import steps
from candela.web.coding.models import Evidence, Review, Source, Statement, Support
from candela.web.coding.numbering import next_number
from candela.web.coding.reviewing import waiting
from candela.web.coding.rubric import CHECKS, rubric
from candela.web.scoping import across_organisations, organisation_scope
from candela.web.studies.models import Colleague, StudyMember
from web.coding.pages import at, text_of
from web.conftest import Place
from web.impact_places import make_group, make_response, make_statement

pytestmark = pytest.mark.django_db

Browser = Callable[[User], Client]
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
VERIFY: dict[str, Any] = {
    **{f"check_{key}": "yes" for key in CHECKS},
    "has_interest": "no",
    "reach": "2",
    "significance": "3",
    "decision": "verify",
}


@pytest.fixture
def statement(here: Place) -> Statement:
    """A statement by the coder, with minutes that show the change, sent for review."""
    organisation = here.organisation
    with organisation_scope(organisation):
        response = make_response(here, make_group(here), texts=["Feet are checked."])
        made = make_statement(
            here,
            study=response.group.campaign.study,
            kind="W1",
            horizon="during_study",
            state="submitted",
        )
        Source.objects.create(
            organisation=organisation,
            statement=made,
            answer=response.answers.get(is_text=True),
        )
        evidence = Evidence.objects.create(
            organisation=organisation,
            number=next_number(Evidence, organisation),
            kind="minutes",
            title="Minutes",
        )
        Support.objects.create(
            organisation=organisation,
            statement=made,
            evidence=evidence,
            supports=["change"],
        )
    return made


@pytest.fixture
def reviewer(here: Place, signed_in: Browser) -> Client:
    return signed_in(here.person(Role.REVIEWER))


def page(place: Place, statement: Statement, rest: str = "review/") -> str:
    return at(place, f"statements/{statement.pk}/{rest}")


def state_of(place: Place, statement: Statement) -> str:
    with organisation_scope(place.organisation):
        return Statement.objects.get(pk=statement.pk).state


def give_roles(place: Place, user: User, *roles: Role) -> Membership:
    with organisation_scope(place.organisation):
        member = Membership.objects.get(user=user)
        member.roles = [role.value for role in roles]
        member.save()
    return member


def refusals_of(place: Place, user: User) -> list[Event]:
    with organisation_scope(place.organisation):
        return list(Event.objects.filter(action="access.refused", actor_id=user.pk))


def second_reviewer(place: Place) -> str:
    """Make the publisher a reviewer as well; return their name."""
    other = place.person(Role.PUBLISHER)
    give_roles(place, other, Role.PUBLISHER, Role.REVIEWER)
    return str(other)


def test_a_reviewer_sees_the_claim_beside_its_evidence_and_verifies_it(
    here: Place, statement: Statement, reviewer: Client
) -> None:
    said = text_of(reviewer.get(page(here, statement)))
    assert "Supported by what one group said; E1, minutes." in said
    assert "Not shown: that research brought it; how much; whom it reaches." in said
    assert reviewer.post(page(here, statement), VERIFY).status_code == 302
    assert state_of(here, statement) == "verified"
    with organisation_scope(here.organisation):
        review = Review.objects.get()
        now = Statement.objects.get(pk=statement.pk)
    assert review.reviewer == here.person(Role.REVIEWER)
    assert set(review.checks) == set(CHECKS)
    assert (now.reach, now.significance, now.rubric) == (2, 3, rubric().version)


def test_who_wrote_it_is_refused_in_words_and_the_refusal_stays_in_the_log(
    here: Place, statement: Statement, signed_in: Browser
) -> None:
    author = here.person(Role.CODER)
    give_roles(here, author, Role.CODER, Role.REVIEWER)
    client = signed_in(author)
    said = text_of(client.post(page(here, statement), VERIFY, follow=True))
    assert "You wrote this statement, so another person has to check it." in said
    assert "Reviewer Of Quillmere can check it." in said
    assert state_of(here, statement) == "submitted"
    (event,) = refusals_of(here, author)
    assert event.thing == f"statement:{statement.pk}"
    assert event.details == {"needed": "another person", "step": "verify"}
    assert verify_chain()[1] is None


def test_who_led_the_study_is_refused_and_another_reviewer_is_named(
    here: Place, statement: Statement, reviewer: Client
) -> None:
    lead = here.person(Role.REVIEWER)
    other = second_reviewer(here)
    with organisation_scope(here.organisation):
        colleague = Colleague.objects.create(
            organisation=here.organisation, name="Ada Heron", user=lead
        )
        statement.study.lead = colleague
        statement.study.save()
    said = text_of(reviewer.post(page(here, statement), VERIFY, follow=True))
    assert "You did this study, so another person has to check what it changed." in said
    assert f"{other} can check it." in said
    assert state_of(here, statement) == "submitted"
    assert len(refusals_of(here, lead)) == 1


def test_a_member_of_the_study_is_refused_and_nobody_else_is_there_to_name(
    here: Place, statement: Statement, reviewer: Client
) -> None:
    with organisation_scope(here.organisation):
        colleague = Colleague.objects.create(
            organisation=here.organisation, name="A", user=here.person(Role.REVIEWER)
        )
        StudyMember.objects.create(
            organisation=here.organisation, study=statement.study, colleague=colleague
        )
    said = text_of(reviewer.get(page(here, statement)))
    assert "Nobody else here can. Ask an administrator to add a reviewer." in said
    assert "Keep the decision" not in said


def test_who_gave_one_of_its_answers_is_refused(
    here: Place, statement: Statement, reviewer: Client
) -> None:
    with organisation_scope(here.organisation):
        response = statement.sources.get().answer.response
        response.invitation = Invitation.objects.create(
            organisation=here.organisation,
            group=response.group,
            nonce="n",
            token_hash="h",
            contact_mark=mark_of(
                here.person(Role.REVIEWER).email, campaign=response.group.campaign_id
            ),
        )
        response.save()
    said = text_of(reviewer.post(page(here, statement), VERIFY, follow=True))
    assert "One of the answers behind this statement is yours" in said
    assert state_of(here, statement) == "submitted"


def test_who_declares_an_interest_leaves_it_to_others(
    here: Place, statement: Statement, reviewer: Client
) -> None:
    sent = VERIFY | {"has_interest": "yes", "interest": "I lead the clinic."}
    said = text_of(reviewer.post(page(here, statement), sent, follow=True))
    assert "You declared an interest in this" in said
    assert state_of(here, statement) == "submitted"
    (event,) = refusals_of(here, here.person(Role.REVIEWER))
    assert "clinic" not in repr(event.content())


def test_a_claim_of_one_voice_without_evidence_cannot_be_verified(
    here: Place, statement: Statement, reviewer: Client
) -> None:
    with organisation_scope(here.organisation):
        Support.objects.all().delete()
    said = text_of(reviewer.post(page(here, statement), VERIFY, follow=True))
    assert "Only one voice says so." in said
    assert state_of(here, statement) == "submitted"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"check_size": ""}, "Not answered yet: “A size has a baseline and a method”"),
        ({"check_people": "no"}, "It cannot be verified yet: “Nobody could be"),
        ({"check_supported": "not_needed"}, "It cannot be verified yet: “Somebody"),
        ({"decision": "return"}, "Say what is missing"),
        ({"decision": "decline"}, "Say what is missing"),
    ],
)
def test_a_decision_without_its_grounds_is_asked_about_and_nothing_is_lost(
    here: Place,
    statement: Statement,
    reviewer: Client,
    changed: dict[str, str],
    words: str,
) -> None:
    sent = reviewer.post(page(here, statement), VERIFY | changed)
    assert words in text_of(sent)
    assert state_of(here, statement) == "submitted"


def test_a_size_may_not_apply(
    here: Place, statement: Statement, reviewer: Client
) -> None:
    reviewer.post(page(here, statement), VERIFY | {"check_size": "not_needed"})
    assert state_of(here, statement) == "verified"


def test_a_returned_statement_comes_back_to_its_author_with_the_reasons(
    here: Place, statement: Statement, reviewer: Client, signed_in: Browser
) -> None:
    sent = VERIFY | {"decision": "return", "reasons": "Say since when."}
    reviewer.post(page(here, statement), sent)
    author = signed_in(here.person(Role.CODER))
    said = text_of(author.get(page(here, statement, "")))
    assert "How it stands: returned to its author" in said
    assert "Why: Say since when." in said
    author.post(page(here, statement, "step/"), {"step": "submit"})
    assert state_of(here, statement) == "submitted"
    # Returning it does not make its reviewer an author: they can verify it now.
    reviewer.post(page(here, statement), VERIFY)
    assert state_of(here, statement) == "verified"


def test_the_queue_says_which_statements_are_for_others(
    here: Place, statement: Statement, reviewer: Client
) -> None:
    with organisation_scope(here.organisation):
        make_statement(here, state="submitted", author=here.person(Role.REVIEWER))
        assert len(waiting()) == 2
    said = text_of(reviewer.get(at(here, "reviews/")))
    assert "2 wait, and you can check 1." in said
    assert "You wrote this statement" in said


def verified(place: Place, statement: Statement, reviewer: Client) -> None:
    assert reviewer.post(page(place, statement), VERIFY).status_code == 302
    assert state_of(place, statement) == "verified"


def test_a_publisher_publishes_what_another_person_verified(
    here: Place, statement: Statement, reviewer: Client, signed_in: Browser
) -> None:
    verified(here, statement, reviewer)
    publisher = signed_in(here.person(Role.PUBLISHER))
    publisher.post(page(here, statement, "step/"), {"step": "publish"})
    assert state_of(here, statement) == "published"
    with organisation_scope(here.organisation):
        now = Statement.objects.get(pk=statement.pk)
    assert now.review_due is not None


def test_nobody_publishes_what_they_verified(
    here: Place, statement: Statement, reviewer: Client
) -> None:
    verified(here, statement, reviewer)
    give_roles(here, here.person(Role.REVIEWER), Role.REVIEWER, Role.PUBLISHER)
    sent = reviewer.post(
        page(here, statement, "step/"), {"step": "publish"}, follow=True
    )
    assert "another publisher decides about it" in text_of(sent)
    assert state_of(here, statement) == "verified"


def test_nothing_is_published_once_an_answer_behind_it_is_not_to_be_used(
    here: Place, statement: Statement, reviewer: Client, signed_in: Browser
) -> None:
    verified(here, statement, reviewer)
    with organisation_scope(here.organisation):
        response = statement.sources.get().answer.response
        response.consents.create(
            organisation=here.organisation, purpose="use_in_summary", given=False
        )
    publisher = signed_in(here.person(Role.PUBLISHER))
    sent = publisher.post(
        page(here, statement, "step/"), {"step": "publish"}, follow=True
    )
    assert "has not agreed to its use" in text_of(sent)
    assert state_of(here, statement) == "verified"


def test_a_published_statement_is_changed_as_its_next_version_only(
    here: Place, statement: Statement, reviewer: Client, signed_in: Browser
) -> None:
    verified(here, statement, reviewer)
    author = signed_in(here.person(Role.CODER))
    author.post(page(here, statement, "step/"), {"step": "revise"})
    with organisation_scope(here.organisation):
        now = Statement.objects.get(pk=statement.pk)
        kept = list(now.versions.values_list("version", "state"))
    assert (now.version, now.state) == (2, "draft")
    assert (1, "verified") in kept


def test_a_journey_leaves_at_least_four_lines_and_a_whole_chain(
    here: Place, statement: Statement, reviewer: Client, signed_in: Browser
) -> None:
    author = here.person(Role.CODER)
    give_roles(here, author, Role.CODER, Role.REVIEWER)
    signed_in(author).post(page(here, statement), VERIFY)
    reviewer.post(page(here, statement, "step/"), {"step": "take_up"})
    verified(here, statement, reviewer)
    signed_in(here.person(Role.PUBLISHER)).post(
        page(here, statement, "step/"), {"step": "publish"}
    )
    with organisation_scope(here.organisation):
        events = Event.objects.filter(thing=f"statement:{statement.pk}")
        assert [e.action for e in events.order_by("number")] == [
            "access.refused",
            "statement.take_up",
            "statement.verify",
            "statement.publish",
        ]
    assert verify_chain()[1] is None
    said = text_of(reviewer.get(page(here, statement, "")))
    assert "Reviewer Of Quillmere verified a statement on" in said


def test_what_was_published_two_years_ago_is_looked_at_again(
    here: Place, statement: Statement, reviewer: Client
) -> None:
    with organisation_scope(here.organisation):
        statement.state, statement.review_due = "published", NOW.date()
        statement.save()
        later = make_statement(
            here, state="published", review_due=NOW.date() + timedelta(days=1)
        )
    with across_organisations():
        assert steps.fall_due(NOW) == 1
        assert steps.fall_due(NOW) == 0
    assert state_of(here, statement) == "review_due"
    assert state_of(here, later) == "published"
    assert "See whether S-1 still holds" in text_of(reviewer.get(at(here, "reviews/")))
    reviewer.post(page(here, statement, "step/"), {"step": "confirm"})
    assert state_of(here, statement) == "published"
    said = text_of(reviewer.get(page(here, statement, "")))
    assert "The service marked a statement for another look on" in said


STEP_NEEDS = {
    Step.SUBMIT: {Role.CODER, Role.COORDINATOR, Role.ADMINISTRATOR},
    Step.VERIFY: {Role.REVIEWER},
    Step.RETURN: {Role.REVIEWER},
    Step.DECLINE: {Role.REVIEWER},
    Step.APPROVE: {Role.PUBLISHER},
    Step.PUBLISH: {Role.PUBLISHER},
}


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    roles=st.sets(st.sampled_from(list(Role)), min_size=1),
    state=st.sampled_from(list(State)),
    step=st.sampled_from(list(STEP_NEEDS)),
    wrote=st.booleans(),
)
def test_no_mix_of_roles_takes_a_step_that_none_of_them_may_take(
    here: Place,
    statement: Statement,
    roles: set[Role],
    state: State,
    step: Step,
    wrote: bool,
) -> None:
    user = here.person(Role.VIEWER)
    member = give_roles(here, user, *roles)
    with organisation_scope(here.organisation):
        now = Statement.objects.get(pk=statement.pk)
        now.author = user if wrote else here.person(Role.CODER)
        now.state = state.value
        now.save()
        allowed = not steps.why_not(now, step, member)
    if allowed:
        assert roles & STEP_NEEDS[step]
        assert not (wrote and step is not Step.SUBMIT)
