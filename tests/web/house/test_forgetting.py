"""Is it forgotten whom we asked, and does removed evidence go for good?"""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from candela.impact.claims import Role as Answering
from candela.web.accounts.permissions import Role
from candela.web.campaigns.models import Campaign, Group, Invitation, NewsAddress
from candela.web.coding.models import Evidence, Support
from candela.web.house import holds
from candela.web.house.forgetting import forget_contacts
from candela.web.house.old_evidence import delete_old_evidence, sweep_evidence_files
from candela.web.scoping import across_organisations, organisation_scope
from web.conftest import Place
from web.impact_places import make_campaign, make_group, make_statement

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 25, 3, tzinfo=UTC)
DAY = timedelta(days=1)


def invite(place: Place, group: Group, name: str, **more: object) -> Invitation:
    return Invitation.objects.create(
        organisation=place.organisation,
        group=group,
        nonce=name,
        token_hash=name,
        contact_sealed=f"sealed {name}",
        contact_mark=name,
        **more,
    )


def with_address() -> set[str]:
    with across_organisations():
        rows = Invitation.objects.exclude(contact_sealed="")
        return set(rows.values_list("nonce", flat=True))


@pytest.fixture
def campaign(here: Place) -> Campaign:
    """A closed campaign: an anonymous group, and a confidential one."""
    with organisation_scope(here.organisation):
        made = make_campaign(here)
        hidden = make_group(here, made, mode=Group.Mode.ANONYMOUS)
        known = make_group(
            here, made, Answering.CLINICIAN, mode=Group.Mode.CONFIDENTIAL
        )
        invite(here, hidden, "anonymous")
        invite(here, hidden, "wants news", wants_news=True)
        invite(here, known, "confidential")
        NewsAddress.objects.create(
            organisation=here.organisation,
            campaign=made,
            contact_sealed="sealed",
            contact_mark="mark",
        )
    return made


def forget() -> int:
    with across_organisations():
        return forget_contacts(NOW)


def test_of_an_anonymous_group_addresses_go_the_night_after_the_close(
    campaign: Campaign,
) -> None:
    assert forget() == 1
    assert with_address() == {"wants news", "confidential"}


def test_while_a_campaign_is_open_all_addresses_stay(campaign: Campaign) -> None:
    with across_organisations():
        Campaign.objects.update(closed_at=None)
    assert forget() == 0


def test_once_it_is_finished_no_address_is_left(campaign: Campaign) -> None:
    with across_organisations():
        Campaign.objects.update(finished_at=NOW - DAY)
    assert forget() == 4
    assert with_address() == set()
    with across_organisations():
        assert not NewsAddress.objects.exists()
        assert Campaign.objects.get().contacts_deleted_at == NOW
    assert forget() == 0


def evidence(place: Place, number: int, content: bytes, days: int | None) -> Path:
    """Add evidence with a file, removed so many days ago; return where the file is."""
    name = hashlib.sha256(content).hexdigest()
    path = Path(settings.CONFIGURATION.folder("evidence")) / name
    path.write_bytes(content)
    old = (NOW - 40 * DAY).timestamp()
    os.utime(path, (old, old))
    item = Evidence.objects.create(
        organisation=place.organisation,
        number=number,
        kind="minutes",
        title="Minutes",
        file_name=name,
        removed_at=None if days is None else NOW - days * DAY,
    )
    Support.objects.create(
        organisation=place.organisation,
        statement=make_statement(place),
        evidence=item,
        supports=["change"],
    )
    return path


def tidy() -> int:
    """Do what the night does, then what the next night does."""
    with across_organisations():
        deleted = delete_old_evidence(NOW)
        sweep_evidence_files(NOW)
    return deleted


def test_removed_evidence_goes_with_its_file_after_30_days(here: Place) -> None:
    with organisation_scope(here.organisation):
        gone = evidence(here, 1, b"gone", 31)
        waiting = evidence(here, 2, b"waiting", 29)
        kept = evidence(here, 3, b"kept", None)
    assert tidy() == 1
    assert [p.exists() for p in (gone, waiting, kept)] == [False, True, True]
    with across_organisations():
        assert set(Evidence.objects.values_list("number", flat=True)) == {2, 3}


def test_a_file_that_another_organisation_holds_too_stays(
    here: Place, there: Place
) -> None:
    with organisation_scope(here.organisation):
        path = evidence(here, 1, b"shared", 31)
    with organisation_scope(there.organisation):
        evidence(there, 1, b"shared", None)
    assert tidy() == 1
    assert path.exists()


def test_what_is_held_stays(here: Place) -> None:
    with organisation_scope(here.organisation):
        path = evidence(here, 1, b"held", 31)
        holds.hold(
            organisation=here.organisation,
            what="evidence",
            reason="FOI 12",
            by=here.person(Role.INFORMATION_GOVERNANCE),
            now=NOW,
        )
    assert tidy() == 0
    assert path.exists()


def test_a_file_whose_row_is_being_written_is_let_be(here: Place) -> None:
    path = Path(settings.CONFIGURATION.folder("evidence")) / ("a" * 64)
    path.write_bytes(b"new")
    with across_organisations():
        sweep_evidence_files(datetime.now(UTC))
    assert path.exists()
    path.unlink()
