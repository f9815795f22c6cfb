"""Which book came before this one?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from candela.web.accounts.permissions import Role
from candela.web.books.models import Book
from candela.web.books.versions import earlier_version, newest_version, versions_of
from candela.web.scoping import across_organisations, organisation_scope
from web.conftest import Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def make() -> Callable[..., Book]:
    """Return a function that adds the row of a book that was built in a year."""

    def row(place: Place, year: int, **more: Any) -> Book:
        given = {"title": "Figures", "state": Book.State.READY, "made_up": True}
        with organisation_scope(place.organisation):
            return Book.objects.create(
                organisation=place.organisation,
                built_on=date(year, 5, 1),
                seal=f"{year}",
                **{**given, **more},
            )

    return row


def test_the_version_before_is_the_last_that_was_built_before(
    here: Place, make: Callable[..., Book]
) -> None:
    first, third, second = (make(here, year) for year in (2022, 2024, 2023))
    reader = here.person(Role.VIEWER)
    assert versions_of(second, reader) == [third, second, first]
    assert earlier_version(third, reader) == second
    assert earlier_version(second, reader) == first
    assert earlier_version(first, reader) is None
    assert newest_version(first, reader) == third


def test_of_two_built_on_one_day_the_one_added_first_is_before(
    here: Place, make: Callable[..., Book]
) -> None:
    first, second = make(here, 2024), make(here, 2024)
    reader = here.person(Role.VIEWER)
    assert earlier_version(second, reader) == first
    assert earlier_version(first, reader) is None


def test_one_line_has_one_title_or_one_protocol(
    here: Place, make: Callable[..., Book]
) -> None:
    renamed = make(here, 2022, title="Old name", protocol="jonker_2018")
    other = make(here, 2023, title="Another study", protocol="ozdemir_2015")
    latest = make(here, 2024, title="New name", protocol="jonker_2018")
    reader = here.person(Role.VIEWER)
    assert earlier_version(latest, reader) == renamed
    assert earlier_version(other, reader) is None
    # Books without a protocol are not one line for having none.
    make(here, 2020, title="Plain", protocol="")
    assert earlier_version(make(here, 2025, title="Bare", protocol=""), reader) is None


def test_made_up_data_are_no_version_of_real_ones(
    here: Place, make: Callable[..., Book]
) -> None:
    make(here, 2022, made_up=True)
    real = make(here, 2023, made_up=False)
    assert earlier_version(real, here.person(Role.VIEWER)) is None


def test_what_somebody_may_not_read_is_no_version_for_them(
    here: Place, there: Place, make: Callable[..., Book]
) -> None:
    private = make(here, 2022)
    public = make(here, 2023, is_public=True)
    make(there, 2021)
    assert earlier_version(public, here.person(Role.VIEWER)) == private
    assert earlier_version(public, there.person(Role.VIEWER)) is None
    assert earlier_version(public, None) is None
    with across_organisations():
        Book.objects.filter(pk=private.pk).update(state=Book.State.WITHDRAWN)
    assert earlier_version(public, here.person(Role.VIEWER)) is None


def test_a_book_that_is_not_checked_has_no_versions(
    here: Place, make: Callable[..., Book]
) -> None:
    make(here, 2022)
    with organisation_scope(here.organisation):
        unchecked = Book.objects.create(organisation=here.organisation, title="Figures")
    assert versions_of(unchecked, here.person(Role.VIEWER)) == []
    assert earlier_version(unchecked, here.person(Role.VIEWER)) is None
