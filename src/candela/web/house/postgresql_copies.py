"""How is a PostgreSQL database copied whole while people write to it, and put back?

By PostgreSQL's own programs, which know every version's ways.  ``pg_dump`` and our own
counting of rows look at one and the same snapshot.  Row-level security would hide all
rows from both, so both say that they look after all organisations.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from candela.errors import InputError
from candela.web.configuration import Database
from candela.web.house.contents import Contents

__all__ = ["contents_of", "dump", "is_empty", "put_back", "temporary_database"]

EVERYTHING = "SELECT set_config('candela.organisation', '*', false)"
LOOK_EVERY_SECONDS = 1.0
INSTALLED = Path("/usr/lib/postgresql")


def dump(source: Database, target: Path, alive: Callable[[], None]) -> Contents:
    """Copy the database as it stands at one moment; ``alive`` is called meanwhile."""
    program = _program("pg_dump")
    with _connected(source) as server:
        server.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        (snapshot,) = server.execute("SELECT pg_export_snapshot()").fetchone()
        contents = _contents(server)
        options = ["--format=custom", "--no-owner", "--no-privileges"]
        command = [program, *options, "--enable-row-security"]
        command += [f"--snapshot={snapshot}", f"--file={target}"]
        _run(command, source, alive)
    return contents


def contents_of(database: Database) -> Contents:
    """Return what is in a database."""
    with _connected(database) as server:
        server.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        return _contents(server)


def is_empty(database: Database) -> bool:
    """Say whether there are no tables yet."""
    with _connected(database) as server:
        return not _tables(server)


def put_back(
    source: Path, target: Database, alive: Callable[[], None] = lambda: None
) -> Contents:
    """Fill an empty database from a copy, wholly or not at all."""
    options = ["--no-owner", "--no-privileges", "--exit-on-error"]
    command = [_program("pg_restore"), *options, "--single-transaction"]
    _run([*command, f"--dbname={target.name}", str(source)], target, alive)
    return contents_of(target)


@contextmanager
def temporary_database(beside: Database, name: str) -> Iterator[str]:
    """Give the address of an empty database on the same server; removed afterwards.

    Raises
    ------
    InputError
        If the role may not make databases.
    """
    import psycopg

    with _connected(beside) as server:
        try:
            server.execute(f'CREATE DATABASE "{name}"')
        except psycopg.errors.InsufficientPrivilege:
            raise InputError(
                "The backup could not be restored in a test: the database role may not "
                f'make databases. Let it: ALTER ROLE "{beside.user}" CREATEDB.'
            ) from None
        try:
            yield _address(beside, name)
        finally:
            server.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _contents(server: Any) -> Contents:
    rows = {
        name: server.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
        for name in _tables(server)
    }
    done = server.execute("SELECT app || '.' || name FROM django_migrations")
    migrations = tuple(m for (m,) in done.fetchall())
    folders = server.execute(
        "SELECT DISTINCT folder FROM books_book WHERE NOT is_mounted AND folder <> ''"
    )
    return Contents(
        "postgresql", rows, migrations, tuple(f for (f,) in folders.fetchall())
    )


def _tables(server: Any) -> list[str]:
    found = server.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() "
        "ORDER BY tablename"
    )
    return [name for (name,) in found.fetchall()]


@contextmanager
def _connected(database: Database) -> Iterator[Any]:
    """Give a connection of our own: Django's may be in the midst of something."""
    try:
        import psycopg
    except ImportError:
        raise InputError(
            "psycopg is missing, which speaks to PostgreSQL. Install Candela with its "
            "extra `server`."
        ) from None
    try:
        server = psycopg.connect(
            dbname=database.name,
            user=database.user or None,
            password=database.password or None,
            host=database.host or None,
            port=database.port or None,
            autocommit=True,
        )
    except psycopg.OperationalError:
        raise InputError(
            "The database does not answer. Start PostgreSQL, or set CANDELA_DATABASE "
            "to where it is."
        ) from None
    with server:
        server.execute(EVERYTHING)
        yield server


def _program(name: str) -> str:
    """Return where one of PostgreSQL's programs is: the newest there is."""
    installed = sorted(
        INSTALLED.glob(f"*/bin/{name}"), key=lambda path: path.parts[-3].zfill(3)
    )
    found = str(installed[-1]) if installed else shutil.which(name)
    if found is None:
        raise InputError(
            f"{name} is missing, which copies a PostgreSQL database. Install "
            "PostgreSQL's client programs, of the server's version or later (on "
            "Debian: postgresql-client)."
        )
    return found


def _run(command: Sequence[str], database: Database, alive: Callable[[], None]) -> None:
    """Run a program on a database; its password stands in no list of processes."""
    settings = {
        "PGDATABASE": database.name,
        "PGUSER": database.user,
        "PGPASSWORD": database.password,
        "PGHOST": database.host,
        "PGPORT": database.port,
        "PGOPTIONS": "-c candela.organisation=*",
    }
    environment = {**os.environ, **{k: v for k, v in settings.items() if v}}
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as running:
        try:
            while True:
                try:
                    _, said = running.communicate(timeout=LOOK_EVERY_SECONDS)
                    break
                except subprocess.TimeoutExpired:
                    alive()
        except BaseException:
            running.kill()
            raise
    if running.returncode:
        why = said.decode(errors="replace").strip().splitlines() or ["no reason given"]
        raise InputError(f"{Path(command[0]).name} did not work: {why[0]}")


def _address(beside: Database, name: str) -> str:
    """Return the address of another database on the same server."""
    who = quote(beside.user, safe="")
    if beside.password:
        who += f":{quote(beside.password, safe='')}"
    port = f":{beside.port}" if beside.port else ""
    at = f"{who}@" if who else ""
    return f"postgresql://{at}{quote(beside.host, safe='')}{port}/{name}"
