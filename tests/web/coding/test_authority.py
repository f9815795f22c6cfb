"""What do people try who want a statement to say what they wish?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client

from candela.errors import NotAllowed
from candela.web.accounts.models import Membership, User
from candela.web.accounts.permissions import Role
from candela.web.coding import editing, writing
from candela.web.coding.models import Evidence, Source, Statement, Support
from candela.web.coding.rubric import CHECKS
from candela.web.coding.steps import authors_of
from candela.web.coding.versions import keep_version
from candela.web.scoping import organisation_scope
from candela.web.studies.models import Colleague, StudyMember
from web.coding.pages import at, text_of
from web.conftest import Place
from web.impact_places import make_campaign, make_group, make_response, make_statement

pytestmark = pytest.mark.django_db

Browser = Callable[[User], Client]
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
VERIFY = {
    **{f"check_{key}": "yes" for key in CHECKS},
    "has_interest": "no",
    "decision": "verify",
}


@pytest.fixture
def statement(here: Place) -> Statement:
    """A statement with minutes that show the change, sent for review."""
    organisation = here.organisation
    with organisation_scope(organisation):
        made = make_statement(
            here, kind="W1", horizon="during_study", state="submitted"
        )
        evidence = Evidence.objects.create(
            organisation=organisation, number=1, kind="minutes", title="Minutes"
        )
        Support.objects.create(
            organisation=organisation,
            statement=made,
            evidence=evidence,
            supports=["change"],
        )
    return made


def in_state(here: Place, statement: Statement, state: str) -> Statement:
    with organisation_scope(here.organisation):
        Statement.objects.filter(pk=statement.pk).update(state=state)
        return Statement.objects.select_related("study").get(pk=statement.pk)


def give_roles(place: Place, user: User, *roles: Role) -> None:
    with organisation_scope(place.organisation):
        member = Membership.objects.get(user=user)
        member.roles = [role.value for role in roles]
        member.save()


def test_who_adds_a_figure_is_an_author_and_does_not_verify_it(
    here: Place, statement: Statement, signed_in: Browser
) -> None:
    reviewer = here.person(Role.REVIEWER)
    give_roles(here, reviewer, Role.REVIEWER, Role.CODER)
    draft = in_state(here, statement, "draft")
    with organisation_scope(here.organisation):
        editing.add_figure(
            statement=draft,
            values={"what": "saved", "value": 1e6, "unit": "GBP", "method": "measured"},
            by=reviewer,
            now=NOW,
        )
        assert reviewer.pk in authors_of(draft)
    in_state(here, statement, "submitted")
    path = at(here, f"statements/{statement.pk}/review/")
    said = text_of(signed_in(reviewer).post(path, VERIFY, follow=True))
    assert "You wrote this statement, so another person has to check it." in said


def test_who_wrote_an_earlier_version_does_not_verify_the_next(
    here: Place, statement: Statement
) -> None:
    """Their words still stand in it, whoever pressed the button for the next."""
    first, second = here.person(Role.CODER), here.person(Role.COORDINATOR)
    with organisation_scope(here.organisation):
        draft = in_state(here, statement, "draft")
        keep_version(draft, by=first, now=NOW)
        draft.version, draft.author = 2, second
        draft.save()
        assert authors_of(draft) == {first.pk, second.pk}


def test_a_decision_about_what_was_changed_meanwhile_is_not_taken(
    here: Place, statement: Statement, signed_in: Browser
) -> None:
    reviewer = signed_in(here.person(Role.REVIEWER))
    path = at(here, f"statements/{statement.pk}/review/")
    shown = reviewer.get(path).content.decode()
    assert f'name="edition" value="{statement.edition}"' in shown
    with organisation_scope(here.organisation):
        editing.support(
            statement=statement,
            evidence=Evidence.objects.get(),
            respects=["size"],
            note="",
            by=here.person(Role.CODER),
            now=NOW,
        )
    sent = reviewer.post(path, {**VERIFY, "edition": "1"})
    assert "was changed while you looked at it" in text_of(sent)
    assert f'name="edition" value="{statement.edition}"' in sent.content.decode()
    with organisation_scope(here.organisation):
        assert Statement.objects.get().state == "submitted"
    assert reviewer.post(path, {**VERIFY, "edition": "2"}).status_code == 302


def test_no_answer_is_tied_to_what_was_verified_without_it(
    here: Place, statement: Statement
) -> None:
    verified = in_state(here, statement, "verified")
    with organisation_scope(here.organisation):
        response = make_response(
            here, make_group(here, campaign_of(here, verified)), texts=["Nothing new."]
        )
        answer = response.answers.get(is_text=True)
        with pytest.raises(NotAllowed, match="verified without this answer"):
            writing.attach(
                answer=answer,
                number=verified.number,
                by=here.person(Role.CODER),
                now=NOW,
            )
        assert not Source.objects.exists()


def campaign_of(here: Place, statement: Statement) -> object:
    return make_campaign(here, statement.study)


def test_who_did_a_study_does_not_have_its_harm_counted_no_more(
    here: Place, statement: Statement
) -> None:
    harm = in_state(here, statement, "verified")
    lead = here.person(Role.COORDINATOR)
    with organisation_scope(here.organisation):
        other = make_statement(here, study=harm.study, state="verified")
        colleague = Colleague.objects.create(
            organisation=here.organisation, name="Ada Quill", user=lead
        )
        StudyMember.objects.create(
            organisation=here.organisation, study=harm.study, colleague=colleague
        )
        for person in (lead, here.person(Role.CODER)):  # did it; wrote it
            with pytest.raises(NotAllowed, match="another person says"):
                editing.repeat(statement=harm, of=other, by=person, now=NOW)
        outsider = here.person(Role.ADMINISTRATOR)
        editing.repeat(statement=harm, of=other, by=outsider, now=NOW)


def test_who_did_a_study_does_not_pass_over_what_was_said_of_it(
    here: Place, statement: Statement
) -> None:
    coder = here.person(Role.CODER)
    with organisation_scope(here.organisation):
        answer = make_response(here, statement.study, texts=["It hurt."]).answers.get(
            is_text=True
        )
        study = answer.response.group.campaign.study
        colleague = Colleague.objects.create(
            organisation=here.organisation, name="Ada Quill", user=coder
        )
        StudyMember.objects.create(
            organisation=here.organisation, study=study, colleague=colleague
        )
        with pytest.raises(NotAllowed, match="another person says"):
            writing.nothing_to_code(answer=answer, by=coder, now=NOW)
        writing.nothing_to_code(
            answer=answer, by=here.person(Role.COORDINATOR), now=NOW
        )


def test_what_is_verified_repeats_nothing_that_is_not(
    here: Place, statement: Statement
) -> None:
    """Else neither of the two would be counted."""
    verified = in_state(here, statement, "verified")
    with organisation_scope(here.organisation):
        draft = make_statement(here, study=verified.study)
        with pytest.raises(NotAllowed, match="neither would be counted"):
            editing.repeat(
                statement=verified,
                of=draft,
                by=here.person(Role.ADMINISTRATOR),
                now=NOW,
            )


def test_evidence_of_what_was_verified_does_not_become_weightier(
    here: Place, statement: Statement, signed_in: Browser
) -> None:
    in_state(here, statement, "published")
    with organisation_scope(here.organisation):
        item = Evidence.objects.get()
    coder = signed_in(here.person(Role.CODER))
    given = {
        "title": "Minutes of May",
        "kind": "minutes",
        "quality": "independent",
        "sensitivity": "internal",
    }
    path = at(here, f"evidence/{item.pk}/change/")
    assert "was verified with E1" in text_of(coder.post(path, given))
    sent = coder.post(path, {**given, "quality": item.quality})
    assert sent.status_code == 302
    with organisation_scope(here.organisation):
        item.refresh_from_db()
        assert (item.title, item.quality) == ("Minutes of May", "internal_record")


def test_who_only_reads_sees_what_was_verified_alone(
    here: Place, statement: Statement, signed_in: Browser
) -> None:
    viewer, path = signed_in(here.person(Role.VIEWER)), f"statements/{statement.pk}/"
    assert viewer.get(at(here, path)).status_code == 404
    assert statement.text not in text_of(viewer.get(at(here, "statements/")))
    verified = in_state(here, statement, "verified")
    assert viewer.get(at(here, path)).status_code == 200
    with organisation_scope(here.organisation):
        keep_version(verified, by=None, now=NOW)
    in_state(here, statement, "draft")  # its next version is being written
    assert viewer.get(at(here, path)).status_code == 200
    in_state(here, statement, "withdrawn")
    assert viewer.get(at(here, path)).status_code == 404


def test_what_repeats_a_statement_that_is_withdrawn_is_counted_in_its_place(
    here: Place, statement: Statement, signed_in: Browser
) -> None:
    """Else a publisher's one step would take two verified statements away."""
    verified = in_state(here, statement, "published")
    with organisation_scope(here.organisation):
        second, third, draft = (
            make_statement(here, study=verified.study, same_as=verified, state=state)
            for state in ("verified", "verified", "draft")
        )
    path = at(here, f"statements/{verified.pk}/step/")
    signed_in(here.person(Role.PUBLISHER)).post(path, {"step": "withdraw"})
    with organisation_scope(here.organisation):
        assert Statement.objects.get(pk=verified.pk).state == "withdrawn"
        for each in (second, third, draft):
            each.refresh_from_db()
        assert second.same_as is None
        assert third.same_as == draft.same_as == second
