"""How is this service set up?  The environment, read once and checked.

Two editions from one code: *embedded* (SQLite, one process, this machine only) is what
you get when nothing is set; *server* (PostgreSQL, behind a proxy with TLS) is chosen by
``CANDELA_DATABASE``.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from candela.errors import InputError

__all__ = ["Configuration", "Database", "Mail", "SingleSignOn", "configuration"]

LOOPBACK_NAMES = ("localhost", "127.0.0.1", "[::1]")
OWNER_ONLY = 0o600
FOLDERS = ("books", "staging", "charts", "backups", "mail")
VARIABLES: Mapping[str, str] = {
    "CANDELA_HOME": "folder of the database, books and secrets",
    "CANDELA_DATABASE": "postgresql://USER:PASSWORD@HOST:PORT/NAME; empty: SQLite",
    "CANDELA_HOSTS": "names it answers to, with commas; empty: this machine only",
    "CANDELA_ORIGIN": "address people type, such as https://candela.example.nhs.uk",
    "CANDELA_PROXY_TLS": "1 when a proxy in front ends TLS and says so",
    "CANDELA_REQUIRE_SECOND_FACTOR": "1: members must have a passkey or code; 0: may",
    "CANDELA_MAIL": "smtp://USER:PASSWORD@HOST:PORT (smtps: TLS); empty: into files",
    "CANDELA_MAIL_FROM": "address that e-mail comes from",
    "CANDELA_OIDC_ISSUER": "address of your sign-in service; empty: none",
    "CANDELA_OIDC_CLIENT": "this service's name there",
    "CANDELA_OIDC_SECRET": "its secret there",
    "CANDELA_OIDC_NAME": "what the sign-in button calls it",
    "CANDELA_UPLOAD_MEGABYTES": "largest book that may be uploaded (default 200)",
    "CANDELA_LOOKUPS": "1: ask ISRCTN, ClinicalTrials.gov, Crossref, ORCID; 0: never",
    "CANDELA_CONTACT": "whom people write to when something is wrong",
}


@dataclass(frozen=True)
class Database:
    """Where the database is; without a name it is the SQLite file in the home."""

    name: str = ""
    user: str = ""
    password: str = ""
    host: str = ""
    port: str = ""

    @property
    def is_postgresql(self) -> bool:
        """Whether this is the server edition's database."""
        return bool(self.name)


@dataclass(frozen=True)
class Mail:
    """How e-mail leaves; without a host it is written to files in the home."""

    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    tls: bool = False
    sender: str = "candela@localhost"


@dataclass(frozen=True)
class SingleSignOn:
    """An organisation's own sign-in service, by OpenID Connect."""

    issuer: str
    client: str
    secret: str
    name: str


@dataclass(frozen=True)
class Configuration:
    """Everything that differs between two installations."""

    home: Path
    database: Database
    hosts: tuple[str, ...]
    origin: str
    behind_tls_proxy: bool
    require_second_factor: bool
    mail: Mail
    single_sign_on: SingleSignOn | None
    upload_megabytes: int
    contact: str
    lookups: bool = False

    @property
    def https(self) -> bool:
        """Whether people reach it over TLS."""
        return self.origin.startswith("https://")

    def folder(self, name: str) -> Path:
        """Return a folder of the home, made when first asked for."""
        path = self.home / name
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        return path

    def secret(self, name: str) -> str:
        """Return a secret of this installation, made at first use, readable by us.

        The same secret is given at every later start: sessions outlive a restart.
        """
        self.home.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self.home / name
        try:
            made = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY)
        except FileExistsError:
            pass
        else:
            with os.fdopen(made, "w") as file:
                file.write(secrets.token_urlsafe(48))
        if path.stat().st_mode & 0o077:
            raise InputError(
                f"{path} can be read by others than its owner. Make it yours alone "
                f"(chmod 600 {path}), and make a new one if somebody may have read it."
            )
        text = path.read_text().strip()
        if not text:
            raise InputError(
                f"{path} is empty. Remove it: the next start makes a new secret, and "
                "everybody signs in again."
            )
        return text


