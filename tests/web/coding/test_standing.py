"""What was verified counts until its next version is verified."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from candela.impact.claims import Direction
from candela.web.accounts.permissions import Role
from candela.web.coding.models import Quantity, Statement
from candela.web.coding.standing import standing_claims
from candela.web.coding.values import claim_of
from candela.web.coding.versions import keep_version
from candela.web.scoping import organisation_scope
from web.conftest import Place
from web.impact_places import make_statement

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def revised(place: Place) -> Statement:
    """Return a statement that was verified, with its next version as a draft."""
    statement = make_statement(
        place,
        text="As it was verified.",
        kind="W1",
        state="verified",
        first_seen=date(2025, 1, 1),
        horizon="under_1y",
        beneficiaries=["clinicians"],
    )
    Quantity.objects.create(
        organisation=place.organisation,
        statement=statement,
        what="feet",
        value=90,
        unit="a month",
        method="measured",
        start=date(2025, 1, 1),
        money_kind="income",
        price_year=2025,
    )
    keep_version(statement, by=place.person(Role.REVIEWER), now=NOW)
    before = claim_of(statement)
    statement.state, statement.version = "draft", 2
    statement.text, statement.direction = "As it is written now.", "negative"
    statement.save()
    statement.quantities.update(value=7)
    keep_version(statement, by=place.person(Role.CODER), now=NOW)
    (standing,) = standing_claims(Statement.objects.filter(pk=statement.pk))
    assert standing == before  # all of it, figures and days too
    return statement


def test_a_new_version_in_writing_takes_nothing_away(here: Place) -> None:
    with organisation_scope(here.organisation):
        revised(here)


def test_a_new_version_counts_once_it_is_verified(here: Place) -> None:
    with organisation_scope(here.organisation):
        statement = revised(here)
        statement.state = "verified"
        statement.save()
        (claim,) = standing_claims(Statement.objects.all())
    assert (claim.text, claim.direction) == (
        "As it is written now.",
        Direction.NEGATIVE,
    )
    assert claim.quantities[0].value == 7


def test_what_is_withdrawn_stands_no_more(here: Place) -> None:
    with organisation_scope(here.organisation):
        statement = revised(here)
        statement.state = "withdrawn"
        statement.save()
        (claim,) = standing_claims(Statement.objects.all())
    assert claim.state == "withdrawn"


def test_a_first_draft_is_given_as_it_is(here: Place) -> None:
    with organisation_scope(here.organisation):
        make_statement(here)
        (claim,) = standing_claims(Statement.objects.all())
    assert claim.state == "draft"
