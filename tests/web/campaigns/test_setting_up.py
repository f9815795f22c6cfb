"""Does a new coordinator prepare a campaign with few fields, and lose nothing?"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client

from candela.errors import InputError, NotAllowed
from candela.impact.claims import Role as Answering
from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from candela.web.audit.models import Event
from candela.web.campaigns import actions, setting_up
from candela.web.campaigns.models import Campaign, Invitation
from candela.web.campaigns.plans import only_researchers
from candela.web.campaigns.sending import send_invitations
from candela.web.campaigns.tasks import ONLY_RESEARCHERS
from candela.web.jobs.models import Job
from candela.web.scoping import across_organisations, organisation_scope
from candela.web.studies.models import Study
from web.campaigns.conftest import NOW
from web.campaigns.filling import Person
from web.conftest import Place

pytestmark = pytest.mark.django_db

ROOT = "/at/quillmere/impact/campaigns/"


def pasted(count: int, *bad: str) -> str:
    """Return addresses as they come from a mail program, with bad lines among them."""
    lines = [f"Person {n} <person{n}@example.org>" for n in range(count)]
    for n, line in enumerate(bad, 3):
        lines.insert(n, line)
    return "\n".join(lines)


def test_a_new_coordinator_goes_through_the_six_tasks_in_12_fields(
    here: Place, coordinator: Person, study: Study
) -> None:
    page = coordinator.sends(f"{ROOT}new/", chosen={"study": str(study.pk)})
    assert "Who shall we ask, what, and when?" in page
    address = re.search(r"campaigns/(\d+)/groups/", page)
    assert address is not None
    own = f"{ROOT}{address[1]}/"
    assert page.count("To do") == 2  # governance and invitations
    assert "Cannot start yet" in page
    coordinator.sends(
        f"{own}governance/",
        typed={"reference": "SE-0412", "help_now": "Ward 4, 01234 567890"},
        chosen={"governance": "service_evaluation"},
    )
    coordinator.sends(f"{own}groups/", typed={"target_manager": "4"})
    coordinator.sends(f"{own}questions/")
    # 64 good addresses in four groups, and two lines that are not addresses.
    page = coordinator.sends(
        f"{own}invitations/",
        typed={
            "addresses_participant": pasted(40, "no address here", "ann@nowhere"),
            "addresses_clinician": "; ".join(f"c{n}@example.org" for n in range(12)),
            "addresses_manager": " ".join(f"m{n}@example.org" for n in range(4)),
            "addresses_researcher": "\t".join(f"r{n}@example.org" for n in range(8)),
        },
    )
    assert "line 4 of what you pasted" in page
    assert "line 5 of what you pasted" in page
    assert page.count("There is a problem") == 1
    assert "no address here\nann@nowhere</textarea>" in page
    with organisation_scope(here.organisation):
        assert Invitation.objects.count() == 40 + 12 + 4 + 8
    page = coordinator.sends(
        f"{own}invitations/", typed={"addresses_participant": "ann@nowhere.example"}
    )
    assert page.count("To do") == 1  # look and start
    coordinator.sends(f"{own}look/", do="try")
    assert len(mail.outbox) == 4
    page = coordinator.sends(f"{own}look/", do="start")
    assert "Nothing has been sent yet" in page
    page = coordinator.sends(f"{own}progress/", do="stop")
    assert "What had not left is kept" in page
    assert coordinator.typed <= 12, coordinator.typed
    assert coordinator.pressed <= 12, coordinator.pressed
    with across_organisations():
        campaign = Campaign.objects.get()
        assert set(Job.objects.values_list("status", flat=True)) == {"cancelled"}
        assert campaign.status == "planned"
    sent = send_invitations(
        organisation=here.organisation,
        campaign=campaign.pk,
        upto=10**6,
        clock=lambda: datetime.now(UTC) + timedelta(hours=1),
        beat=lambda n, total: None,
    )
    assert sent == 0
    assert len(mail.outbox) == 4  # only those to try


def test_what_one_sends_to_oneself_keeps_no_answer_and_says_that_it_is_to_try(
    here: Place, coordinator: Person, campaign: Campaign
) -> None:
    coordinator.sends(f"{ROOT}{campaign.pk}/look/", do="try")
    assert {m.to[0] for m in mail.outbox} == {here.person(Role.COORDINATOR).email}
    assert all(m.subject.startswith("To try: ") for m in mail.outbox)
    assert not any("/tell/" in m.body for m in mail.outbox)
    with across_organisations():
        assert not Invitation.objects.exists()
        assert Campaign.objects.get().tried_at is not None


def test_while_governance_is_not_decided_all_can_be_prepared_and_nothing_sent(
    here: Place, coordinator: Person, campaign: Campaign, ask: Callable[..., object]
) -> None:
    ask("participant", "ann@example.org")
    person = here.person(Role.COORDINATOR)
    with organisation_scope(here.organisation):
        campaign.governance = Campaign.Governance.UNDECIDED
        campaign.save()
        with pytest.raises(NotAllowed, match="not decided yet"):
            actions.start(campaign=campaign, by=person, now=NOW)
        assert not Job.objects.exists()
    page = coordinator.sees(f"{ROOT}{campaign.pk}/")
    assert "decide what kind of work it is (2)" in page


def test_one_is_warned_when_only_those_who_did_the_research_are_asked(
    here: Place, coordinator: Person, campaign: Campaign
) -> None:
    assert ONLY_RESEARCHERS not in coordinator.sees(f"{ROOT}{campaign.pk}/")
    coordinator.sends(
        f"{ROOT}{campaign.pk}/groups/",
        chosen={f"ask_{r}": None for r in ("participant", "clinician", "manager")},
    )
    assert ONLY_RESEARCHERS in coordinator.sees(f"{ROOT}{campaign.pk}/")
    assert only_researchers(frozenset({Answering.RESEARCHER, Answering.NURSE}))
    assert not only_researchers(frozenset({Answering.RESEARCHER, Answering.MANAGER}))
    assert not only_researchers(frozenset())


def test_one_is_told_that_a_small_group_is_never_shown_by_itself(
    coordinator: Person, campaign: Campaign
) -> None:
    page = coordinator.sends(
        f"{ROOT}{campaign.pk}/groups/", typed={"target_manager": "4"}
    )
    assert "Fewer than 8 of managers are asked" in page


def test_people_who_took_part_and_their_families_are_anonymous_unless_changed(
    here: Place, coordinator: Person, campaign: Campaign
) -> None:
    coordinator.sends(f"{ROOT}{campaign.pk}/groups/", chosen={"ask_carer": "on"})
    with organisation_scope(here.organisation):
        modes = dict(campaign.groups.values_list("role", "mode"))
    assert modes["participant"] == modes["carer"] == "anonymous"
    assert modes["clinician"] == "confidential"


def test_nobody_is_invited_twice_in_a_campaign_and_the_line_is_named(
    here: Place, coordinator: Person, campaign: Campaign, ask: Callable[..., object]
) -> None:
    ask("manager", "ann@example.org")
    page = coordinator.sends(
        f"{ROOT}{campaign.pk}/invitations/",
        typed={
            "addresses_participant": "bob@example.org\nANN@example.org, x@y.zz\n"
            "bob@example.org"
        },
    )
    assert "line 2: this address is in the campaign already, with managers" in page
    assert "line 3 repeats an address from above" in page
    with organisation_scope(here.organisation):
        assert Invitation.objects.count() == 1 + 2


def test_the_same_address_may_be_asked_in_another_campaign(
    here: Place, study: Study, campaign: Campaign, ask: Callable[..., object]
) -> None:
    ask("manager", "ann@example.org")
    person = here.person(Role.COORDINATOR)
    with organisation_scope(here.organisation):
        second = setting_up.begin(study=study, milestone=None, by=person, now=NOW)
        from candela.web.campaigns.inviting import invite

        group = second.groups.select_related("campaign").get(role="manager")
        assert invite(group=group, addresses=["ann@example.org"], by=person).added == 1
        marks = Invitation.objects.values_list("contact_mark", flat=True)
        assert len(set(marks)) == 2


def test_a_group_that_was_invited_is_not_left_out_unnoticed(
    here: Place, coordinator: Person, campaign: Campaign, ask: Callable[..., object]
) -> None:
    ask("manager", "ann@example.org")
    page = coordinator.sends(
        f"{ROOT}{campaign.pk}/groups/", chosen={"ask_manager": None}
    )
    assert "Take those back first, or keep the group" in page
    with organisation_scope(here.organisation):
        assert campaign.groups.filter(role="manager").exists()


def test_what_was_typed_is_kept_when_a_day_does_not_exist(
    coordinator: Person, campaign: Campaign
) -> None:
    page = coordinator.sends(
        f"{ROOT}{campaign.pk}/groups/",
        typed={"closes_on": "31 6 2027", "target_manager": "17"},
    )
    assert "There is a problem" in page
    assert 'value="31 6 2027"' in page
    assert 'value="17"' in page
    page = coordinator.sends(
        f"{ROOT}{campaign.pk}/groups/", typed={"closes_on": "1 1 2099"}
    )
    assert "within 90 days" in page


def test_once_started_neither_groups_nor_questions_nor_grounds_change(
    here: Place, open_campaign: Campaign
) -> None:
    person = here.person(Role.COORDINATOR)
    with organisation_scope(here.organisation):
        for change in (
            lambda: setting_up.choose_questions(
                campaign=open_campaign, chosen={}, by=person
            ),
            lambda: setting_up.drop(campaign=open_campaign, by=person),
        ):
            with pytest.raises(NotAllowed, match="has started"):
                change()
        with pytest.raises(InputError):
            actions.extend(
                campaign=open_campaign,
                closes_on=NOW.date() + timedelta(days=90),
                by=person,
                now=NOW,
            )


def test_a_campaign_that_asked_nobody_can_be_removed_with_all_its_addresses(
    here: Place, coordinator: Person, campaign: Campaign, ask: Callable[..., object]
) -> None:
    ask("manager", "ann@example.org")
    coordinator.sends(f"{ROOT}{campaign.pk}/remove/")
    with across_organisations():
        assert not Campaign.objects.exists()
        assert not Invitation.objects.exists()


def test_each_step_has_its_line_in_the_log_and_no_address_is_in_it(
    here: Place, campaign: Campaign, ask: Callable[..., object]
) -> None:
    ask("manager", "ann@example.org")
    with across_organisations():
        lines = list(Event.objects.values_list("action", "thing", "details"))
    told = {action for action, _, _ in lines}
    assert {"campaign.begun", "campaign.invited"} <= told
    assert "ann@" not in repr(lines)


def test_another_organisation_finds_nothing_of_a_campaign(
    there: Place, campaign: Campaign, signed_in: Callable[[User], Client]
) -> None:
    client = signed_in(there.person(Role.COORDINATOR))
    for page in ("", "groups/", "look/", "progress/", "told/", "invitations/"):
        for place in ("quillmere", "westerby"):
            address = f"/at/{place}/impact/campaigns/{campaign.pk}/{page}"
            assert client.get(address).status_code == 404
            assert client.post(address).status_code in (404, 405)


def test_before_a_start_it_is_said_that_e_mails_would_reach_nobody(
    here: Place, coordinator: Person, campaign: Campaign, settings: Any
) -> None:
    # The server edition is told its address; here it is as on one machine.
    settings.CONFIGURATION = replace(settings.CONFIGURATION, origin="")
    own = f"{ROOT}{campaign.pk}/"
    page = coordinator.sends(f"{own}look/", do="try")
    assert "reach nobody" not in page  # nobody was written to
    coordinator.sends(
        f"{own}invitations/", typed={"addresses_manager": "m@example.org"}
    )
    page = coordinator.sees(f"{own}look/")
    # 40 + 12 + 8 are hoped for, and of managers the one is asked whose address is there
    assert "You will ask 61 people in 4 groups" in page
    assert "This service has no mail server" in page
    assert "can be reached from this machine only" in page
    settings.CONFIGURATION = replace(
        settings.CONFIGURATION,
        origin="https://candela.example.nhs.uk",
        mail=replace(settings.CONFIGURATION.mail, host="mail.example.nhs.uk"),
    )
    page = coordinator.sees(f"{own}look/")
    assert "has no mail server" not in page
    assert "from this machine only" not in page