def configuration(environment: Mapping[str, str] | None = None) -> Configuration:
    """Return the configuration that the environment gives.

    Raises
    ------
    InputError
        If a variable is not what it should be; its value is not repeated where it may
        hold a password.
    """
    given = os.environ if environment is None else environment
    database = _database(given.get("CANDELA_DATABASE", ""))
    origin = given.get("CANDELA_ORIGIN", "").rstrip("/")
    _check_origin(origin)
    hosts = tuple(h.strip() for h in given.get("CANDELA_HOSTS", "").split(",") if h)
    if origin and not hosts:
        hosts = (urlsplit(origin).hostname or "",)
    if database.is_postgresql and not origin:
        raise InputError(
            "CANDELA_ORIGIN is not set. With CANDELA_DATABASE the service is for "
            "others: set the address they type, such as "
            "https://candela.example.nhs.uk."
        )
    return Configuration(
        home=Path(given.get("CANDELA_HOME") or _default_home(given)).absolute(),
        database=database,
        hosts=(*LOOPBACK_NAMES, *hosts),
        origin=origin,
        behind_tls_proxy=_yes("CANDELA_PROXY_TLS", given, default=False),
        require_second_factor=_yes(
            "CANDELA_REQUIRE_SECOND_FACTOR", given, default=database.is_postgresql
        ),
        mail=_mail(given),
        single_sign_on=_single_sign_on(given),
        upload_megabytes=_whole("CANDELA_UPLOAD_MEGABYTES", given, default=200),
        contact=given.get("CANDELA_CONTACT", ""),
        lookups=_yes("CANDELA_LOOKUPS", given, default=False),
    )


def _default_home(given: Mapping[str, str]) -> str:
    """Return the folder for data by the XDG convention."""
    data = given.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    return str(Path(data) / "candela")


def _yes(name: str, given: Mapping[str, str], *, default: bool) -> bool:
    word = given.get(name, "").strip().lower()
    if word in ("1", "yes", "true"):
        return True
    if word in ("0", "no", "false"):
        return False
    if word:
        raise InputError(f"{name} is `{word}`; expected 1 or 0. Set one, or unset it.")
    return default


def _whole(name: str, given: Mapping[str, str], *, default: int) -> int:
    word = given.get(name, "").strip()
    if not word:
        return default
    if not word.isascii() or not word.isdigit() or int(word) == 0:
        raise InputError(f"{name} is `{word}`; expected a whole number above 0.")
    return int(word)


def _check_origin(origin: str) -> None:
    parts = urlsplit(origin)
    if origin and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise InputError(
            f"CANDELA_ORIGIN is `{origin}`; expected an address such as "
            "https://candela.example.nhs.uk."
        )
    if origin and (parts.path or parts.query):
        raise InputError(
            f"CANDELA_ORIGIN is `{origin}`; expected no path: the service lives at the "
            "top of its address."
        )


def _database(address: str) -> Database:
    if not address:
        return Database()
    parts = urlsplit(address)
    name = parts.path.lstrip("/")
    if parts.scheme not in ("postgresql", "postgres") or not name:
        raise InputError(
            "CANDELA_DATABASE is not an address of a PostgreSQL database; expected "
            "postgresql://USER:PASSWORD@HOST:PORT/NAME. Unset it to use SQLite."
        )
    return Database(
        name=unquote(name),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        host=unquote(parts.hostname or ""),
        port=str(parts.port or ""),
    )


def _mail(given: Mapping[str, str]) -> Mail:
    address = given.get("CANDELA_MAIL", "")
    sender = given.get("CANDELA_MAIL_FROM", "") or Mail.sender
    if not address:
        return Mail(sender=sender)
    parts = urlsplit(address)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise InputError(
            "CANDELA_MAIL is not an address of a mail server; expected "
            "smtp://USER:PASSWORD@HOST:PORT, or smtps:// for TLS. Unset it to have "
            "e-mail written into files."
        )
    tls = parts.scheme == "smtps"
    return Mail(
        host=parts.hostname,
        port=parts.port or (465 if tls else 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
        sender=sender,
    )


def _single_sign_on(given: Mapping[str, str]) -> SingleSignOn | None:
    issuer = given.get("CANDELA_OIDC_ISSUER", "")
    if not issuer:
        return None
    client = given.get("CANDELA_OIDC_CLIENT", "")
    secret = given.get("CANDELA_OIDC_SECRET", "")
    if not client or not secret:
        raise InputError(
            "CANDELA_OIDC_ISSUER is set, and CANDELA_OIDC_CLIENT or "
            "CANDELA_OIDC_SECRET is not. Set all three, or unset the issuer."
        )
    name = given.get("CANDELA_OIDC_NAME", "") or "your organisation"
    return SingleSignOn(issuer, client, secret, name)
