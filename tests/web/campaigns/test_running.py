"""What do pages tell while people answer, and what does closing do?"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from candela.errors import InputError, NotAllowed
from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from candela.web.campaigns import actions, inviting, work
from candela.web.campaigns.contacts import unseal
from candela.web.campaigns.models import (
    Campaign,
    Group,
    Invitation,
    NewsAddress,
    Told,
)
from candela.web.campaigns.standing import counted, standings, to_nearest_5
from candela.web.campaigns.telling import (
    Words,
    ask_for_news,
    is_due,
    publish,
    send_news,
    write,
)
from candela.web.house.forgetting import forget_contacts
from candela.web.jobs.handlers import periodic
from candela.web.jobs.models import Job
from candela.web.jobs.periods import Every
from candela.web.scoping import across_organisations, organisation_scope
from candela.web.studies.models import Milestone
from web.campaigns.conftest import NOW, do_next_job
from web.campaigns.filling import Person
from web.conftest import Place
from web.impact_places import make_response

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
ROOT = "/at/quillmere/impact/campaigns/"
LATER = NOW + 60 * DAY


@pytest.fixture
def closed(here: Place, open_campaign: Campaign) -> Campaign:
    """The campaign, closed a week ago."""
    with organisation_scope(here.organisation):
        actions.close(
            campaign=open_campaign,
            by=here.person(Role.COORDINATOR),
            now=NOW,
            rng=random.Random(1),
        )
    return open_campaign


def answer(place: Place, campaign: Campaign, role: str, times: int) -> Group:
    with organisation_scope(place.organisation):
        group = campaign.groups.get(role=role)
        for _ in range(times):
            make_response(place, group)
    return group


def test_counts_of_people_who_were_promised_not_to_be_known() -> None:
    # Below 8 none is like seven; from 8 on the nearest 5.
    assert [counted(n) for n in (0, 1, 7)] == [None, None, None]
    assert [counted(n) for n in (8, 12, 13, 64)] == [10, 10, 15, 65]
    assert [to_nearest_5(n) for n in (0, 2, 3, 7, 8)] == [0, 0, 5, 5, 10]


@pytest.mark.parametrize("answers", [0, 1, 7])
def test_below_8_the_page_of_an_anonymous_group_is_the_same_whatever_came_in(
    here: Place, open_campaign: Campaign, coordinator: Person, answers: int
) -> None:
    before = coordinator.sees(f"{ROOT}{open_campaign.pk}/progress/")
    answer(here, open_campaign, "participant", answers)
    after = coordinator.sees(f"{ROOT}{open_campaign.pk}/progress/")
    assert _without_what_changes(before) == _without_what_changes(after)
    assert "fewer than 8, not shown" in after


def test_from_8_on_it_is_told_to_the_nearest_5(
    here: Place, open_campaign: Campaign, coordinator: Person
) -> None:
    answer(here, open_campaign, "participant", 8)
    assert "about 10" in coordinator.sees(f"{ROOT}{open_campaign.pk}/progress/")


def _without_what_changes(page: str) -> str:
    return "\n".join(line for line in page.splitlines() if "csrf" not in line)


@pytest.mark.parametrize("role", ["participant", "clinician"])
def test_nobody_sees_who_of_a_group_that_is_not_named_has_answered(
    here: Place,
    open_campaign: Campaign,
    coordinator: Person,
    ask: Callable[..., Group],
    role: str,
) -> None:
    group = ask(role, "pat@example.org", "sam@example.org")
    with organisation_scope(here.organisation):
        group.invitations.update(state="sent", sent_on=NOW.date(), mail="left")
    before = coordinator.sees(f"{ROOT}{open_campaign.pk}/progress/")
    with organisation_scope(here.organisation):
        one = group.invitations.order_by("pk").first()
        assert one is not None
        group.invitations.filter(pk=one.pk).update(state="answered")
    after = coordinator.sees(f"{ROOT}{open_campaign.pk}/progress/")
    assert _without_what_changes(before) == _without_what_changes(after)
    assert "pat@example.org" not in after


def test_of_a_named_group_one_sees_who_has_not_answered(
    here: Place, open_campaign: Campaign, coordinator: Person
) -> None:
    with organisation_scope(here.organisation):
        rows = Invitation.objects.order_by("pk")
        rows.update(state="sent", sent_on=NOW.date(), mail="left")
        Invitation.objects.filter(pk=rows[0].pk).update(state="answered")
    page = coordinator.sees(f"{ROOT}{open_campaign.pk}/progress/")
    assert "Have not answered yet: the research team" in page
    assert "bob@example.org" in page
    assert "ann@example.org" not in page


@pytest.mark.parametrize("what", ["undelivered", "take_back"])
def test_who_notes_an_address_cannot_find_out_whether_its_owner_answered(
    here: Place,
    open_campaign: Campaign,
    coordinator: Person,
    ask: Callable[..., Group],
    what: str,
) -> None:
    others = ("pam@example.org", "sue@example.org")
    group = ask("participant", "pat@example.org", "sam@example.org", *others)
    with organisation_scope(here.organisation):
        keys = group.invitations.order_by("pk").values_list("pk", flat=True)
        numbers = list(keys)[:2]
        group.invitations.update(state="sent", sent_on=NOW.date(), mail="left")
        group.invitations.filter(pk=numbers[0]).update(state="answered")
    pages = [
        coordinator.sends(
            f"{ROOT}{open_campaign.pk}/addresses/",
            typed={"addresses": address},
            chosen={"what": what},
        ).replace(address, "somebody")
        for address in ("pat@example.org", "sam@example.org")
    ]
    assert "1 belong to this campaign" in pages[0]
    # The second page lists both; what is said of each is the same.
    assert pages[1].count("somebody") == pages[0].count("somebody")
    with organisation_scope(here.organisation):
        states = dict(group.invitations.values_list("pk", "state"))
    taken = "revoked" if what == "take_back" else "sent"
    assert [states[n] for n in numbers] == ["answered", taken]


def test_a_pause_takes_no_answers_and_a_go_on_does(
    here: Place, open_campaign: Campaign, coordinator: Person
) -> None:
    own = f"{ROOT}{open_campaign.pk}/progress/"
    assert "is paused" in coordinator.sends(own, do="pause")
    with across_organisations():
        assert Campaign.objects.get().status == "paused"
        assert set(Job.objects.values_list("status", flat=True)) == {"cancelled"}
    coordinator.sends(own, do="resume")
    with across_organisations():
        assert Campaign.objects.get().status == "open"
        assert Job.objects.filter(status="ready").count() == 1


def test_moving_the_close_moves_the_links_and_never_beyond_90_days(
    here: Place, open_campaign: Campaign
) -> None:
    person = here.person(Role.COORDINATOR)
    with organisation_scope(here.organisation):
        Invitation.objects.update(state="sent", sent_on=NOW.date())
        further = NOW.date() + 80 * DAY
        actions.extend(campaign=open_campaign, closes_on=further, by=person, now=NOW)
        assert set(Invitation.objects.values_list("expires_on", flat=True)) == {further}
        # It began a day before, so 90 days after that is 89 days from now.
        with pytest.raises(InputError, match="90 days after"):
            actions.extend(
                campaign=open_campaign,
                closes_on=NOW.date() + 90 * DAY,
                by=person,
                now=NOW,
            )


def test_closing_opens_the_boxes_ends_the_links_and_notes_the_milestone(
    here: Place, open_campaign: Campaign
) -> None:
    with organisation_scope(here.organisation):
        milestone = Milestone.objects.create(
            organisation=here.organisation,
            study=open_campaign.study,
            kind="close_out",
            due=NOW.date(),
        )
        open_campaign.milestone = milestone
        open_campaign.save()
        actions.close(
            campaign=open_campaign,
            by=here.person(Role.COORDINATOR),
            now=NOW,
            rng=random.Random(1),
        )
        assert Milestone.objects.get().done_on == NOW.date()
        assert not open_campaign.groups.filter(opened_at=None).exists()
        assert not Job.objects.filter(status="ready").exists()
        with pytest.raises(NotAllowed, match="nothing to close"):
            actions.close(campaign=open_campaign, by=None, now=NOW)


def test_before_closing_it_is_said_that_it_cannot_be_undone(
    open_campaign: Campaign, coordinator: Person
) -> None:
    page = coordinator.sees(f"{ROOT}{open_campaign.pk}/close/")
    assert "it cannot be undone" in page
    page = coordinator.sends(f"{ROOT}{open_campaign.pk}/close/")
    assert "It closed on" in page


def test_a_campaign_closes_by_itself_after_its_day(
    here: Place, open_campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    with organisation_scope(here.organisation):
        open_campaign.closes_on = NOW.date()
        open_campaign.save()
        Job.objects.all().delete()
    assert ("find-due-campaigns", Every.DAY) in {(k.name, k.every) for k in periodic()}
    assert work.past_their_day(NOW.date()) == []  # its last day is one to answer on
    tomorrow = NOW + DAY
    monkeypatch.setattr(work, "clock", lambda: tomorrow)
    with across_organisations():
        Job.objects.create(kind="find-due-campaigns", run_after=NOW)
    assert do_next_job(tomorrow)
    assert do_next_job(tomorrow)
    with across_organisations():
        found = Campaign.objects.get()
        assert (found.status, found.closed_at) == ("coding", tomorrow)


def test_a_paper_form_has_a_code_of_its_own_and_the_words_of_the_screen(
    here: Place, open_campaign: Campaign, coordinator: Person
) -> None:
    from candela.web.questionnaires.reading import form_of

    with organisation_scope(here.organisation):
        group = open_campaign.groups.get(role="participant")
        form = form_of(group.questionnaire)
    own = f"{ROOT}{open_campaign.pk}/paper/{group.pk}/"
    coordinator.sends(own, typed={"count": "3"})
    page = coordinator.sees(f"{own}print/")
    with organisation_scope(here.organisation):
        codes = list(group.invitations.values_list("code", flat=True))
    assert len(set(codes)) == 3
    for code in codes:
        assert page.count(f"Form {code}") == 1
    assert page.count(f"{form.key} {form.version}") == 3
    from html import escape

    for asked in form.questions:
        words = escape(asked.text, quote=True).replace("&#x27;", "&#39;")
        assert page.count(words) >= 3, asked.code
    assert "Do not write your name" in page
    refused = coordinator.sends(own, typed={"count": "298"})
    assert "There is a problem" in refused


def test_a_poster_has_a_square_a_code_and_a_word(
    here: Place, open_campaign: Campaign, coordinator: Person
) -> None:
    with organisation_scope(here.organisation):
        group = open_campaign.groups.get(role="participant")
    own = f"{ROOT}{open_campaign.pk}/poster/{group.pk}/"
    page = coordinator.sends(own, typed={"passphrase": "blue heron"})
    with organisation_scope(here.organisation):
        group.refresh_from_db()
    assert f"/ask/{group.door}/" in page
    assert "blue heron" in page
    drawing = coordinator.client.get(f"{own}square.svg")
    assert drawing.headers["Content-Type"] == "image/svg+xml"
    assert b"style" not in drawing.content
    assert drawing.content.startswith(b"<svg")
    picture = coordinator.client.get(f"{own}square.png")
    assert picture.content.startswith(b"\x89PNG")
    assert coordinator.client.get(f"{own}square.gif").status_code == 404
    code = group.door
    coordinator.sends(own, typed={"passphrase": ""})
    with organisation_scope(here.organisation):
        group.refresh_from_db()
    assert group.door == code  # what hangs on the wall goes on working


def told_of(here: Place, campaign: Campaign, **more: str) -> Told:
    words = {"heard": "Feet matter.", "did": "We check them.", "could_not": "", **more}
    return write(
        campaign=campaign, words=Words(**words), by=here.person(Role.COORDINATOR)
    )


def test_it_is_time_to_tell_30_days_after_the_close_until_it_is_told(
    here: Place, closed: Campaign
) -> None:
    assert closed.told_by == NOW.date() + 90 * DAY
    with organisation_scope(here.organisation):
        assert not is_due(closed, NOW.date() + 29 * DAY)
        assert is_due(closed, NOW.date() + 30 * DAY)
        told = told_of(here, closed)
        publish(told=told, by=here.person(Role.COORDINATOR), now=LATER)
        assert not is_due(closed, NOW.date() + 30 * DAY)


def test_what_is_told_is_seen_by_nobody_before_it_is_published_and_then_by_anybody(
    here: Place, closed: Campaign, coordinator: Person
) -> None:
    page = f"/told/{closed.public_id}/"
    own = f"{ROOT}{closed.pk}/told/"
    typed = {"heard": "Feet <b>matter</b>.", "did": "We check them."}
    shown = coordinator.sends(own, typed=typed, do="keep")
    assert "As an e-mail" in shown
    assert Client().get(page).status_code == 404
    coordinator.sends(own, do="publish")
    public = Client().get(page)
    assert public.status_code == 200
    assert "Feet &lt;b&gt;matter&lt;/b&gt;." in public.content.decode()
    assert "Fewer than 8 answered" in public.content.decode()
    assert Client().get("/told/zzzzzzzzzzzz/").status_code == 404


def test_what_is_told_counts_by_the_small_number_rule(
    here: Place, closed: Campaign
) -> None:
    with organisation_scope(here.organisation):
        publish(told=told_of(here, closed), by=here.person(Role.COORDINATOR), now=LATER)
    answer(here, closed, "researcher", 7)
    page = f"/told/{closed.public_id}/"
    assert "Fewer than 8" in Client().get(page).content.decode()
    answer(here, closed, "researcher", 1)
    assert "About 10 people" in Client().get(page).content.decode()


def test_who_asked_is_told_once_and_their_address_is_gone_as_it_leaves(
    here: Place, closed: Campaign
) -> None:
    with organisation_scope(here.organisation):
        for _ in range(2):
            ask_for_news(campaign=closed, address="dee@example.org")
        Invitation.objects.filter(pk=Invitation.objects.earliest("pk").pk).update(
            wants_news=True
        )
        publish(told=told_of(here, closed), by=here.person(Role.COORDINATOR), now=LATER)
    for _ in range(2):
        send_news(
            organisation=here.organisation,
            campaign=closed.pk,
            clock=lambda: LATER,
            beat=lambda: None,
        )
    receivers = sorted(m.to[0] for m in mail.outbox)
    assert receivers == ["ann@example.org", "dee@example.org"]
    assert all("Feet matter." in m.body for m in mail.outbox)
    assert all("Heron" not in m.subject for m in mail.outbox)
    with across_organisations():
        assert not NewsAddress.objects.exists()
        assert not Invitation.objects.filter(wants_news=True).exists()
        kept = Invitation.objects.exclude(contact_sealed="")
        assert {unseal(i.contact_sealed) for i in kept} == {
            "bob@example.org",
            "cat@example.org",
        }


def test_a_campaign_is_finished_once_people_were_told_or_it_is_said_why_not(
    here: Place, closed: Campaign, coordinator: Person
) -> None:
    person = here.person(Role.COORDINATOR)
    with organisation_scope(here.organisation), pytest.raises(InputError):
        actions.finish(campaign=closed, reason="", by=person, now=LATER)
    page = coordinator.sends(f"{ROOT}{closed.pk}/finish/", typed={"reason": ""})
    assert "There is a problem" in page
    page = coordinator.sends(
        f"{ROOT}{closed.pk}/finish/", typed={"reason": "Nobody answered."}
    )
    assert "People were not told: Nobody answered." in page
    with across_organisations():
        assert Campaign.objects.get().status == "finished"


def test_addresses_go_30_days_after_the_close_and_those_of_news_after_120(
    here: Place, closed: Campaign
) -> None:
    with organisation_scope(here.organisation):
        ask_for_news(campaign=closed, address="dee@example.org")
        Invitation.objects.filter(pk=Invitation.objects.earliest("pk").pk).update(
            wants_news=True
        )

    def left() -> tuple[int, int]:
        with across_organisations():
            kept = Invitation.objects.exclude(contact_sealed="").count()
            return kept, NewsAddress.objects.count()

    def deleted(now: datetime) -> None:
        with across_organisations():
            forget_contacts(now)

    deleted(NOW + 29 * DAY)
    assert left() == (3, 1)
    deleted(NOW + 30 * DAY)
    assert left() == (1, 1)
    with across_organisations():
        assert Campaign.objects.get().contacts_deleted_at == NOW + 30 * DAY
        assert Invitation.objects.count() == 3  # the rows stay, without an address
    deleted(NOW + 120 * DAY)
    assert left() == (0, 0)


def test_a_viewer_sets_up_nothing(
    here: Place, open_campaign: Campaign, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(here.person(Role.VIEWER))
    for page in ("", "progress/", "groups/", "look/"):
        assert client.get(f"{ROOT}{open_campaign.pk}/{page}").status_code == 403


def test_the_list_says_what_is_next(
    here: Place, closed: Campaign, coordinator: Person
) -> None:
    assert "1 campaign: none under way, 1 closed" in coordinator.sees(ROOT)
    assert "Next: read the answers." in coordinator.sees(ROOT)


def test_all_counts_of_a_campaign_take_two_queries(
    here: Place, open_campaign: Campaign, django_assert_max_num_queries: Any
) -> None:
    with (
        organisation_scope(here.organisation),
        django_assert_max_num_queries(3),
    ):
        assert len(standings(open_campaign)) == 4


def test_paper_forms_cannot_be_made_once_it_is_closed(
    here: Place, closed: Campaign
) -> None:
    with organisation_scope(here.organisation):
        group = closed.groups.get(role="participant")
        with pytest.raises(NotAllowed, match="closed"):
            inviting.make_sheets(group=group, count=1, by=here.person(Role.COORDINATOR))
