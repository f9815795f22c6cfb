"""Rows become claims: nothing is lost, and many cost no more queries than one."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from candela.impact import claims
from candela.web.accounts.permissions import Role
from candela.web.answering.models import Answer
from candela.web.coding.models import (
    Credit,
    Evidence,
    Quantity,
    Source,
    Statement,
    Support,
)
from candela.web.coding.numbering import next_number
from candela.web.coding.values import claim_of, claims_of
from candela.web.scoping import organisation_scope
from candela.web.studies.models import Colleague
from web.conftest import Place
from web.impact_places import make_response, make_statement, make_study

pytestmark = pytest.mark.django_db


def supported(place: Place, statement: Statement, **more: object) -> Evidence:
    """Add a piece of evidence that supports a statement."""
    organisation = place.organisation
    given = {
        "kind": claims.EvidenceKind.MINUTES,
        "title": "Minutes of the diabetes group",
        **more,
    }
    evidence = Evidence.objects.create(
        organisation=organisation, number=next_number(Evidence, organisation), **given
    )
    Support.objects.create(
        organisation=organisation,
        statement=statement,
        evidence=evidence,
        supports=[claims.Supports.CHANGE],
    )
    return evidence


def test_a_statement_with_everything_becomes_a_claim_with_everything(
    here: Place,
) -> None:
    organisation = here.organisation
    with organisation_scope(organisation):
        statement = make_statement(
            here,
            text="Feet are checked on the ward.",
            kind="W1",
            other_kinds=["H3"],
            beneficiaries=["other_patients"],
            horizon="under_1y",
            first_seen=date(2025, 1, 10),
        )
        Quantity.objects.create(
            organisation=organisation,
            statement=statement,
            what="feet checked",
            value=90,
            unit="a month",
            baseline=40,
            baseline_period="2024",
            method="measured",
        )
        evidence = supported(here, statement)
        answer = Answer.objects.filter(is_text=True).get(
            response=make_response(here, statement.study, texts=["We check feet."])
        )
        Source.objects.create(
            organisation=organisation, statement=statement, answer=answer
        )
        colleague = Colleague.objects.create(organisation=organisation, name="A B")
        Credit.objects.create(
            organisation=organisation, statement=statement, colleague=colleague
        )
        claim = claim_of(statement)
    assert claim.label == f"S-{statement.number}"
    assert claim.study == str(statement.study_id)
    assert claim.kind == "W1"
    assert claim.other_kinds == ("H3",)
    assert claim.beneficiaries == {claims.Beneficiary.OTHER_PATIENTS}
    assert claim.horizon is claims.Horizon.UNDER_ONE_YEAR
    assert (claim.quantities[0].value, claim.quantities[0].baseline) == (90, 40)
    assert claim.evidence[0].label == evidence.label
    assert claim.evidence[0].supports == {claims.Supports.CHANGE}
    assert claim.groups == {claims.Role.PARTICIPANT}
    assert claim.credited == {str(colleague.pk)}


def test_answers_taken_back_and_evidence_taken_away_support_nothing(
    here: Place,
) -> None:
    with organisation_scope(here.organisation):
        statement = make_statement(here)
        response = make_response(here, statement.study, texts=["We check feet."])
        Source.objects.create(
            organisation=here.organisation,
            statement=statement,
            answer=response.answers.get(is_text=True),
        )
        evidence = supported(here, statement)
        before = claim_of(statement)
        response.withdrawn_on = date(2026, 11, 1)
        response.save()
        evidence.removed_at = "2026-11-01T00:00:00Z"
        evidence.save()
        after = claim_of(statement)
    assert before.groups == {claims.Role.PARTICIPANT}
    assert before.verification is claims.Verification.DOCUMENT
    assert after.groups == frozenset()
    assert after.evidence == ()
    assert after.verification is claims.Verification.SELF_REPORT


@pytest.mark.parametrize(
    ("more", "verification"),
    [
        ({"quality": "anecdote"}, claims.Verification.SELF_REPORT),
        ({}, claims.Verification.DOCUMENT),
        ({"kind": "dataset"}, claims.Verification.MEASURED),
        ({"quality": "independent"}, claims.Verification.EXTERNAL),
    ],
)
def test_the_strongest_support_is_told(
    here: Place, more: dict[str, str], verification: claims.Verification
) -> None:
    with organisation_scope(here.organisation):
        statement = make_statement(here)
        supported(here, statement, **more)
        assert claim_of(statement).verification is verification


def test_twenty_statements_take_no_more_queries_than_one(here: Place) -> None:
    with organisation_scope(here.organisation):
        study = make_study(here)
        for _ in range(20):
            supported(here, make_statement(here, study=study))
        with CaptureQueriesContext(
            connection,
        ) as for_one:
            claims_of(Statement.objects.all()[:1])
        with CaptureQueriesContext(connection) as for_all:
            assert len(claims_of(Statement.objects.all())) == 20
    assert len(for_all) <= len(for_one)


def test_numbers_are_counted_in_each_organisation(here: Place, there: Place) -> None:
    with organisation_scope(here.organisation):
        assert [make_statement(here).label for _ in range(2)] == ["S-1", "S-2"]
    with organisation_scope(there.organisation):
        assert make_statement(there).label == "S-1"


def test_claims_come_in_the_order_they_were_asked_for(here: Place) -> None:
    with organisation_scope(here.organisation):
        first, second = make_statement(here), make_statement(here)
        assert [claim.label for claim in claims_of([second, first])] == ["S-2", "S-1"]


def test_the_author_is_of_no_interest_to_a_claim(here: Place) -> None:
    with organisation_scope(here.organisation):
        statement = make_statement(here, author=here.person(Role.CODER))
        assert str(here.person(Role.CODER)) not in repr(claim_of(statement))
