"""Can everything be tried where it hurts nobody, and put back as it was?"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
from django.core import mail
from django.core.mail import send_mail
from django.test import Client

from candela.errors import NotAllowed
from candela.impact.lifecycle import State, verification_of
from candela.impact.worked_example import responses, worked_example
from candela.web.accounts.first_user import first_user_link
from candela.web.accounts.models import Membership, Organisation, User
from candela.web.accounts.permissions import Role
from candela.web.answering.models import Response
from candela.web.books.models import Book
from candela.web.campaigns import links
from candela.web.campaigns.models import Campaign, Group
from candela.web.coding.models import Statement
from candela.web.coding.values import claims_of
from candela.web.house import training
from candela.web.house.models import KeptLetter
from candela.web.mail import way_out
from candela.web.scoping import organisation_scope
from candela.web.stories.models import Report
from candela.web.studies.models import Study
from web.conftest import Place

pytestmark = pytest.mark.django_db
Browser = Callable[[User], Client]
Capture = Callable[..., AbstractContextManager[Any]]
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


def make(by: User | None = None) -> Organisation:
    return training.make_training_organisation(
        by=by, now=NOW, rng=np.random.default_rng(1)
    )


@pytest.fixture
def learner(db: None) -> User:
    """Somebody who keeps the service, and may do everything in the training."""
    user = User.objects.create_user(
        "learner@example.org", name="Lee Learner", is_operator=True
    )
    make(by=user)
    return user


@pytest.fixture
def place(learner: User) -> Organisation:
    found = training.training_organisation()
    assert found is not None
    return found


def test_the_example_has_claims_in_every_state_good_and_bad() -> None:
    states = {told["state"] for told in worked_example()["statements"]}
    left_out = {State.DECLINED, State.SUPERSEDED}
    assert states == set(State) - left_out
    directions = {
        t.get("direction", "positive") for t in worked_example()["statements"]
    }
    assert directions == {"positive", "negative", "mixed"}


def test_about_forty_people_answered_and_three_of_them_are_managers() -> None:
    told = list(responses())
    assert len(told) == 40
    assert sum(r.role == "manager" for r in told) == 3
    assert sum(r.role == "participant" for r in told) >= 8


def test_every_claim_of_the_example_rests_on_answers_that_were_given(
    place: Organisation,
) -> None:
    with organisation_scope(place):
        rows = {s.number: s for s in Statement.objects.prefetch_related("sources")}
        for told in worked_example()["statements"]:
            sources = rows[told["number"]].sources.count()
            assert sources == len(told.get("from", [])), told["number"]
        assert Response.objects.count() == 40


def test_what_is_verified_in_the_example_could_be_verified(place: Organisation) -> None:
    with organisation_scope(place):
        claims = claims_of(Statement.objects.all())
    checked = [claim for claim in claims if State(claim.state).counts]
    assert len(checked) >= 6
    alone = [c.label for c in checked if verification_of(c) == "self_report"]
    assert alone == []


def test_the_story_of_the_example_is_public_and_marked_in_page_and_file_names(
    place: Organisation,
) -> None:
    with organisation_scope(place):
        story = Report.objects.get()
    page = Client().get(f"/impact/{story.public_id}/").content.decode()
    assert 'class="candela-made-up"' in page
    assert "MADE-UP DATA" in page
    for suffix in ("docx", "pdf", "html", "csv", "json"):
        answer = Client().get(f"/impact/{story.public_id}/file.{suffix}")
        assert "made-up" in answer.headers["Content-Disposition"], suffix


def test_every_page_of_it_says_that_it_is_made_up_and_no_other_does(
    place: Organisation, learner: User, here: Place, signed_in: Browser
) -> None:
    client = signed_in(learner)
    for path in ("", "reports/", "studies/", "statements/"):
        page = client.get(f"/at/{place.slug}/impact/{path}").content.decode()
        assert 'class="candela-made-up"' in page, path
    other = signed_in(here.person(Role.ADMINISTRATOR))
    page = other.get("/at/quillmere/impact/reports/").content.decode()
    assert 'class="candela-made-up"' not in page


@pytest.fixture
def post(settings: Any) -> None:
    """Let letters leave as they do in the service, into a box that tests look into."""
    settings.EMAIL_BACKEND = "candela.web.mail.AfterCommit"
    settings.MAIL_THROUGH = "django.core.mail.backends.locmem.EmailBackend"


@pytest.mark.usefixtures("post")
def test_no_letter_leaves_it_and_each_can_be_read_there(
    place: Organisation,
    learner: User,
    signed_in: Browser,
    django_capture_on_commit_callbacks: Capture,
) -> None:
    with (
        django_capture_on_commit_callbacks(execute=True),
        organisation_scope(place),
    ):
        send_mail("A study", "Tell us: https://x.example/", None, ["p@example.org"])
    assert mail.outbox == []
    page = signed_in(learner).get(f"/at/{place.slug}/training/").content.decode()
    assert "1 letter would have been sent." in page
    assert "p@example.org" in page


@pytest.mark.usefixtures("post")
def test_letters_of_other_organisations_leave(
    here: Place, django_capture_on_commit_callbacks: Capture
) -> None:
    with (
        django_capture_on_commit_callbacks(execute=True),
        organisation_scope(here.organisation),
    ):
        send_mail("A study", "Tell us.", None, ["p@example.org"])
        assert KeptLetter.objects.count() == 0
    assert len(mail.outbox) == 1


def test_start_again_puts_everything_back(
    place: Organisation, learner: User, signed_in: Browser
) -> None:
    with organisation_scope(place):
        Statement.objects.update(text="Spoiled.")
        Study.objects.create(
            organisation=place, title="Mine", short_title="Mine", plain_name="mine"
        )
        KeptLetter.objects.create(organisation=place, sent_to="a@b.example", text="x")
    client = signed_in(learner)
    answer = client.post(f"/at/{place.slug}/training/again/", follow=True)
    assert "Everything is as it was at the start." in answer.content.decode()
    with organisation_scope(place):
        assert not Statement.objects.filter(text="Spoiled.").exists()
        assert Statement.objects.count() == len(worked_example()["statements"])
        assert Study.objects.count() == len(worked_example()["studies"])
        assert Report.objects.get().state == Report.State.RELEASED
        assert KeptLetter.objects.count() == 0
        assert Membership.objects.filter(user=learner).exists()


def test_only_a_training_organisation_is_started_again(
    here: Place, signed_in: Browser
) -> None:
    with organisation_scope(here.organisation), pytest.raises(NotAllowed):
        training.start_again(
            organisation=here.organisation,
            by=here.person(Role.ADMINISTRATOR),
            now=NOW,
            rng=np.random.default_rng(1),
        )
    client = signed_in(here.person(Role.ADMINISTRATOR))
    assert client.get("/at/quillmere/training/").status_code == 404
    assert client.post("/at/quillmere/training/again/").status_code == 404


def test_who_keeps_the_service_makes_one_and_no_second(
    learner: User, signed_in: Browser
) -> None:
    page = signed_in(learner).post("/system/training/", follow=True).content.decode()
    assert "There is a training organisation already." in page
    assert Organisation.objects.filter(is_training=True).count() == 1


def mounted_book(*, made_up: bool) -> None:
    owner = Organisation.objects.create(slug="this-service", name="This service")
    with organisation_scope(owner):
        Book.objects.create(
            organisation=owner,
            title="A book",
            state=Book.State.READY,
            is_mounted=True,
            made_up=made_up,
        )


@pytest.mark.parametrize("made_up", [True, False])
def test_it_is_offered_at_the_first_start_where_the_first_book_is_made_up(
    db: None, made_up: bool
) -> None:
    mounted_book(made_up=made_up)
    made = training.offer_training(now=NOW, rng=np.random.default_rng(1))
    assert (made is not None) == made_up
    again = training.offer_training(now=NOW, rng=np.random.default_rng(1))
    assert again is None


def test_it_is_not_offered_once_there_is_somebody(here: Place) -> None:
    mounted_book(made_up=True)
    assert training.offer_training(now=NOW, rng=np.random.default_rng(1)) is None


def test_whoever_joins_it_may_do_everything_there(learner: User) -> None:
    place = training.training_organisation()
    assert place is not None
    with organisation_scope(place):
        membership = Membership.objects.get(user=learner)
    assert set(membership.roles) == set(Role)


@pytest.mark.usefixtures("post")
def test_invitations_sent_one_by_one_are_kept_too(place: Organisation) -> None:
    letter = mail.EmailMessage("A study", "Tell us.", to=["p@example.org"])
    assert way_out(place).send_messages([letter]) == 1
    assert mail.outbox == []
    with organisation_scope(place):
        assert KeptLetter.objects.get().subject == "A study"


def test_who_answers_in_the_training_is_told_that_it_is_made_up(
    place: Organisation,
) -> None:
    with organisation_scope(place):
        group = Group.objects.get(role="participant")
        Campaign.objects.update(
            status="open", closed_at=None, closes_on=date(2099, 1, 1)
        )
        invitation = links.new(group=group, channel="paper")
        invitation.save()
    page = Client().get(f"/tell/{links.token_of(invitation)}/").content.decode()
    assert 'class="candela-made-up"' in page


def test_the_first_user_acts_for_their_own_organisation_and_may_try_the_training(
    db: None,
) -> None:
    make()
    link = first_user_link(NOW)
    assert link is not None
    client = Client()
    client.post(
        link,
        {
            "organisation": "Westerby Trust",
            "org_code": "",
            "name": "Fay First",
            "email": "fay@example.org",
            "password": "correct horse battery staple",
        },
    )
    page = client.get("/first-run/").content.decode()
    place = training.training_organisation()
    assert place is not None
    assert f'href="/at/{place.slug}/impact/"' in page
    assert 'href="/at/westerby-trust/impact/"' in page  # the door is their own
    assert client.get(f"/at/{place.slug}/impact/").status_code == 200
