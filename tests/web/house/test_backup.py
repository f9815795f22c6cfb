"""Does everything come back from a backup, however busy the service was?"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sqlite3
import stat
import subprocess
import sys
import tarfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from candela.web.house.sqlite_copies import dump
from small_nation import MadeUp
from web_service import environment, own_database, run

AT_WORK = Path(__file__).with_name("at_work.py")
SEAL = "f" * 64


@dataclass(frozen=True)
class Place:
    """The home of a service, its database, and an empty one to restore into."""

    home: Path
    settings: dict[str, str]
    other: dict[str, str]

    def candela(self, *arguments: object) -> subprocess.CompletedProcess[str]:
        """Run a command on this service."""
        return run(*arguments, home=self.home, **self.settings)

    def at_work(self, *arguments: object) -> str:
        """Do something that only a service at work would; return what it printed."""
        return subprocess.run(
            [sys.executable, str(AT_WORK), *map(str, arguments)],
            env=environment(self.home, self.settings),
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout

    def restore(self, backup: Path, home: Path) -> subprocess.CompletedProcess[str]:
        """Restore a backup of this service beside it."""
        return run("restore", backup, "--home", home, **self.other)


@pytest.fixture(scope="module")
def made(made_up: MadeUp, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A service with people, books and a log; only to be copied."""
    with own_database("service") as settings:
        place = Place(tmp_path_factory.mktemp("made") / "home", settings, {})
        assert place.candela("upgrade").returncode == 0
        place.at_work("fill", made_up.book)
        yield place


@pytest.fixture
def place(made: Place, tmp_path: Path) -> Iterator[Place]:
    """A copy of that service, and an empty database beside it."""
    shutil.copytree(made.home, tmp_path / "home")
    with (
        own_database("copy", like=made.settings) as settings,
        own_database("restored") as other,
    ):
        yield Place(tmp_path / "home", settings, other)


def about(backup: Path) -> dict[str, Any]:
    with tarfile.open(backup) as tar:
        content = tar.extractfile("backup.json")
        assert content is not None
        return dict(json.loads(content.read()))


def names_in(backup: Path) -> set[str]:
    with tarfile.open(backup) as tar:
        return set(tar.getnames())


