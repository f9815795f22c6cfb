"""Is what people were promised kept, whatever a coordinator does?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from candela.errors import NotAllowed
from candela.impact.claims import Role as Answering
from candela.web.accounts.permissions import Role
from candela.web.campaigns import actions, inviting, setting_up
from candela.web.campaigns.models import Campaign, Group, Invitation
from candela.web.campaigns.setting_up import Asked
from candela.web.scoping import organisation_scope
from web.campaigns.conftest import NOW, Ask
from web.campaigns.filling import Person
from web.conftest import Place

pytestmark = pytest.mark.django_db

ROOT = "/at/quillmere/impact/campaigns/"
FIVE = tuple(f"{name}@example.org" for name in ("ann", "bob", "cat", "dee", "eve"))


def start(here: Place, campaign: Campaign) -> None:
    with organisation_scope(here.organisation):
        actions.start(campaign=campaign, by=here.person(Role.COORDINATOR), now=NOW)


def test_nobody_is_asked_alone_and_told_that_nobody_knows_them(
    here: Place, campaign: Campaign, ask: Ask
) -> None:
    ask("participant", "ann@example.org")
    with pytest.raises(NotAllowed, match="one person alone would be asked"):
        start(here, campaign)
    ask("participant", "bob@example.org")
    start(here, campaign)


def test_one_person_and_a_poster_may_be_asked(
    here: Place, campaign: Campaign, ask: Ask
) -> None:
    group = ask("participant", "ann@example.org")
    with organisation_scope(here.organisation):
        inviting.open_door(group=group, passphrase="", by=here.person(Role.COORDINATOR))
    start(here, campaign)


def test_all_but_one_are_not_taken_back(
    here: Place, campaign: Campaign, ask: Ask
) -> None:
    """The one answer that came then would be known by who was left."""
    ask("participant", *FIVE)
    start(here, campaign)
    coordinator = here.person(Role.COORDINATOR)
    with organisation_scope(here.organisation):
        with pytest.raises(NotAllowed, match="one person alone would be asked"):
            inviting.take_back(campaign=campaign, addresses=FIVE[:4], by=coordinator)
        rows = Invitation.objects.filter(group__campaign=campaign)
        assert not rows.filter(undelivered=True).exists()
        inviting.take_back(campaign=campaign, addresses=FIVE[:3], by=coordinator)
        with pytest.raises(NotAllowed):  # one by one is no other way
            inviting.take_back(campaign=campaign, addresses=FIVE[3:4], by=coordinator)


def test_of_a_named_group_all_but_one_may_be_taken_back(
    here: Place, campaign: Campaign, ask: Ask
) -> None:
    ask("researcher", *FIVE)
    start(here, campaign)
    with organisation_scope(here.organisation):
        known = inviting.take_back(
            campaign=campaign, addresses=FIVE[:4], by=here.person(Role.COORDINATOR)
        )
    assert known == 4


@pytest.mark.parametrize("printed", ["paper", "poster"])
def test_what_is_printed_as_anonymous_stays_anonymous(
    here: Place, campaign: Campaign, printed: str
) -> None:
    coordinator = here.person(Role.COORDINATOR)
    with organisation_scope(here.organisation):
        group = campaign.groups.select_related("campaign").get(role="participant")
        if printed == "paper":
            inviting.make_sheets(group=group, count=2, by=coordinator)
        else:
            inviting.open_door(group=group, passphrase="", by=coordinator)
        with pytest.raises(NotAllowed, match="they say who can see what"):
            setting_up.choose_groups(
                campaign=campaign,
                asked=[Asked(Answering.PARTICIPANT, Group.Mode.IDENTIFIED, 40)],
                closes_on=NOW.date() + timedelta(days=30),
                by=coordinator,
                now=NOW,
            )
        group.refresh_from_db()
        assert group.mode == Group.Mode.ANONYMOUS


def test_nobody_is_added_alone_once_it_has_begun(
    here: Place, campaign: Campaign, ask: Ask
) -> None:
    ask("researcher", "fay@example.org")
    start(here, campaign)
    group = ask("participant", "ann@example.org")
    coordinator = here.person(Role.COORDINATOR)
    with organisation_scope(here.organisation):
        with pytest.raises(NotAllowed, match="one person alone would be asked"):
            actions.ask_to_send(campaign=campaign, by=coordinator, now=NOW)
        group.invitations.all().delete()
        with pytest.raises(NotAllowed, match="one person alone would be asked"):
            inviting.make_sheets(group=group, count=1, by=coordinator)
        assert len(inviting.make_sheets(group=group, count=2, by=coordinator)) == 2


def test_where_one_group_cannot_be_left_out_no_other_is(
    here: Place, campaign: Campaign, ask: Ask
) -> None:
    ask("researcher", *FIVE)  # the last of the groups: the others come before it
    with organisation_scope(here.organisation):
        before = set(campaign.groups.values_list("role", flat=True))
        with pytest.raises(NotAllowed, match="or keep the group"):
            setting_up.choose_groups(
                campaign=campaign,
                asked=[Asked(Answering.PARTICIPANT, Group.Mode.ANONYMOUS, 40)],
                closes_on=NOW.date() + timedelta(days=30),
                by=here.person(Role.COORDINATOR),
                now=NOW,
            )
        assert set(campaign.groups.values_list("role", flat=True)) == before


def test_who_would_leave_one_is_told_why_and_keeps_what_was_typed(
    here: Place, campaign: Campaign, ask: Ask, coordinator: Person
) -> None:
    ask("participant", *FIVE[:2])
    start(here, campaign)
    page = coordinator.sends(
        f"{ROOT}{campaign.pk}/addresses/",
        typed={"addresses": FIVE[0]},
        chosen={"what": "take_back"},
    )
    assert "one person alone would be asked" in page
    assert FIVE[0] in page
