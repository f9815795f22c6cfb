"""How does a service come back from a backup?

Into a home that is empty, so that nothing is lost by restoring the wrong file.  First
without Django: unpacked, held against its hashes, its rows counted.  Then as a service:
brought to this version, its audit log checked, and the restoring itself noted in it.
"""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from candela import __version__
from candela.errors import InputError, LogChanged
from candela.web.configuration import Configuration, Database
from candela.web.house import postgresql_copies, sqlite_copies
from candela.web.house.archive import ABOUT, About, unpack
from candela.web.house.backup import DUMP
from candela.web.starting import DATABASE

__all__ = ["Restored", "bring_back", "put_in_order", "refuse_other_database"]


@dataclass(frozen=True)
class Restored:
    """What came back."""

    about: About
    rows: int
    books: int


def bring_back(backup: Path, home: Path, database: Database) -> Restored:
    """Put everything in a backup where it belongs; all of it or nothing.

    Raises
    ------
    InputError
        If the home or the database is not empty, or the backup is not whole.
    """
    _refuse_full(home)
    if database.is_postgresql and not postgresql_copies.is_empty(database):
        raise InputError(
            f"The database `{database.name}` is not empty. Make an empty one, set "
            "CANDELA_DATABASE to it, and restore again."
        )
    home.parent.mkdir(parents=True, exist_ok=True)
    beside = home.with_name(f".{home.name}-{os.getpid()}.restoring")
    beside.mkdir(mode=0o700)
    try:
        about = unpack(backup, beside)
        refuse_other_database(about, database)
        (beside / ABOUT).unlink()
        if database.is_postgresql:
            contents = postgresql_copies.put_back(beside / DUMP, database)
            (beside / DUMP).unlink()
        else:
            contents = sqlite_copies.contents_of(beside / DATABASE)
        contents.refuse_if_not(about.rows)
        if home.exists():
            home.rmdir()
        beside.rename(home)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    books = home / "books"
    count = sum(1 for _ in books.iterdir()) if books.is_dir() else 0
    return Restored(about, contents.row_count, count)


def _refuse_full(home: Path) -> None:
    if home.exists() and (not home.is_dir() or any(home.iterdir())):
        raise InputError(
            f"{home} is not empty, and nothing in it is overwritten. Give a folder "
            "that is empty or not there yet."
        )


def refuse_other_database(about: About, database: Database) -> None:
    """Refuse to put a copy of one kind of database into another.

    Raises
    ------
    InputError
        Saying what to set.
    """
    wanted = "postgresql" if database.is_postgresql else "sqlite"
    if about.database == wanted:
        return
    if about.database == "postgresql":
        raise InputError(
            "This backup is of a PostgreSQL database. Set CANDELA_DATABASE to an empty "
            "one, and restore again."
        )
    raise InputError(
        "This backup is of a SQLite database. Unset CANDELA_DATABASE, and restore "
        "again."
    )


def put_in_order(about: About, configuration: Configuration) -> int:
    """Bring what was restored to this version and check its audit log; return lines.

    Raises
    ------
    InputError
        If the backup is of a newer version.
    LogChanged
        If the log was not whole when it was backed up; everything is restored.
    """
    from django.db import transaction

    from candela.web.audit.actions import Action
    from candela.web.audit.chain import record, verify_chain
    from candela.web.house.upgrade import upgrade

    upgrade(configuration, alive=lambda stage: None, with_backup=False)
    lines, broken = verify_chain()
    if broken:
        raise LogChanged(
            f"Restored to {configuration.home}, but the audit log in the backup is not "
            f"whole: {broken}. An earlier backup may hold it as it was."
        )
    with transaction.atomic():
        record(
            Action.RESTORED,
            by=None,
            organisation=None,
            made_at=about.made_at,
            by_version=__version__,
            at=datetime.now(UTC).isoformat(timespec="seconds"),
        )
    return lines
