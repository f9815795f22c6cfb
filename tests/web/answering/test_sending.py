"""Does an answer arrive exactly once, and as what its group promises?"""

from __future__ import annotations

import random

import pytest
from django.db import transaction

from candela.web.answering import drafts
from candela.web.answering.counts import answered, answered_by_group
from candela.web.answering.models import (
    AboutYou,
    Answer,
    Consent,
    Draft,
    Response,
    SealedAnswer,
)
from candela.web.answering.opening import open_box
from candela.web.answering.sending import AlreadySent, NotNow, Sent, said, send
from candela.web.answering.visits import find, through_door, was_sent
from candela.web.audit.actions import Action
from candela.web.audit.models import Event
from candela.web.campaigns.codes import new_code
from candela.web.campaigns.links import token_of
from candela.web.campaigns.models import Campaign, Group, Invitation
from candela.web.questionnaires.reading import form_of
from web.answering.places import NOW, TODAY, asking, scope
from web.conftest import Place

pytestmark = pytest.mark.django_db
Mode = Group.Mode


def test_a_link_that_was_opened_twenty_times_sends_once(here: Place) -> None:
    asked = asking(here, Mode.IDENTIFIED)
    token = asked.token()
    visits = [asked.visit(token) for _ in range(20)]
    asked.send(token)
    assert find(token, NOW) is None
    assert was_sent(token)

    with pytest.raises(AlreadySent, match="sent already"):
        send(visit=visits[3], sent=Sent({"any": "better"}), now=NOW)
    with scope(here):
        assert Response.objects.count() == 1
        assert Answer.objects.get().value == "no_change"


def test_a_named_answer_keeps_its_invitation_and_the_day(here: Place) -> None:
    asked = asking(here, Mode.IDENTIFIED)
    invitation = asked.invite("ada@quillmere.example")

    receipt = asked.send(
        token_of(invitation), answers={"any": "better", "more": "Thank you"}
    )
    with scope(here):
        response = Response.objects.get()
        assert (response.invitation, response.sent_on) == (invitation, TODAY)
        assert Consent.objects.filter(given=True).get().purpose == "use_in_summary"
    assert len(receipt.code) == len("abcd-efgh-jkmn")


def test_an_anonymous_answer_waits_in_the_box_and_leaves_no_response(
    here: Place,
) -> None:
    asked = asking(here)
    receipt = asked.send(asked.token(), quote="quote")
    assert receipt.code == ""
    with scope(here):
        assert Response.objects.count() == 0
        assert answered(asked.group) == 1
        assert SealedAnswer.objects.count() == 2  # and one about who they are
        open_box(group=asked.group, now=NOW, rng=random.Random(1))
        assert SealedAnswer.objects.count() == 0
        assert answered_by_group([asked.group.pk]) == {asked.group.pk: 1}
        response = Response.objects.get()
        assert response.invitation is None
        assert response.sent_on == TODAY.replace(day=1)
        assert Consent.objects.get(purpose="quote_anonymously").given
        assert not Consent.objects.get(purpose="quote_named").given


def test_a_box_that_was_opened_is_empty_and_is_noted_once(here: Place) -> None:
    asked = asking(here)
    asked.send(asked.token())
    with scope(here):
        assert open_box(group=asked.group, now=NOW, rng=random.Random(1)) == 1
        assert open_box(group=asked.group, now=NOW, rng=random.Random(1)) == 0
        lines = Event.objects.filter(action=Action.BOX_OPENED.value)
        assert [line.details for line in lines] == [{}]


def test_nobody_sends_into_a_box_that_was_opened(here: Place) -> None:
    asked = asking(here)
    token = asked.token()
    visit = asked.visit(token)
    with scope(here):
        open_box(group=asked.group, now=NOW, rng=random.Random(1))

    with pytest.raises(NotNow):
        send(visit=visit, sent=Sent({}), now=NOW)
    with scope(here):
        assert answered(asked.group) == 0
        assert Invitation.objects.get().state == Invitation.State.SENT


def test_a_campaign_that_was_paused_meanwhile_keeps_the_draft(here: Place) -> None:
    asked = asking(here)
    token = asked.token()
    visit = asked.visit(token)
    with scope(here):
        drafts.save(token, asked.group, drafts.Kept({"any": "better"}), today=TODAY)
        Campaign.objects.update(status=Campaign.Status.PAUSED)

    with pytest.raises(NotNow, match="kept"), transaction.atomic():
        send(visit=visit, sent=Sent({}), now=NOW)
    kept = drafts.read(token)
    assert kept is not None
    assert kept.answers == {"any": "better"}


def test_bands_about_people_wait_apart_from_what_they_said(here: Place) -> None:
    asked = asking(here, Mode.IDENTIFIED)
    asked.send(asked.token(), about={"age": "50_69"})
    asked.send(asked.token())
    with scope(here):
        assert AboutYou.objects.count() == 0
        assert answered(asked.group) == 2
        assert open_box(group=asked.group, now=NOW, rng=random.Random(1)) == 0
        assert [row.bands for row in AboutYou.objects.all()] == [{"age": "50_69"}]
        assert Response.objects.count() == 2


def test_text_that_may_tell_who_somebody_is_waits_for_a_person(here: Place) -> None:
    asked = asking(here, Mode.IDENTIFIED)
    asked.send(
        asked.token(),
        answers={"any": "better", "more": "Ring me on 07700 900123."},
    )
    asked.send(asked.token(), answers={"any": "better", "more": "I sleep better."})
    with scope(here):
        texts = Answer.objects.filter(is_text=True)
        assert sorted((t.redaction, t.shown) for t in texts) == [
            ("locked", ""),
            ("raw", "I sleep better."),
        ]
        assert not Answer.objects.filter(is_text=False, redaction="locked").exists()


@pytest.mark.parametrize(("paper", "kept"), [(7, False), (8, True)])
def test_the_way_of_answering_is_kept_where_eight_used_it(
    here: Place, paper: int, kept: bool
) -> None:
    asked = asking(here)
    for how, number in (("web", 9), ("paper", paper)):
        for _ in range(number):
            asked.send(asked.token(), how=how)
    with scope(here):
        open_box(group=asked.group, now=NOW, rng=random.Random(1))
        ways = set(Response.objects.values_list("how", flat=True))
    assert ways == ({"web", "paper"} if kept else {"unsaid"})


def test_who_comes_by_a_poster_sends_once_too(here: Place) -> None:
    asked = asking(here, door=new_code())
    visit = through_door(asked.group, now=NOW)
    assert visit is not None
    asked.send(visit.token)

    with pytest.raises(AlreadySent), transaction.atomic():
        send(visit=visit, sent=Sent({}), now=NOW)
    assert find(visit.token, NOW) is None
    with scope(here):
        assert answered(asked.group) == 1
        assert Draft.objects.count() == 0


def test_only_what_is_asked_after_these_answers_is_sent(here: Place) -> None:

    asked = asking(here)
    form = form_of(asked.group.questionnaire)
    given = {"any": "no_change", "health": "better", "about": ["health"]}
    assert said(form, given) == {"any": "no_change"}
