"""Does the command run a study, and leave nothing behind when it is stopped?"""

from __future__ import annotations

import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from book_pages import manifest_of, rows_of
from candela.build import verify_book
from command import candela
from patient_studies import ADMISSIONS, spells, write_folder

HELP_SECONDS = FIRST_LINE_SECONDS = 1.0
STOPPED = 130
ROWS = 6000
WAIT = 300  # seconds for a machine that does much else

# The command as it is, but that it tells each step, however quick the machine is.
TELLS_EACH_STEP = """
import candela.cli.progress
candela.cli.progress.QUIET_SECONDS = 0
from candela.cli.main import main
main()
"""
# Writes the book of a study that was run before, and stops itself while it writes.
STOPS_WHILE_WRITING = """
import os, signal, sys
from pathlib import Path
from candela.build.study import StudySettings, write_study
from candela.publish.charts import Chart
from study_cases import TODAY, ozdemir_like

Chart.svg = lambda chart: "<svg></svg>"
Chart.png = lambda chart: b""
real, calls = Path.write_bytes, 0

def stops(path, content):
    global calls
    calls += 1
    if calls == int(sys.argv[2]):
        os.kill(os.getpid(), getattr(signal, sys.argv[3]))
    return real(path, content)

Path.write_bytes = stops
found = ozdemir_like()
write_study(found, Path(sys.argv[1]), StudySettings(found.protocol, TODAY))
"""


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of six thousand admissions, and a protocol beside it."""
    place = tmp_path_factory.mktemp("patients")
    (place / "mine.toml").write_text(ADMISSIONS)
    return write_folder(place / "files", spell=spells(ROWS)).parent


@pytest.fixture(scope="module")
def book(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("study") / "book"
    arguments = ("--data", data / "files", "--out", place)
    assert candela("study", data / "mine.toml", *arguments) == 0
    return place


# Whole.


def test_a_folder_of_patients_becomes_a_book(book: Path) -> None:
    assert verify_book(book) == ()
    assert manifest_of(book)["kind"] == "study"
    (main,) = (r for r in rows_of(book, "tables/association") if r["primary"] == "yes")
    assert main["scale"] == "odds ratio"
    assert float(main["upper"]) < 1  # planted: fewer deaths with more research


def test_every_row_is_accounted_for_to_the_nearest_five(book: Path) -> None:
    flow = rows_of(book, "tables/cohort_flow")
    assert flow[0]["before"] == f"{ROWS}"
    assert int(flow[-1]["remaining"]) <= ROWS
    assert all(
        row["remaining"] == "*" or int(row["remaining"]) % 5 == 0 for row in flow
    )


def test_nothing_of_a_row_is_anywhere_in_the_book(book: Path) -> None:
    """No pseudonym of a stay and no day of an admission."""
    rows = spells(ROWS)
    days = {str(day).encode() for day in rows["admission_date"]}
    days -= {f"{year}-{day}".encode() for year in range(2009, 2017)
             for day in ("01-01", "12-31", "04-01", "03-31")}  # fmt: skip
    for path in book.rglob("*"):
        if path.is_file() and path.suffix != ".png":
            raw = path.read_bytes()
            assert b"S4321" not in raw
            assert not any(day in raw for day in days), path.name


def test_the_same_book_is_written_again_to_the_byte(
    data: Path, book: Path, tmp_path: Path
) -> None:
    again = tmp_path / "book"
    arguments = ("--data", data / "files", "--out", again, "--threads", 1)
    assert candela("study", data / "mine.toml", *arguments) == 0
    for path in book.rglob("*"):
        if path.is_file():
            same = again / path.relative_to(book)
            assert same.read_bytes() == path.read_bytes(), path.name


def test_a_folder_that_is_not_there_ends_with_10_and_writes_nothing(
    data: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    missing = candela(
        *("study", data / "mine.toml"),
        *("--data", data / "nowhere", "--out", tmp_path / "book"),
    )
    assert missing == 10
    assert "nowhere" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_book_is_not_written_among_the_patients(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = data / "files"
    arguments = ("--data", files, "--out", files / "book")
    assert candela("study", data / "mine.toml", *arguments) == 10
    assert "Choose a place outside" in capsys.readouterr().err


# At once.


def started(data: Path, out: Path, temporary: Path) -> subprocess.Popen[str]:
    temporary.mkdir(exist_ok=True)
    return subprocess.Popen(
        [
            *(sys.executable, "-c", TELLS_EACH_STEP, "study", str(data / "mine.toml")),
            *("--data", str(data / "files"), "--out", str(out)),
        ],
        stderr=subprocess.PIPE,
        text=True,
        cwd=temporary,
        env={**os.environ, "TMPDIR": str(temporary)},
    )


def test_help_answers_within_a_second() -> None:
    seconds = []
    for _ in range(3):
        start = time.perf_counter()
        command = [sys.executable, "-m", "candela", "study", "--help"]
        subprocess.run(command, capture_output=True, check=True)
        seconds.append(time.perf_counter() - start)
    assert statistics.median(seconds) < HELP_SECONDS


def test_the_first_line_of_progress_comes_within_a_second(
    data: Path, tmp_path: Path
) -> None:
    seconds = []
    for n in range(3):
        start = time.perf_counter()
        with started(data, tmp_path / f"book{n}", tmp_path / "t") as running:
            assert running.stderr is not None
            assert running.stderr.readline() == "starting\n"
            seconds.append(time.perf_counter() - start)
            running.kill()
    assert statistics.median(seconds) < FIRST_LINE_SECONDS


# Stopped.


@pytest.mark.parametrize(
    ("stop", "lines"),
    [
        (signal.SIGINT, 1),
        (signal.SIGINT, 4),
        (signal.SIGINT, 9),
        (signal.SIGTERM, 3),
        (signal.SIGKILL, 2),
        (signal.SIGKILL, 7),
    ],
)
def test_a_run_that_is_stopped_leaves_nothing(
    data: Path, tmp_path: Path, stop: signal.Signals, lines: int
) -> None:
    before = sorted(p.name for p in (data / "files").iterdir())
    (tmp_path / "out").mkdir()
    with started(data, tmp_path / "out" / "book", tmp_path / "t") as running:
        assert running.stderr is not None
        for _ in range(lines):
            assert running.stderr.readline()
        running.send_signal(stop)
        _, said = running.communicate(timeout=WAIT)
    if stop is signal.SIGKILL:
        assert running.returncode == -signal.SIGKILL
    else:
        assert running.returncode == STOPPED
        assert said.splitlines()[-1] == "candela: stopped; no book was written."
        assert "Traceback" not in said
    assert list((tmp_path / "out").iterdir()) == []
    assert list((tmp_path / "t").iterdir()) == []
    assert sorted(p.name for p in (data / "files").iterdir()) == before


@pytest.mark.parametrize("stop", ["SIGINT", "SIGKILL"])
@pytest.mark.parametrize("call", [1, 20])
def test_whoever_stops_it_while_it_writes_finds_no_part_of_a_book(
    tmp_path: Path, stop: str, call: int
) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            STOPS_WHILE_WRITING,
            str(tmp_path / "book"),
            str(call),
            stop,
        ],
        capture_output=True,
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])},
    )
    assert done.returncode != 0
    assert not (tmp_path / "book").exists()
    # Killed, it cannot tidy up: what is left is hidden, and as protected as a book.
    left = [p.name for p in tmp_path.iterdir()]
    assert all(name.startswith(".book.") for name in left)
    assert bool(left) is (stop == "SIGKILL")


def test_an_earlier_book_is_whole_after_a_run_that_was_stopped(
    book: Path, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*arguments: object, **more: object) -> Callable[..., None]:
        raise KeyboardInterrupt

    monkeypatch.setattr("candela.build.study.protected", stopped)
    arguments = ("--data", data / "files", "--out", book)
    assert candela("study", data / "mine.toml", *arguments) == STOPPED
    assert verify_book(book) == ()
