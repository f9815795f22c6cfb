"""What must be there before anything is served?

A home that is ours alone, a database of this version, a place for counters that all
processes share, and the styles and scripts in one folder.  Nothing of Django is
imported before the home is known.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from candela.errors import InputError
from candela.web.configuration import Configuration, configuration

__all__ = [
    "choose_home",
    "only_one",
    "prepare",
    "refuse_without_service",
    "set_up",
]

Alive = Callable[[str], None]
DATABASE, SECRET, HEADS = "candela.sqlite3", "secret-key", "audit-heads"
OURS = frozenset({DATABASE, SECRET, HEADS})
STAMP = "static-version"  # the file that says what was laid out


def choose_home(home: Path | None) -> None:
    """Say which home this process is about; without one the environment says it.

    What the process writes from now on, there and elsewhere, is for nobody else.
    """
    os.umask(0o077)
    if home is not None:
        os.environ["CANDELA_HOME"] = str(home.absolute())


def set_up(home: Path | None) -> Configuration:
    """Start Django on a home and return how it is configured.

    Raises
    ------
    InputError
        If a setting is not what it should be, or the home cannot be used.
    """
    choose_home(home)
    _refuse_strange_home(configuration().home)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "candela.web.settings")
    import django
    from django.conf import settings

    try:
        found: Configuration = settings.CONFIGURATION
        found.home.chmod(0o700)
        django.setup()
    except OSError as error:
        where = error.filename or os.environ.get("CANDELA_HOME", "the home")
        raise InputError(
            f"{where}: cannot be used as the service's home ({error.strerror}). Give "
            "another folder with --home, or make this one yours."
        ) from error
    return found


def _refuse_strange_home(home: Path) -> None:
    """Refuse a folder that holds other things: its rights would be changed, too."""
    if not home.exists():
        return
    if not home.is_dir():
        raise InputError(f"{home} is a file; the home of a service is a folder.")
    there = {path.name for path in home.iterdir()} - {"lost+found"}
    if there and not there & OURS:
        raise InputError(
            f"{home} is not empty, and holds no service. Give the home of a service, "
            "or a folder that is empty or not there yet."
        )


def refuse_without_service(found: Configuration) -> None:
    """Refuse a home in which no service was ever started.

    Raises
    ------
    InputError
        Saying what to give instead.
    """
    if not found.database.is_postgresql and not (found.home / DATABASE).is_file():
        raise InputError(
            f"{found.home} holds no service: there is no {DATABASE} in it. Give the "
            "folder that the service was started with (--home)."
        )


@contextmanager
def only_one(found: Configuration) -> Iterator[None]:
    """Be the only service on a home; the lock goes with the process, however it ends.

    Raises
    ------
    InputError
        If another one is there.
    """
    with (found.home / "lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise InputError(
                f"Another Candela is working on {found.home}. Stop it first, "
                "or give another folder with --home."
            ) from None
        yield


def prepare(found: Configuration, alive: Alive) -> Path | None:
    """Make all that serving needs; return the backup made before an upgrade, if any.

    Raises
    ------
    InputError
        If the database is away, of a newer version, or its role is above the rules.
    """
    from django.core.management import call_command

    from candela.web.house.upgrade import upgrade

    _refuse_without_database(found)
    made = upgrade(found, alive=alive)
    alive("Laying out what all processes share")
    call_command("createcachetable", verbosity=0)
    _refuse_what_is_wrong()
    _lay_out_static_files(found, alive)
    return made


def _refuse_without_database(found: Configuration) -> None:
    from django.db import DatabaseError, connection

    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        if found.database.is_postgresql:
            raise InputError(
                "The database does not answer. Start PostgreSQL, or set "
                "CANDELA_DATABASE to where it is."
            ) from error
        raise InputError(
            f"The database in {found.home} cannot be opened. Look whether the disk is "
            "full and the folder is yours; then restore a backup if it stays so."
        ) from error


def _refuse_what_is_wrong() -> None:
    """Run Django's and our own checks: undeclared addresses, a role above the rules."""
    from django.core import checks

    problems = checks.run_checks(databases=["default"])
    serious = [problem for problem in problems if problem.is_serious()]
    if serious:
        lines = [f"{p.msg}. {p.hint or ''}".strip() for p in serious]
        raise InputError("The service is not started:\n" + "\n".join(lines))


def _lay_out_static_files(found: Configuration, alive: Alive) -> None:
    """Copy styles and scripts, under names that change with them, when they changed."""
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            digest.update(name.encode())
            digest.update(Path(storage.path(name)).read_bytes())
    stamp = found.home / STAMP
    if stamp.is_file() and stamp.read_text() == digest.hexdigest():
        return
    alive("Laying out styles and scripts")
    call_command("collectstatic", verbosity=0, interactive=False, clear=True)
    stamp.write_text(digest.hexdigest())
