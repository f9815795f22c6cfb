"""A questionnaire in use and a draft of it, in one organisation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from candela.web.questionnaires.actions import take_into_use
from candela.web.questionnaires.drafts import draft_of
from candela.web.questionnaires.models import QuestionnaireVersion
from candela.web.scoping import organisation_scope
from web.conftest import Place

NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)


@pytest.fixture
def author(here: Place) -> User:
    """Who writes questionnaires."""
    return here.person(Role.COORDINATOR)


@pytest.fixture
def in_scope(here: Place) -> Iterator[None]:
    """The rows of the organisation that the test is about."""
    with organisation_scope(here.organisation):
        yield


@pytest.fixture
def asked(here: Place, author: User) -> QuestionnaireVersion:
    """The participants' questionnaire, in use."""
    with organisation_scope(here.organisation):
        return take_into_use(
            organisation=here.organisation, key="participant", by=author, now=NOW
        )


@pytest.fixture
def draft(
    here: Place, asked: QuestionnaireVersion, author: User
) -> QuestionnaireVersion:
    """A draft of it."""
    with organisation_scope(here.organisation):
        return draft_of(version=asked, by=author, now=NOW)
