"""What goes into a backup, and does it come out again?

The database as it stands at one moment, every book that was added, every file of
evidence, and the heads of the audit log.  Not the secrets that sessions and sealed
answers hang on, unless asked for; not mounted books, which lie elsewhere; not charts,
which are drawn again.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from candela import __version__
from candela.errors import InputError
from candela.web.configuration import Configuration
from candela.web.house import postgresql_copies, sqlite_copies
from candela.web.house.archive import About, Part, look_at, write_archive
from candela.web.house.contents import Contents
from candela.web.starting import DATABASE, HEADS, SECRET, refuse_without_service

__all__ = ["DUMP", "Backup", "back_up", "check_backup"]

Alive = Callable[[str], None]
DUMP = "database.dump"
EVIDENCE = "evidence"
ANSWERS_KEY = "answers-key"
ROOM = 1.2  # times what goes in, so that the disk is not full afterwards


@dataclass(frozen=True)
class Backup:
    """A backup that was written, and what is in it."""

    path: Path
    contents: Contents
    books: int

    @property
    def size_bytes(self) -> int:
        """How large the file is."""
        return self.path.stat().st_size


def back_up(
    configuration: Configuration,
    out: Path,
    *,
    now: datetime,
    alive: Alive,
    with_secrets: bool = False,
) -> Backup:
    """Write a backup of a service while it goes on working.

    Raises
    ------
    InputError
        If there is nothing to back up, no room, or the file cannot be written.
    """
    refuse_without_service(configuration)
    home, out = configuration.home, out.absolute()
    _refuse_without_room(home, out.parent)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=out.parent) as beside:
        alive("Noting the end of the audit log")
        # Before the database: a head must never be ahead of the lines in the copy.
        heads = Path(beside) / HEADS
        heads.write_bytes(_bytes_of(home / HEADS))
        alive("Copying the database")
        dump, contents = _copy_database(configuration, Path(beside), alive)
        parts = [dump, Part(HEADS, heads)]
        if with_secrets:
            secrets = (SECRET, ANSWERS_KEY)
            parts += [Part(n, home / n) for n in secrets if (home / n).is_file()]
        books = [home / "books" / name for name in contents.book_folders]
        there = [folder for folder in books if folder.is_dir()]
        parts += [p for folder in there for p in _files_of(folder, home)]
        # After the database: what a row in the copy names is in its place by then.
        evidence = list(_files_of(home / EVIDENCE, home))
        parts += [p for p in evidence if not p.path.name.startswith(".")]
        about = {
            "candela": __version__,
            "made_at": now.isoformat(timespec="seconds"),
            **contents.written(),
            "left_out": sorted(f.name for f in books if f not in there),
        }
        alive(f"Writing {len(there)} books and the database")
        write_archive(out, about, _telling(parts, alive))
    return Backup(out, contents, len(there))


def _copy_database(
    configuration: Configuration, beside: Path, alive: Alive
) -> tuple[Part, Contents]:
    if configuration.database.is_postgresql:
        target = beside / DUMP
        contents = postgresql_copies.dump(
            configuration.database, target, lambda: alive("Copying the database")
        )
        return Part(DUMP, target), contents
    target = beside / DATABASE
    contents = sqlite_copies.dump(configuration.home / DATABASE, target)
    return Part(DATABASE, target), contents


def _files_of(folder: Path, home: Path) -> Iterator[Part]:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            yield Part(path.relative_to(home).as_posix(), path)


def _telling(parts: Sequence[Part], alive: Alive) -> Iterator[Part]:
    for n, part in enumerate(parts, 1):
        alive(f"Writing file {n} of {len(parts)}")
        yield part


def _bytes_of(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _refuse_without_room(home: Path, folder: Path) -> None:
    """Refuse to fill the disk: the service needs it more than the backup does."""
    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder to put the backup in.")
    kept = (home / "books").rglob("*"), (home / EVIDENCE).rglob("*")
    files = [home / DATABASE, *kept[0], *kept[1]]
    needed = ROOM * 2 * sum(p.stat().st_size for p in files if p.is_file())
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise InputError(
            f"{folder}: {free / 1e6:,.0f} MB are free, and a backup needs "
            f"{needed / 1e6:,.0f}. Make room, or write it to another disk."
        )


def check_backup(
    path: Path, configuration: Configuration, *, alive: Alive, in_folder: Path
) -> About:
    """Restore a backup into a folder that is thrown away; return what it says.

    Rows are counted, the audit log is checked, and each file is held against its hash,
    by the same command that somebody would use in need.

    Raises
    ------
    InputError
        If it could not be restored, with the reason.
    """
    about = look_at(path)
    with ExitStack() as stack:
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(prefix="candela-check-", dir=in_folder)
        )
        environment = dict(os.environ)
        if about.database == "postgresql":
            name = f"candela_check_{os.getpid()}"
            environment["CANDELA_DATABASE"] = stack.enter_context(
                postgresql_copies.temporary_database(configuration.database, name)
            )
        else:
            environment.pop("CANDELA_DATABASE", None)
        command = [sys.executable, "-m", "candela", "restore", str(path.absolute())]
        command += ["--home", str(Path(folder) / "home")]
        _run(command, environment, alive)
    return about


def _run(command: list[str], environment: dict[str, Any], alive: Alive) -> None:
    with subprocess.Popen(
        command,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        try:
            while True:
                try:
                    _, said = running.communicate(timeout=1.0)
                    break
                except subprocess.TimeoutExpired:
                    alive("Restoring the backup into a folder to be thrown away")
        except BaseException:
            running.kill()
            raise
    if running.returncode:
        why = said.strip().removeprefix("candela: ") or "no reason given"
        raise InputError(f"The backup could not be restored in a test. {why}")
