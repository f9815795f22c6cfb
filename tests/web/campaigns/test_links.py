"""Does a link open its own questions only, and does a copy of the database open it?"""

from __future__ import annotations

import base64
import secrets
from datetime import UTC, date, datetime, timedelta

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from candela.web.campaigns import links
from candela.web.campaigns.codes import LETTERS, WrongCode, new_code, read_code
from candela.web.campaigns.contacts import LostKey, mark_of, seal, unseal
from candela.web.campaigns.keys import SECRET, keyed_hash
from candela.web.campaigns.models import Campaign, Invitation
from candela.web.scoping import across_organisations, organisation_scope
from web.conftest import Place
from web.impact_places import make_campaign, make_group

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DAY = timedelta(days=1)

codes = st.builds(new_code)
places = st.integers(0, 11)


@pytest.fixture
def invitation(here: Place) -> Invitation:
    """An invitation of an open campaign."""
    with organisation_scope(here.organisation):
        campaign = make_campaign(
            here,
            status=Campaign.Status.OPEN,
            started_at=NOW - DAY,
            closes_on=NOW.date() + 40 * DAY,
            closed_at=None,
        )
        made = links.new(
            group=make_group(here, campaign),
            channel=Invitation.Channel.PAPER,
            address="ann@example.org",
        )
        made.save()
    return made


@pytest.mark.django_db
def test_a_link_finds_its_invitation_and_any_other_word_finds_none(
    invitation: Invitation,
) -> None:
    token = links.token_of(invitation)
    assert links.find(token) == invitation
    assert links.find(token[:-1]) is None
    assert links.find(invitation.nonce) is None
    assert links.find(invitation.token_hash) is None
    assert links.find("") is None


def test_a_token_has_32_bytes_that_only_the_key_can_make() -> None:
    nonce = secrets.token_urlsafe(32)
    token = links.token_of(Invitation(nonce=nonce))
    raw = base64.urlsafe_b64decode(token + "=")
    assert len(raw) == 32
    assert raw == keyed_hash("invitation", f"invitation:{nonce}")
    assert links.token_of(Invitation(nonce=nonce + "x")) != token


@pytest.mark.django_db
def test_no_row_of_the_database_holds_a_token_or_an_address(
    invitation: Invitation,
) -> None:
    with across_organisations():
        row = repr(Invitation.objects.values().get())
    assert links.token_of(invitation) not in row
    assert "example.org" not in row
    assert unseal(invitation.contact_sealed) == "ann@example.org"


@pytest.mark.django_db
def test_with_another_key_neither_links_nor_addresses_can_be_read(
    invitation: Invitation,
) -> None:
    path = settings.CONFIGURATION.home / SECRET
    before = path.read_text()
    token = links.token_of(invitation)
    path.write_text("another secret")
    try:
        assert links.token_of(invitation) != token
        with pytest.raises(LostKey, match="answers-key"):
            unseal(invitation.contact_sealed)
    finally:
        path.write_text(before)


def test_the_key_is_a_file_that_only_the_owner_reads() -> None:
    seal("ann@example.org")
    assert (settings.CONFIGURATION.home / SECRET).stat().st_mode & 0o077 == 0


def test_a_mark_is_the_same_in_one_campaign_however_the_address_is_written() -> None:
    assert mark_of("Ann@Example.org ", campaign=1) == mark_of(
        "ann@example.org", campaign=1
    )
    assert mark_of("ann@example.org", campaign=1) != mark_of(
        "ann@example.org", campaign=2
    )
    assert seal("ann@example.org") != seal("ann@example.org")


@given(codes)
def test_a_code_is_read_however_it_is_typed(code: str) -> None:
    assert read_code(code) == code
    assert read_code(code.upper().replace("-", " ")) == code
    assert read_code(code.replace("-", "")) == code


@given(codes, places, st.sampled_from(LETTERS))
def test_one_wrong_letter_is_always_found(code: str, place: int, other: str) -> None:
    letters = code.replace("-", "")
    typed = letters[:place] + other + letters[place + 1 :]
    if typed == letters:
        return
    with pytest.raises(WrongCode, match="not as printed"):
        read_code(typed)


@given(codes, places, places)
def test_two_letters_that_changed_places_are_always_found(
    code: str, one: int, two: int
) -> None:
    letters = list(code.replace("-", ""))
    letters[one], letters[two] = letters[two], letters[one]
    typed = "".join(letters)
    if typed == code.replace("-", ""):
        return
    with pytest.raises(WrongCode, match="not as printed"):
        read_code(typed)


@pytest.mark.parametrize(
    ("typed", "why"),
    [("abcd-efgh", "has 8"), ("abcd-efgh-jkm0", "no 0"), ("", "has 0")],
)
def test_what_is_no_code_is_told_with_what_to_do(typed: str, why: str) -> None:
    with pytest.raises(WrongCode, match=why) as told:
        read_code(typed)
    assert "type it again" in str(told.value)
    assert typed == "" or typed not in str(told.value)


@pytest.mark.django_db
def test_a_code_on_paper_finds_its_invitation(invitation: Invitation) -> None:
    assert invitation.code is not None
    assert links.find_by_code(invitation.code.upper()) == invitation
    assert links.find_by_code(new_code()) is None


@pytest.mark.django_db
def test_a_poster_code_finds_its_group(here: Place) -> None:
    door = new_code()
    with organisation_scope(here.organisation):
        group = make_group(here, door=door)
    assert links.find_door(door.upper()) == group
    assert links.find_door(new_code()) is None
    assert links.find_door("nonsense") is None
    assert links.door_address(group).endswith(f"/ask/{door}/")


def test_a_link_works_for_90_days_and_never_beyond_the_close() -> None:
    sent = date(2026, 1, 1)
    # January has 31 days and February 28, so the 90th day on is 1 April.
    assert links.last_day(sent_on=sent, closes_on=None) == date(2026, 4, 1)
    assert links.last_day(sent_on=sent, closes_on=date(2026, 12, 1)) == date(2026, 4, 1)
    assert links.last_day(sent_on=sent, closes_on=date(2026, 2, 1)) == date(2026, 2, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("of_campaign", "of_invitation", "expected"),
    [
        ({}, {}, True),
        ({}, {"state": "sent"}, True),
        ({}, {"state": "answered"}, False),
        ({}, {"state": "no_thanks"}, False),
        ({}, {"state": "revoked"}, False),
        ({}, {"expires_on": NOW.date()}, True),
        ({}, {"expires_on": NOW.date() - DAY}, False),
        ({"status": "paused"}, {}, False),
        ({"status": "planned"}, {}, False),
        ({"status": "coding"}, {}, False),
        ({"started_at": NOW + timedelta(minutes=5)}, {}, False),
        ({"closes_on": NOW.date()}, {}, True),
        ({"closes_on": NOW.date() - DAY}, {}, False),
    ],
)
def test_a_link_works_while_its_campaign_is_open_and_it_was_not_used(
    invitation: Invitation,
    of_campaign: dict[str, object],
    of_invitation: dict[str, object],
    expected: bool,
) -> None:
    for name, value in of_campaign.items():
        setattr(invitation.group.campaign, name, value)
    for name, value in of_invitation.items():
        setattr(invitation, name, value)
    assert links.usable(invitation, NOW) is expected
