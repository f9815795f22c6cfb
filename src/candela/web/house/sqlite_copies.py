"""How is a SQLite database copied whole while people write to it?"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from candela.errors import InputError
from candela.web.house.contents import Contents

__all__ = ["contents_of", "dump"]


def dump(source: Path, target: Path) -> Contents:
    """Copy the database as it stands at one moment; nobody who writes has to wait."""
    with _opened(source) as old, _opened(target) as new:
        old.backup(new)  # in one step: a snapshot of the write-ahead log
        new.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
    return contents_of(target)


def contents_of(path: Path) -> Contents:
    """Return what is in a database, once it is known to be sound.

    Raises
    ------
    InputError
        If the file is not a whole database.
    """
    try:
        with _opened(path) as database:
            (sound,) = database.execute("PRAGMA integrity_check").fetchone()
            if sound != "ok":
                raise InputError(f"{path.name}: the database is damaged: {sound}.")
            tables = database.execute(
                "SELECT name FROM sqlite_master "
                "WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            ).fetchall()
            rows = {
                name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
                for (name,) in sorted(tables)
            }
            done = database.execute(
                "SELECT app || '.' || name FROM django_migrations"
            ).fetchall()
            folders = database.execute(
                "SELECT DISTINCT folder FROM books_book "
                "WHERE NOT is_mounted AND folder <> ''"
            ).fetchall()
    except sqlite3.DatabaseError as error:
        raise InputError(f"{path.name}: this is not a Candela database.") from error
    return Contents(
        "sqlite", rows, tuple(m for (m,) in done), tuple(f for (f,) in folders)
    )


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    database = sqlite3.connect(path, timeout=20)
    try:
        yield database
    finally:
        database.close()
