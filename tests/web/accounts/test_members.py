"""Who may do what, who may change it, and does an administrator always stay?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from candela.errors import NotAllowed
from candela.web.accounts import actions
from candela.web.accounts.models import Membership, User
from candela.web.accounts.permissions import Role
from candela.web.books.models import Follow
from candela.web.scoping import across_organisations, organisation_scope
from web.accounts.steps import deeds, lines, question, words
from web.conftest import Place

pytestmark = pytest.mark.django_db

PLACE = "/at/quillmere/members/"
Browser = Callable[[User], Client]


@pytest.fixture
def admin(here: Place, signed_in: Browser) -> Client:
    return signed_in(here.person(Role.ADMINISTRATOR))


def membership(place: Place, role: Role) -> Membership:
    with across_organisations():
        return Membership.objects.select_related("organisation", "user").get(
            user=place.person(role)
        )


def page_of(place: Place, role: Role) -> str:
    return f"{PLACE}{membership(place, role).pk}/"


def test_the_page_counts_people_and_who_was_not_seen_for_90_days(
    admin: Client, here: Place
) -> None:
    """Seven people: two long not seen, one invited long ago and never here."""
    long_ago = timezone.now() - timedelta(days=91)
    with across_organisations():
        seen = Membership.objects.filter(
            user__in=[here.person(Role.CODER), here.person(Role.REVIEWER)]
        )
        seen.update(last_seen_at=long_ago)
        Membership.objects.filter(user=here.person(Role.VIEWER)).update(since=long_ago)
    page = words(admin.get(PLACE))
    assert "7 people; 3 have not signed in for 90 days." in page
    assert "Information Governance Of Quillmere" in page
    assert "information governance" in page
    assert "not yet" in page


def test_the_second_administrator_is_asked_for_first(
    admin: Client, here: Place
) -> None:
    hint = "Invite a second one first"
    assert hint in words(admin.get(PLACE))
    admin.post(page_of(here, Role.CODER), {"roles": ["coder", "administrator"]})
    assert hint not in words(admin.get(PLACE))


def test_who_may_see_members_and_not_change_them_gets_no_links(
    here: Place, signed_in: Browser
) -> None:
    client = signed_in(here.person(Role.COORDINATOR))
    page = client.get(PLACE).content.decode()
    assert "Coder Of Quillmere" in page
    assert f"{PLACE}invite/" not in page
    assert page_of(here, Role.CODER) not in page


def test_changing_roles_is_noted_with_before_and_after(
    admin: Client, here: Place
) -> None:
    page = page_of(here, Role.CODER)
    assert question(admin.get(page)) == (
        "Quillmere Trust: What may Coder Of Quillmere do?"
    )
    assert admin.post(page, {"roles": ["publisher", "viewer"]})["Location"] == PLACE
    assert membership(here, Role.CODER).roles == ["viewer", "publisher"]
    line = lines(by=here.person(Role.ADMINISTRATOR))[-1]
    assert line.details == {"before": ["coder"], "after": ["viewer", "publisher"]}
    assert line.thing == f"member:{here.person(Role.CODER).pk}"


def test_the_last_administrator_keeps_the_role(admin: Client, here: Place) -> None:
    response = admin.post(page_of(here, Role.ADMINISTRATOR), {"roles": ["viewer"]})
    assert "this person is the only administrator here" in words(response)
    assert membership(here, Role.ADMINISTRATOR).roles == ["administrator"]


def test_the_last_administrator_stays_a_member(admin: Client, here: Place) -> None:
    for place in (
        page_of(here, Role.ADMINISTRATOR) + "end/",
        "/account/leave/quillmere/",
    ):
        assert "the only administrator" in words(admin.get(place))
        assert "the only administrator" in words(admin.post(place))
    assert membership(here, Role.ADMINISTRATOR).roles == ["administrator"]


def test_the_rule_holds_below_the_pages_too(here: Place) -> None:
    last = membership(here, Role.ADMINISTRATOR)
    with organisation_scope(here.organisation):
        with pytest.raises(NotAllowed, match="only administrator"):
            actions.end_membership(membership=last, by=last.user)
        with pytest.raises(NotAllowed, match="only administrator"):
            actions.change_roles(membership=last, roles=["viewer"], by=last.user)


def test_one_of_two_administrators_may_go(admin: Client, here: Place) -> None:
    admin.post(page_of(here, Role.CODER), {"roles": ["administrator"]})
    response = admin.post(page_of(here, Role.ADMINISTRATOR) + "end/")
    assert response["Location"] == "/account/"
    assert admin.get(PLACE).status_code == 404, "they see nothing of it any more"


def test_ending_a_membership_ends_what_came_with_it(
    admin: Client, here: Place, there: Place, signed_in: Browser
) -> None:
    person = here.person(Role.CODER)
    for n, place in enumerate((here, there)):
        with organisation_scope(place.organisation):
            Follow.objects.create(
                organisation=place.organisation,
                user=person,
                org_code="ZA1",
                stop_token_hash=str(n),
            )
    theirs = signed_in(person)
    assert theirs.get("/account/leave/quillmere/").status_code == 200
    place = page_of(here, Role.CODER) + "end/"
    assert "Keep it" in words(admin.get(place))
    admin.post(place)
    with across_organisations():
        assert not Membership.objects.filter(user=person).exists()
        (left,) = Follow.objects.filter(user=person)
        assert left.organisation == there.organisation
    assert theirs.get("/account/leave/quillmere/").status_code == 404
    assert theirs.get("/account/").status_code == 200, "the account stays"
    assert deeds(by=here.person(Role.ADMINISTRATOR)) == ["member.removed"]


def test_leaving_is_ones_own_to_do(here: Place, signed_in: Browser) -> None:
    client = signed_in(here.person(Role.VIEWER))
    assert client.post("/account/leave/quillmere/")["Location"] == "/account/"
    assert "You belong to no organisation here" in words(client.get("/account/"))


def test_who_keeps_the_service_may_share_that_and_nobody_else(
    admin: Client, here: Place
) -> None:
    page = page_of(here, Role.CODER)
    assert "Keeps this service" not in words(admin.get(page))
    admin.post(page, {"roles": ["coder"], "keeps_service": "on"})
    assert not User.objects.get(pk=here.person(Role.CODER).pk).is_operator
    keeper = here.person(Role.ADMINISTRATOR)
    keeper.is_operator = True
    keeper.save()
    assert "Keeps this service" in words(admin.get(page))
    admin.post(page, {"roles": ["coder"], "keeps_service": "on"})
    assert User.objects.get(pk=here.person(Role.CODER).pk).is_operator
    assert deeds(by=keeper) == ["account.operator"]


def test_somebody_always_keeps_the_service(admin: Client, here: Place) -> None:
    keeper = here.person(Role.ADMINISTRATOR)
    keeper.is_operator = True
    keeper.save()
    response = admin.post(
        page_of(here, Role.ADMINISTRATOR), {"roles": ["administrator"]}
    )
    assert "this person is the only one who keeps the service" in words(response)
    assert User.objects.get(pk=keeper.pk).is_operator
