"""Which passwords are taken, and how are they kept?"""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.test import Client

from candela.web import settings as real_settings
from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from web.accounts.steps import is_signed_in, sign_in, words
from web.conftest import PASSWORD, Place

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(here: Place) -> User:
    return here.person(Role.VIEWER)


def is_taken(password: str, owner: User | None = None) -> bool:
    try:
        password_validation.validate_password(password, owner)
    except ValidationError:
        return False
    return True


def test_the_3000_commonest_passwords_are_refused() -> None:
    file = Path(password_validation.__file__).with_name("common-passwords.txt.gz")
    with gzip.open(file, "rt", encoding="utf-8") as opened:
        common = [line.strip() for line in opened][:3000]
    assert len(common) == 3000
    assert [word for word in common if is_taken(word)] == []


@pytest.mark.parametrize(
    "password",
    [
        "abcdefghijkm",  # 12 letters
        "123456789013",  # digits only: long enough, and on no list
        "pear lamp river",
        "ünïcödé wörds",
        "x" * 64 + " and more",
        "correct horse " * 9,  # 126 characters
    ],
)
def test_length_is_what_counts_and_no_kind_of_letter_is_asked_for(
    password: str,
) -> None:
    assert is_taken(password)


@pytest.mark.parametrize("password", ["elevenchars", "Ab1!", "P@ssw0rd1"])
def test_what_is_short_is_refused_whatever_is_in_it(password: str) -> None:
    assert not is_taken(password)


def test_a_password_is_not_the_name_or_the_address() -> None:
    owner = User(email="marguerite@quillmere.example", name="Marguerite Featherstone")
    assert not is_taken("marguerite@quillmere", owner)
    assert not is_taken("Featherstone", owner)


def test_passwords_are_kept_as_argon2_hashes() -> None:
    assert real_settings.PASSWORD_HASHERS == [
        "django.contrib.auth.hashers.Argon2PasswordHasher"
    ]
    from django.contrib.auth.hashers import Argon2PasswordHasher

    kept = Argon2PasswordHasher().encode(PASSWORD, "some salt here")
    assert kept.startswith("argon2$argon2id$")
    assert PASSWORD not in kept


def test_a_password_of_500_characters_lets_in_with_all_of_them(
    client: Client, person: User
) -> None:
    long = "river pear lamp " * 31 + "ends"
    person.set_password(long)
    person.save()
    sign_in(client, person, long[:-1])
    assert not is_signed_in(client)
    sign_in(client, person, long)
    assert is_signed_in(client)


def test_spaces_at_the_ends_are_part_of_a_password(
    client: Client, person: User
) -> None:
    person.set_password("  pear lamp river  ")
    person.save()
    sign_in(client, person, "pear lamp river")
    assert not is_signed_in(client)
    sign_in(client, person, "  pear lamp river  ")
    assert is_signed_in(client)


def fields(page: str) -> dict[str, str]:
    """Return the inputs of a page by name."""
    found = re.findall(r"<input[^>]*>", page)
    return {m[1]: tag for tag in found if (m := re.search(r'name="([^"]*)"', tag))}


def test_password_managers_know_what_each_field_is(
    client: Client, person: User
) -> None:
    page = fields(client.get("/sign-in/").content.decode())
    assert 'autocomplete="username"' in page["login"]
    assert 'autocomplete="current-password"' in page["password"]
    sign_in(client, person)
    page = fields(client.get("/account/password/").content.decode())
    assert 'autocomplete="current-password"' in page["oldpassword"]
    assert 'autocomplete="new-password"' in page["password1"]
    for tag in page.values():
        assert "onpaste" not in tag
        assert "maxlength" not in tag


def test_changing_a_password_keeps_this_session_and_ends_the_others(
    client: Client, person: User
) -> None:
    other = Client()
    for browser in (client, other):
        sign_in(browser, person)
    response = client.post(
        "/account/password/",
        {"oldpassword": PASSWORD, "password1": "pear lamp river"},
    )
    assert response["Location"] == "/account/"
    assert is_signed_in(client)
    assert not is_signed_in(other)


def test_a_wrong_password_of_now_changes_nothing(client: Client, person: User) -> None:
    sign_in(client, person)
    response = client.post(
        "/account/password/",
        {"oldpassword": "not the password", "password1": "pear lamp river"},
    )
    assert "this is not your password now" in words(response)
    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_a_refused_password_is_not_written_back_into_the_page(
    client: Client, person: User
) -> None:
    sign_in(client, person)
    response = client.post(
        "/account/password/", {"oldpassword": PASSWORD, "password1": "zebra77"}
    )
    page = response.content.decode()
    assert "too short" in page
    assert "zebra77" not in page
    assert PASSWORD not in page