def test_everything_comes_back_and_the_restoring_is_a_line_of_the_log(
    place: Place, made_up: MadeUp, tmp_path: Path
) -> None:
    backup, home = tmp_path / "b.tar", tmp_path / "restored"
    told = place.candela("backup", "--out", backup)
    assert told.returncode == 0, told.stderr
    assert re.search(r": \d+ rows, 1 book\.\n", told.stdout)
    assert "It holds personal data" in told.stdout
    restored = place.restore(backup, home)
    assert restored.returncode == 0, restored.stderr
    rows = about(backup)["rows"]
    assert (rows["audit_event"], rows["accounts_user"], rows["books_book"]) == (
        10,
        2,
        2,
    )
    assert (
        f"{sum(rows.values())} rows, 1 book. Chain unbroken, 10 lines."
        in restored.stdout
    )
    for path in made_up.book.rglob("*"):
        if path.is_file():
            name = path.relative_to(made_up.book)
            assert (home / "books" / SEAL / name).read_bytes() == path.read_bytes()
    minutes = b"Feet are checked from today.\n"
    evidence = home / "evidence" / hashlib.sha256(minutes).hexdigest()
    assert rows["coding_evidence"] == 2  # one for each organisation, and one file
    assert evidence.read_bytes() == minutes
    for path in [home, *home.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, path
    # Ten lines of the service, and one that says it was restored.
    verified = run("audit", "verify", "--home", home, **place.other)
    assert (verified.returncode, verified.stdout) == (
        0,
        "Chain unbroken, 11 lines.\n",
    )


def test_a_backup_made_while_people_write_is_whole_and_no_write_fails(
    place: Place, tmp_path: Path
) -> None:
    with subprocess.Popen(
        [sys.executable, str(AT_WORK), "write"],
        env=environment(place.home, place.settings),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdout is not None
        assert writer.stderr is not None
        kept = [int(writer.stdout.readline()) for _ in range(20)]
        for n in range(3):
            told = place.candela("backup", "--out", tmp_path / f"{n}.tar")
            assert told.returncode == 0, told.stderr
        assert writer.poll() is None, writer.stderr.read()
        writer.kill()
        later = [int(line) for line in writer.stdout.read().split()]
    counts = [about(tmp_path / f"{n}.tar")["rows"]["audit_event"] for n in range(3)]
    # Whatever was kept before a backup began is in it; people wrote on meanwhile.
    assert kept[-1] <= counts[0] < counts[1] < counts[2] <= later[-1] + 1
    assert [*kept, *later] == list(range(11, 11 + len(kept) + len(later)))
    restored = place.restore(tmp_path / "2.tar", tmp_path / "restored")
    assert restored.returncode == 0, restored.stderr
    assert f"Chain unbroken, {counts[2]:,} lines." in restored.stdout


def test_the_drill_restores_into_a_folder_that_is_thrown_away(
    place: Place, tmp_path: Path
) -> None:
    backup = tmp_path / "b.tar"
    place.candela("backup", "--out", backup)
    before = sorted(tmp_path.iterdir())
    told = place.candela("backup", "--check", backup)
    assert told.returncode == 0, told.stderr
    assert told.stdout == (
        f"{backup}: restored in a test. {sum(about(backup)['rows'].values())} rows, "
        "every file as it was written, audit log unbroken.\n"
    )
    assert sorted(tmp_path.iterdir()) == before


def test_the_drill_finds_a_log_that_was_spoilt_and_the_restore_still_brings_all(
    place: Place, tmp_path: Path
) -> None:
    backup, home = tmp_path / "b.tar", tmp_path / "restored"
    place.at_work("spoil")
    verified = place.candela("audit", "verify")
    assert verified.returncode == 14
    assert verified.stderr.startswith(
        "candela: The audit log is not whole. line 3: its content is not what was "
        "written. Somebody who can write to the database changed it"
    )
    place.candela("backup", "--out", backup)
    told = place.candela("backup", "--check", backup)
    assert told.returncode == 10
    assert "The backup could not be restored in a test." in told.stderr
    assert "line 3: its content is not what was written" in told.stderr
    restored = place.restore(backup, home)
    assert restored.returncode == 14
    assert f"Restored to {home}, but the audit log in the backup" in restored.stderr
    assert (home / "books" / SEAL / "report.html").is_file()


def test_lines_cut_from_the_end_before_the_backup_are_found_after_it(
    place: Place, tmp_path: Path
) -> None:
    backup = tmp_path / "b.tar"
    with (place.home / "audit-heads").open("a") as heads:
        heads.write(f"11 {'a' * 64}\n")  # as a line would leave that is gone now
    place.candela("backup", "--out", backup)
    restored = place.restore(backup, tmp_path / "restored")
    assert restored.returncode == 14
    assert "lines were removed from its end" in restored.stderr


def test_the_secret_is_in_it_only_when_asked_for(place: Place, tmp_path: Path) -> None:
    place.candela("backup", "--out", tmp_path / "without.tar")
    place.candela("backup", "--out", tmp_path / "with.tar", "--with-secrets")
    assert "secret-key" not in names_in(tmp_path / "without.tar")
    assert "secret-key" in names_in(tmp_path / "with.tar")
    secret = (place.home / "secret-key").read_bytes()
    assert secret not in (tmp_path / "without.tar").read_bytes()
    restored = place.restore(tmp_path / "with.tar", tmp_path / "restored")
    assert restored.returncode == 0, restored.stderr
    assert (tmp_path / "restored" / "secret-key").read_bytes() == secret


def test_the_key_of_sealed_answers_goes_where_the_secret_goes(
    place: Place, tmp_path: Path
) -> None:
    (place.home / "answers-key").write_text("of sealed answers")
    place.candela("backup", "--out", tmp_path / "without.tar")
    place.candela("backup", "--out", tmp_path / "with.tar", "--with-secrets")
    assert "answers-key" not in names_in(tmp_path / "without.tar")
    assert "answers-key" in names_in(tmp_path / "with.tar")


def test_half_a_file_of_evidence_is_not_backed_up(place: Place, tmp_path: Path) -> None:
    (place.home / "evidence" / ".abc.partial").write_bytes(b"half")
    place.candela("backup", "--out", tmp_path / "b.tar")
    names = {n for n in names_in(tmp_path / "b.tar") if n.startswith("evidence/")}
    assert len(names) == 1
    assert not any("partial" in name for name in names)


def test_nothing_is_restored_over_something(place: Place, tmp_path: Path) -> None:
    backup = tmp_path / "b.tar"
    place.candela("backup", "--out", backup)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("Dear Ann")
    told = place.restore(backup, tmp_path / "full")
    assert told.returncode == 10
    assert "is not empty, and nothing in it is overwritten." in told.stderr
    assert [p.name for p in (tmp_path / "full").iterdir()] == ["letter.txt"]
    if place.settings:
        told = run("restore", backup, "--home", tmp_path / "new", **place.settings)
        assert told.returncode == 10
        assert "is not empty. Make an empty one" in told.stderr


def test_a_damaged_backup_leaves_nothing_behind(place: Place, tmp_path: Path) -> None:
    backup = tmp_path / "b.tar"
    place.candela("backup", "--out", backup)
    content = bytearray(backup.read_bytes())
    place_of_name = content.find(b"Made-up")
    content[place_of_name] ^= 1
    backup.write_bytes(content)
    before = sorted(tmp_path.iterdir())
    told = place.restore(backup, tmp_path / "restored")
    assert told.returncode == 10
    assert "the backup is damaged:" in told.stderr
    assert sorted(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "`--out FILE` makes a backup, `--check FILE` restores one in a test."),
        (["--out", "x.tar", "--check", "y.tar"], "Say what to do:"),
        (["--out", "nowhere/x.tar"], "there is no such folder to put the backup in."),
        (["--check", "nothing.tar"], "there is no such file."),
    ],
)
def test_what_is_wrong_with_the_command_is_told(
    made: Place, arguments: list[str], words: str
) -> None:
    told = made.candela("backup", *arguments)
    assert told.returncode == 10
    assert words in told.stderr


