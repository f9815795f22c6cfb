"""Whose rows are these?  Every hole that a scoped library leaves, tried."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django_scopes import ScopeError

from candela.errors import NotAllowed
from candela.web.accounts.models import Membership, Organisation, User
from candela.web.scoping import across_organisations, organisation_scope

pytestmark = pytest.mark.django_db


@pytest.fixture
def two() -> tuple[Organisation, Organisation, User]:
    here = Organisation.objects.create(slug="here", name="Here")
    there = Organisation.objects.create(slug="there", name="There")
    person = User.objects.create_user("ann@example.org", name="Ann")
    for organisation in (here, there):
        with organisation_scope(organisation):
            Membership.objects.create(
                organisation=organisation, user=person, roles=["viewer"]
            )
    return here, there, person


def test_without_a_scope_nothing_can_be_read(
    two: tuple[Organisation, Organisation, User],
) -> None:
    with pytest.raises(ScopeError):
        list(Membership.objects.all())


def test_in_nobodys_scope_there_are_no_rows(
    two: tuple[Organisation, Organisation, User],
) -> None:
    with organisation_scope(None):
        assert list(Membership.objects.all()) == []


def test_a_scope_shows_its_own_rows_only_also_by_the_base_manager_and_relations(
    two: tuple[Organisation, Organisation, User],
) -> None:
    here, _, person = two
    with organisation_scope(here):
        for found in (
            Membership.objects.all(),
            Membership._base_manager.all(),
            person.memberships.all(),
        ):
            assert [m.organisation_id for m in found] == [here.pk]


def test_a_row_of_another_cannot_be_made_changed_or_removed_in_a_scope(
    two: tuple[Organisation, Organisation, User],
) -> None:
    here, there, person = two
    with across_organisations():
        theirs = Membership.objects.get(organisation=there)
    other = User.objects.create_user("bob@example.org", name="Bob")
    with organisation_scope(here):
        with pytest.raises(NotAllowed, match="another organisation"):
            Membership.objects.create(organisation=there, user=other, roles=["coder"])
        with pytest.raises(NotAllowed, match="another organisation"):
            Membership.objects.bulk_create(
                [Membership(organisation=there, user=other, roles=["coder"])]
            )
        with pytest.raises(NotAllowed, match="another organisation"):
            theirs.save()
        with pytest.raises(NotAllowed, match="another organisation"):
            theirs.delete()
        with pytest.raises(NotAllowed, match="never moves"):
            Membership.objects.filter(user=person).update(organisation=there)
        assert Membership.objects.filter(pk=theirs.pk).update(roles=["coder"]) == 0
    with across_organisations():
        assert Membership.objects.count() == 2
        assert Membership.objects.get(pk=theirs.pk).roles == ["viewer"]


def test_an_error_of_the_database_in_a_scope_is_told_as_itself(
    two: tuple[Organisation, Organisation, User],
) -> None:
    here, _, person = two
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        organisation_scope(here),
    ):
        Membership.objects.create(organisation=here, user=person, roles=["coder"])
