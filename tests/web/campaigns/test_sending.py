"""Does everybody get each e-mail once, whatever stops, and nobody more than three?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends import locmem
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from candela.errors import NotAllowed
from candela.web.accounts.permissions import Role
from candela.web.audit.models import Event
from candela.web.campaigns import actions, work
from candela.web.campaigns.links import find
from candela.web.campaigns.models import Campaign, Group, Invitation
from candela.web.campaigns.reminders import APART, AT_MOST, due, is_due, next_round
from candela.web.campaigns.sending import (
    not_sent_yet,
    send_invitations,
    send_reminders,
)
from candela.web.jobs import queue
from candela.web.jobs.models import Job
from candela.web.scoping import across_organisations, organisation_scope
from web.campaigns.conftest import NOW, do_next_job
from web.conftest import Place

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
EVERYBODY = 10**6
LINK = re.compile(r"/tell/([\w-]{43})/\n")


def sent(campaign: Campaign, now: datetime = NOW) -> int:
    return send_invitations(
        organisation=campaign.organisation,
        campaign=campaign.pk,
        upto=EVERYBODY,
        clock=lambda: now,
        beat=lambda n, total: None,
    )


def reminded(campaign: Campaign, now: datetime) -> int:
    return send_reminders(
        organisation=campaign.organisation,
        campaign=campaign.pk,
        clock=lambda: now,
        beat=lambda: None,
    )


def receivers() -> Counter[str]:
    return Counter(address for message in mail.outbox for address in message.to)


def invitations() -> list[Invitation]:
    with across_organisations():
        return list(Invitation.objects.order_by("pk"))


def set_state(address: str, state: str) -> None:
    with across_organisations():
        order = ["ann@example.org", "bob@example.org", "cat@example.org"]
        number = list(Invitation.objects.order_by("pk"))[order.index(address)].pk
        Invitation.objects.filter(pk=number).update(state=state)


def test_each_gets_one_e_mail_with_a_link_of_their_own(open_campaign: Campaign) -> None:
    assert sent(open_campaign) == 3
    assert sent(open_campaign) == 0
    assert set(receivers().values()) == {1}
    tokens = {LINK.findall(m.body)[0] for m in mail.outbox}
    assert len(tokens) == 3
    assert {find(token) for token in tokens} == set(invitations())
    assert {i.mail for i in invitations()} == {"left"}
    assert {i.sent_on for i in invitations()} == {NOW.date()}


def test_an_e_mail_says_who_asks_why_how_long_and_how_to_say_no(
    open_campaign: Campaign,
) -> None:
    sent(open_campaign)
    message = mail.outbox[0]
    text = " ".join(message.body.split())
    assert "Quillmere Trust asks what the study “Heron study” changed" in text
    assert re.search(r"about \d+ minutes", text)
    assert "You get this since" in text
    assert "/no-thanks/" in text
    assert "You can answer until" in text
    assert "/no-thanks/>" in message.extra_headers["List-Unsubscribe"]
    assert message.content_subtype == "plain"
    assert message.alternatives == [] if hasattr(message, "alternatives") else True


def test_no_subject_names_the_study_unless_that_was_allowed(
    here: Place, open_campaign: Campaign
) -> None:
    sent(open_campaign)
    assert all("Heron" not in m.subject for m in mail.outbox)
    with organisation_scope(here.organisation):
        open_campaign.names_study_in_subject = True
        open_campaign.save()
    reminded(open_campaign, NOW + 8 * DAY)
    assert mail.outbox[-1].subject.startswith("Heron study: you can still tell us")


def test_nothing_leaves_in_the_first_ten_minutes_nor_after_stop(
    here: Place, campaign: Campaign, ask: Callable[..., Group]
) -> None:
    ask("researcher", "ann@example.org")
    person = here.person(Role.COORDINATOR)
    with organisation_scope(here.organisation):
        actions.start(campaign=campaign, by=person, now=NOW)
    early = NOW + timedelta(minutes=9, seconds=59)
    with across_organisations():
        (job,) = Job.objects.all()
    assert job.run_after == NOW + timedelta(minutes=10)
    assert queue.claim(early) is None
    assert sent(campaign, early) == 0
    with organisation_scope(here.organisation):
        actions.stop(campaign=campaign, by=person, now=early)
    assert queue.claim(NOW + DAY) is None
    assert sent(campaign, NOW + DAY) == 0
    assert mail.outbox == []
    assert campaign.status == "planned"


def test_after_stop_it_can_be_started_again_and_everybody_is_asked_once(
    here: Place, campaign: Campaign, ask: Callable[..., Group]
) -> None:
    ask("researcher", "ann@example.org", "bob@example.org")
    person = here.person(Role.COORDINATOR)
    with organisation_scope(here.organisation):
        for _ in range(2):
            actions.start(campaign=campaign, by=person, now=NOW)
            actions.stop(campaign=campaign, by=person, now=NOW)
        actions.start(campaign=campaign, by=person, now=NOW)
    assert sent(campaign, NOW + timedelta(minutes=10)) == 2
    assert set(receivers().values()) == {1}


@pytest.mark.parametrize("status", ["paused", "coding", "planned", "finished"])
def test_nothing_leaves_while_a_campaign_is_not_open(
    here: Place, open_campaign: Campaign, status: str
) -> None:
    with organisation_scope(here.organisation):
        open_campaign.status = status
        open_campaign.save()
    assert sent(open_campaign) == 0
    assert mail.outbox == []


def test_the_job_sends_and_notes_how_many(open_campaign: Campaign, monkeypatch) -> None:
    monkeypatch.setattr(work, "clock", lambda: NOW)
    assert do_next_job(NOW + timedelta(minutes=1))
    assert len(mail.outbox) == 3
    with across_organisations():
        assert Job.objects.get().result == {"sent": 3}
        line = Event.objects.get(action="campaign.sent")
    assert line.details == {"count": 3}


class Stops(locmem.EmailBackend):
    """A machine that stops dead as its second e-mail leaves."""

    left = 0

    def send_messages(self, messages: Any) -> int:
        Stops.left += 1
        if Stops.left == 2:
            raise KeyboardInterrupt
        return super().send_messages(messages)


def test_a_machine_that_stops_half_way_doubles_nothing_and_shows_the_one_in_doubt(
    here: Place, open_campaign: Campaign, settings: Any
) -> None:
    Stops.left = 0
    settings.MAIL_THROUGH = f"{__name__}.Stops"
    with pytest.raises(KeyboardInterrupt):
        sent(open_campaign)
    # The first left, the second may have, the third has not been touched.
    assert [i.mail for i in invitations()] == ["left", "leaving", "none"]
    settings.MAIL_THROUGH = "django.core.mail.backends.locmem.EmailBackend"
    assert sent(open_campaign) == 1
    assert receivers() == {"ann@example.org": 1, "cat@example.org": 1}
    with organisation_scope(here.organisation):
        actions.send_again(
            campaign=open_campaign, by=here.person(Role.COORDINATOR), now=NOW
        )
    assert sent(open_campaign) == 1
    assert receivers()["bob@example.org"] == 1


def test_sending_again_tells_nobody_who_has_answered_meanwhile(
    here: Place, open_campaign: Campaign
) -> None:
    sent(open_campaign)
    mail.outbox.clear()
    with organisation_scope(here.organisation):
        Invitation.objects.update(mail="leaving")
    set_state("ann@example.org", "answered")
    set_state("bob@example.org", "no_thanks")
    with organisation_scope(here.organisation):
        actions.send_again(
            campaign=open_campaign, by=here.person(Role.COORDINATOR), now=NOW
        )
        assert not_sent_yet(open_campaign.pk).count() == 3
    # The count is that of all three; one e-mail leaves.
    assert sent(open_campaign) == 3
    assert receivers() == {"cat@example.org": 1}
    assert [i.state for i in invitations()] == ["answered", "no_thanks", "sent"]
    assert {i.mail for i in invitations()} == {"left"}


class Refuses(locmem.EmailBackend):
    """A mail server that takes no e-mail."""

    def send_messages(self, messages: Any) -> int:
        raise SMTPServerDisconnected


class Absent(locmem.EmailBackend):
    """A mail server that is not there."""

    def open(self) -> bool:
        raise ConnectionRefusedError


def test_what_a_mail_server_does_not_take_is_shown_and_no_address_is_logged(
    open_campaign: Campaign, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.MAIL_THROUGH = f"{__name__}.Refuses"
    assert sent(open_campaign) == 0
    assert {i.mail for i in invitations()} == {"failed"}
    assert "SMTPServerDisconnected" in caplog.text
    assert "example.org" not in caplog.text


def test_where_there_is_no_mail_server_nothing_is_noted_and_the_job_says_so(
    open_campaign: Campaign, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.MAIL_THROUGH = f"{__name__}.Absent"
    monkeypatch.setattr(work, "clock", lambda: NOW)
    do_next_job(NOW + timedelta(minutes=1))
    assert {(i.state, i.mail) for i in invitations()} == {("new", "none")}
    with across_organisations():
        assert "cannot be reached" in Job.objects.get().message


def test_only_who_has_not_answered_is_reminded(open_campaign: Campaign) -> None:
    sent(open_campaign)
    set_state("ann@example.org", "answered")
    set_state("bob@example.org", "no_thanks")
    mail.outbox.clear()
    assert reminded(open_campaign, NOW + 7 * DAY) == 1
    assert receivers() == {"cat@example.org": 1}
    assert "you can still tell us until" in mail.outbox[0].subject


def test_an_address_whose_e_mail_came_back_is_not_reminded_and_its_link_works(
    here: Place, open_campaign: Campaign
) -> None:
    from candela.web.campaigns import links
    from candela.web.campaigns.inviting import note_undelivered

    sent(open_campaign)
    with organisation_scope(here.organisation):
        known = note_undelivered(
            campaign=open_campaign,
            addresses=["Ann@example.org", "nobody@example.org"],
            by=here.person(Role.COORDINATOR),
        )
    assert known == 1
    assert reminded(open_campaign, NOW + 7 * DAY) == 2
    found = find(links.token_of(invitations()[0]))
    assert found is not None
    assert links.usable(found, NOW)


def test_the_log_never_says_how_many_were_reminded(
    here: Place, open_campaign: Campaign, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(open_campaign)
    later = NOW + 8 * DAY
    with organisation_scope(here.organisation):
        actions.remind(
            campaign=open_campaign, by=here.person(Role.COORDINATOR), now=later
        )
    monkeypatch.setattr(work, "clock", lambda: later)
    with across_organisations():
        Job.objects.filter(kind="send-invitations").delete()
    assert do_next_job(later + timedelta(minutes=10))
    with across_organisations():
        line = Event.objects.get(action="campaign.reminders_sent")
        job = Job.objects.get(kind="send-reminders")
    assert line.details == {}
    assert (job.result, job.done, job.total) == ({}, 0, 0)


def test_a_round_of_reminders_that_was_stopped_does_not_count(
    here: Place, open_campaign: Campaign
) -> None:
    person, later = here.person(Role.COORDINATOR), NOW + 8 * DAY
    with organisation_scope(here.organisation):
        actions.remind(campaign=open_campaign, by=person, now=later)
        assert open_campaign.reminder_rounds == 1
        with pytest.raises(NotAllowed, match="two at most, seven days apart"):
            actions.remind(campaign=open_campaign, by=person, now=later + DAY)
        actions.stop(campaign=open_campaign, by=person, now=later)
    assert (open_campaign.reminder_rounds, open_campaign.reminded_on) == (0, None)
    assert open_campaign.status == "open"


def test_the_database_itself_knows_no_third_reminder(open_campaign: Campaign) -> None:
    sent(open_campaign)
    with across_organisations():
        rows = Invitation.objects.all()
        for wrong in ({"reminders": 3}, {"reminders": 1}):
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(**wrong)
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(reminders=1, reminded_on=NOW.date())  # the day it was sent


START = date(2026, 1, 1)
# One thing a day: nothing, a try to remind, an answer, no thank you, mail came back.
calendars = st.lists(
    st.sampled_from(["nothing", "remind", "answer", "no thanks", "came back"]),
    min_size=1,
    max_size=60,
)


@given(calendars)
def test_on_any_calendar_two_reminders_at_most_a_week_apart_and_none_after_no(
    calendar: list[str],
) -> None:
    invitation = Invitation(
        state="sent",
        contact_sealed="sealed",
        sent_on=START,
        expires_on=START + 50 * DAY,
    )
    got: list[date] = []
    ended: date | None = None
    for n, what in enumerate(calendar):
        today = START + n * DAY
        if what == "remind" and is_due(invitation, today):
            got.append(today)
            invitation.reminders += 1
            invitation.reminded_on = today
        elif what == "answer":
            invitation.state = "answered"
        elif what == "no thanks":
            invitation.state = "no_thanks"
        elif what == "came back":
            invitation.undelivered = True
        if what in ("answer", "no thanks", "came back") and ended is None:
            ended = today
    assert len(got) <= AT_MOST
    gaps = zip([START, *got], got, strict=False)
    assert all(later - earlier >= APART for earlier, later in gaps)
    assert ended is None or all(day <= ended for day in got)
    assert all(day <= START + 50 * DAY for day in got)


def test_the_rule_for_rows_is_the_rule_for_one(
    here: Place, open_campaign: Campaign
) -> None:
    sent(open_campaign)
    first = invitations()[0]
    week = NOW.date() + 7 * DAY
    changes: tuple[dict[str, Any], ...] = (
        {},
        {"state": "answered"},
        {"state": "no_thanks"},
        {"undelivered": True},
        {"contact_sealed": ""},
        {"channel": "paper"},
        {"reminders": 1, "reminded_on": NOW.date() + DAY},
        {"reminders": 2, "reminded_on": NOW.date() + DAY},
        {"expires_on": NOW.date() + 3 * DAY},
        {"expires_on": None},
    )
    with organisation_scope(here.organisation):
        for change in changes:
            with transaction.atomic():
                Invitation.objects.filter(pk=first.pk).update(**change)
                row = Invitation.objects.get(pk=first.pk)
                for n in range(-8, 30):
                    today = week + n * DAY
                    by_row = Invitation.objects.filter(due(today), pk=first.pk)
                    assert by_row.exists() == is_due(row, today), (change, n)
                transaction.set_rollback(True)


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({}, date(2026, 12, 2)),  # a week after it began
        ({"reminder_rounds": 1, "reminded_on": date(2026, 12, 2)}, date(2026, 12, 9)),
        ({"reminder_rounds": 2, "reminded_on": date(2026, 12, 9)}, None),
        ({"status": "paused"}, None),
        ({"closes_on": date(2026, 12, 1)}, None),
    ],
)
def test_the_next_round_comes_from_days_alone(
    more: dict[str, Any], expected: date | None
) -> None:
    campaign = Campaign(
        status="open",
        started_at=datetime(2026, 11, 25, 9, tzinfo=UTC),
        closes_on=date(2027, 1, 5),
    )
    for name, value in more.items():
        setattr(campaign, name, value)
    assert next_round(campaign) == expected


def test_a_participant_gets_four_e_mails_at_most(
    here: Place, open_campaign: Campaign
) -> None:
    from candela.web.campaigns.telling import Words, publish, send_news, write

    person = here.person(Role.COORDINATOR)
    for n in range(40):
        now = NOW + n * DAY
        sent(open_campaign, now)
        reminded(open_campaign, now)
    with organisation_scope(here.organisation):
        Invitation.objects.update(wants_news=True)
        actions.close(campaign=open_campaign, by=person, now=NOW + 41 * DAY)
        told = write(
            campaign=open_campaign, words=Words("We heard.", "We did.", ""), by=person
        )
        publish(told=told, by=person, now=NOW + 60 * DAY)
    for _ in range(3):
        send_news(
            organisation=here.organisation,
            campaign=open_campaign.pk,
            clock=lambda: NOW + 61 * DAY,
            beat=lambda: None,
        )
    # One invitation, two reminders, and what came of it.
    assert set(receivers().values()) == {4}
