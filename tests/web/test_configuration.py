"""Is every setting understood, refused by name where it is not, and no secret told?"""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest

from candela.errors import InputError
from candela.web.configuration import (
    VARIABLES,
    Configuration,
    Database,
    Mail,
    configuration,
)

DOCS = Path(__file__).parents[2] / "docs"
SERVER = {
    "CANDELA_DATABASE": "postgresql://candela:p%40ss@db.example:5433/figures",
    "CANDELA_ORIGIN": "https://candela.example.nhs.uk/",
}


def test_with_nothing_set_the_service_is_for_this_machine_only(tmp_path: Path) -> None:
    found = configuration({"XDG_DATA_HOME": str(tmp_path)})
    assert found.home == tmp_path / "candela"
    assert not found.database.is_postgresql
    assert found.hosts == ("localhost", "127.0.0.1", "[::1]")
    assert (found.origin, found.https, found.behind_tls_proxy) == ("", False, False)
    assert found.require_second_factor is False
    assert (found.mail, found.single_sign_on) == (Mail(), None)
    assert found.upload_megabytes == 200


def test_a_server_has_its_database_name_and_second_factor() -> None:
    found = configuration({**SERVER, "CANDELA_PROXY_TLS": "1"})
    assert found.database == Database(
        "figures", "candela", "p@ss", "db.example", "5433"
    )
    assert found.origin == "https://candela.example.nhs.uk"
    assert found.hosts[-1] == "candela.example.nhs.uk"
    assert (found.https, found.behind_tls_proxy) == (True, True)
    assert found.require_second_factor is True


def test_names_mail_and_sign_in_service_are_read() -> None:
    found = configuration(
        {
            **SERVER,
            "CANDELA_HOSTS": "a.example, b.example",
            "CANDELA_REQUIRE_SECOND_FACTOR": "no",
            "CANDELA_MAIL": "smtps://u%40x:hush@mail.example",
            "CANDELA_MAIL_FROM": "candela@example.org",
            "CANDELA_OIDC_ISSUER": "https://login.example",
            "CANDELA_OIDC_CLIENT": "candela",
            "CANDELA_OIDC_SECRET": "hush",
            "CANDELA_UPLOAD_MEGABYTES": "50",
            "CANDELA_CONTACT": "research@example.org",
        }
    )
    assert found.hosts[3:] == ("a.example", "b.example")
    assert found.require_second_factor is False
    assert found.mail == Mail(
        "mail.example", 465, "u@x", "hush", True, "candela@example.org"
    )
    assert found.single_sign_on is not None
    assert found.single_sign_on.name == "your organisation"
    assert (found.upload_megabytes, found.contact) == (50, "research@example.org")
    plain = configuration({"CANDELA_MAIL": "smtp://mail.example"})
    assert (plain.mail.port, plain.mail.tls) == (25, False)


@pytest.mark.parametrize(
    ("setting", "value", "words"),
    [
        ("CANDELA_DATABASE", "sqlite:///x", "expected postgresql://USER:PASSWORD@"),
        ("CANDELA_DATABASE", "postgresql://u:hush@h", "is not an address of a Postgre"),
        ("CANDELA_ORIGIN", "ftp://x", "expected an address such as https://"),
        ("CANDELA_ORIGIN", "https://x.example/path", "expected no path"),
        ("CANDELA_PROXY_TLS", "maybe", "CANDELA_PROXY_TLS is `maybe`; expected 1 or 0"),
        ("CANDELA_UPLOAD_MEGABYTES", "0", "expected a whole number above 0"),
        ("CANDELA_UPLOAD_MEGABYTES", "½", "expected a whole number above 0"),
        ("CANDELA_MAIL", "mail.example:hush", "expected smtp://USER:PASSWORD@HOST"),
        ("CANDELA_OIDC_ISSUER", "https://x.example", "Set all three, or unset the"),
    ],
)
def test_what_is_not_understood_is_refused_by_name_without_its_secrets(
    setting: str, value: str, words: str
) -> None:
    with pytest.raises(InputError) as raised:
        configuration({setting: value})
    assert words in str(raised.value)
    assert str(raised.value).startswith(setting)
    assert "hush" not in str(raised.value)


def test_a_database_for_others_needs_the_address_they_type() -> None:
    with pytest.raises(InputError, match="CANDELA_ORIGIN is not set"):
        configuration({"CANDELA_DATABASE": SERVER["CANDELA_DATABASE"]})


# Secrets.


@pytest.fixture
def found(tmp_path: Path) -> Configuration:
    return configuration({"CANDELA_HOME": str(tmp_path / "home")})


def test_a_secret_is_made_once_for_its_owner_only_and_stays(
    found: Configuration,
) -> None:
    secret = found.secret("secret-key")
    assert len(secret) == 64  # 48 random bytes as base64
    assert found.secret("secret-key") == secret
    assert found.secret("another") != secret
    assert stat.S_IMODE((found.home / "secret-key").stat().st_mode) == 0o600
    assert stat.S_IMODE(found.home.stat().st_mode) == 0o700


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_secret_that_others_can_read_is_refused(
    found: Configuration, mode: int
) -> None:
    secret = found.secret("secret-key")
    (found.home / "secret-key").chmod(mode)
    with pytest.raises(InputError, match="can be read by others") as raised:
        found.secret("secret-key")
    assert "chmod 600" in str(raised.value)
    assert secret not in str(raised.value)


def test_folders_of_the_home_are_for_its_owner_only(found: Configuration) -> None:
    assert stat.S_IMODE(found.folder("backups").stat().st_mode) == 0o700
    assert found.folder("backups") == found.home / "backups"


# What is written about them.


@pytest.mark.parametrize("name", VARIABLES)
def test_every_setting_is_in_the_reference_and_in_the_guide(name: str) -> None:
    reference = (DOCS / "reference" / "settings.md").read_text(encoding="utf-8")
    guide = (DOCS / "how-to" / "deploy.md").read_text(encoding="utf-8")
    assert f"| `{name}` |" in reference
    assert f"`{name}`" in guide


def test_the_guide_names_no_setting_that_there_is_not() -> None:
    for page in ("deploy.md", "back-up-and-restore.md"):
        text = (DOCS / "how-to" / page).read_text(encoding="utf-8")
        assert set(re.findall(r"CANDELA_[A-Z_]+", text)) <= set(VARIABLES)


def test_the_settings_of_the_guide_are_understood() -> None:
    text = (DOCS / "how-to" / "deploy.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```ini\n(CANDELA_HOME.*?)```", text, re.S)
    given = dict(line.split("=", 1) for line in block.splitlines())
    found = configuration(given)
    assert found.https
    assert found.behind_tls_proxy
    assert found.require_second_factor
    assert found.mail.tls