@pytest.mark.parametrize("command", [("backup", "--out", "x.tar"), ("audit", "verify")])
def test_a_home_without_a_service_is_told_and_left_alone(
    tmp_path: Path, command: tuple[str, ...]
) -> None:
    told = run(*command, home=tmp_path / "home")
    assert told.returncode == 10
    assert "holds no service: there is no candela.sqlite3 in it." in told.stderr
    assert not (tmp_path / "home").exists()


# By night.


def test_by_night_a_backup_is_made_restored_in_a_test_and_noted(place: Place) -> None:
    folder = place.home / "backups"
    folder.mkdir(mode=0o700)
    earlier = [folder / f"nightly-2026-01-{day:02}T020000.tar" for day in range(1, 10)]
    for path in earlier:
        path.touch()
    (folder / "before-upgrade-to-9.tar").touch()
    told = json.loads(place.at_work("night", "back-up"))
    assert (told["status"], told["message"]) == ("done", "")
    result = told["notes"]["backup restored in test"]
    assert result == told["result"]
    assert (result["books"], result["rows"]) == (
        1,
        sum(about(folder / result["file"])["rows"].values()),
    )
    assert {p.name for p in folder.iterdir()} == {
        *(p.name for p in earlier[-6:]),
        result["file"],
        "before-upgrade-to-9.tar",
    }
    verified = place.candela("audit", "verify")
    assert verified.stdout == "Chain unbroken, 11 lines.\n"
    assert list((place.home / "staging").iterdir()) == []


def test_a_backup_that_cannot_be_restored_is_told_by_the_job(place: Place) -> None:
    place.at_work("spoil")
    told = json.loads(place.at_work("night", "back-up"))
    assert told["status"] == "failed"
    assert told["message"].startswith("The backup could not be restored in a test.")
    assert "backup restored in test" not in told["notes"]


# Upgrades.


def migrations(place: Place, *statements: str) -> None:
    """Change the record of migrations, as another version would have left it."""
    program = (
        "import django, sys; django.setup()\n"
        "from django.db import connection\n"
        "with connection.cursor() as cursor:\n"
        "    for statement in sys.argv[1:]: cursor.execute(statement)\n"
    )
    subprocess.run(
        [sys.executable, "-c", program, *statements],
        env={
            **environment(place.home, place.settings),
            "DJANGO_SETTINGS_MODULE": "candela.web.settings",
        },
        check=True,
    )


def test_a_database_of_a_newer_version_is_refused_and_left_alone(place: Place) -> None:
    migrations(
        place,
        "INSERT INTO django_migrations (app, name, applied) "
        "VALUES ('books', '0099_shelves', '2027-01-01 00:00:00')",
    )
    for command in (["upgrade"], ["serve", "--port", "0"]):
        told = place.candela(*command)
        assert told.returncode == 10
        assert "was written by a newer Candela than this one" in told.stderr
        assert "`books.0099_shelves`" in told.stderr
    assert not list(place.home.glob("backups/*"))


def test_an_upgrade_makes_a_backup_first_and_is_a_line_of_the_log(
    place: Place, tmp_path: Path
) -> None:
    # As an older version had left it: what later ones brought is not there yet.
    migrations(
        place,
        "DROP TABLE house_keptletter",
        "DROP TABLE house_hold",
        "DELETE FROM django_migrations WHERE app = 'house' AND name > '0002'",
    )
    told = place.candela("upgrade")
    assert told.returncode == 0, told.stderr
    (backup,) = (place.home / "backups").iterdir()
    assert f"The backup made before: {backup}\n" in told.stdout
    assert "house_hold" not in about(backup)["rows"]
    verified = place.candela("audit", "verify")
    assert verified.stdout == "Chain unbroken, 11 lines.\n"
    again = place.candela("upgrade")
    assert "The backup made before" not in again.stdout
    # The old backup comes back, and is brought to this version.
    restored = place.restore(backup, tmp_path / "restored")
    assert restored.returncode == 0, restored.stderr
    assert "Chain unbroken, 11 lines." in restored.stdout  # ten, and the upgrade


def test_a_hundred_megabytes_are_copied_in_a_second(tmp_path: Path) -> None:
    source = tmp_path / "source.sqlite3"
    with sqlite3.connect(source) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE django_migrations (app TEXT, name TEXT)")
        database.execute(
            "CREATE TABLE books_book (folder TEXT, is_mounted BOOL, content BLOB)"
        )
        for _ in range(100):
            database.execute(
                "INSERT INTO books_book VALUES ('', 0, randomblob(1000000))"
            )
    database.close()
    start = time.perf_counter()
    contents = dump(source, tmp_path / "copy.sqlite3")
    seconds = time.perf_counter() - start
    assert contents.rows["books_book"] == 100
    # Under 1 s on a machine that does nothing else; other tests run beside this one.
    assert seconds < 10
