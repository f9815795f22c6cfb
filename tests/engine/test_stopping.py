"""What is left when an engine is stopped in the middle?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from candela.engine.duck import open_duckdb
from candela.engine.spill import SpillFolder
from candela.engine.watching import Stopped, Watched
from engine_cases import write_stays
from spark_session import LIGHT_JAVA

# Pairs of rows without end, spilling, or a stream of codes that never ends.
PAIRS = "SELECT SUM(HASH(a.k || b.k) % 7) AS n FROM stays a, stays b"
ENDLESS = "SELECT a.age AS age FROM stays a, stays b, stays c"
PROGRAM = """
import sys
from pathlib import Path
from candela.engine.duck import open_duckdb

folder, spill, sql = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
with open_duckdb(folders=[folder], memory_bytes=200_000_000, spill=spill) as engine:
    engine.read_files("stays", [folder / "stays.parquet"], kind="parquet")
    print("counting", flush=True)
    if "age" in sql:
        engine.coded(sql, {"age": 100})
    else:
        engine.rows(sql)
"""


@pytest.fixture
def stays(tmp_path: Path) -> Path:
    folder = tmp_path / "stays"
    folder.mkdir()
    write_stays(folder / "stays.parquet", rows=100_000)
    (tmp_path / "spill").mkdir()
    return folder


def begun(stays: Path, sql: str) -> subprocess.Popen[str]:
    """A process that has begun a query that takes hours."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(stays), str(stays.parent / "spill"), sql],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=stays.parent,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "counting\n"
    time.sleep(0.3)
    assert process.poll() is None
    return process


@pytest.mark.parametrize("sql", [PAIRS, ENDLESS])
def test_ctrl_c_stops_at_once_and_leaves_nothing(stays: Path, sql: str) -> None:
    process = begun(stays, sql)
    process.send_signal(signal.SIGINT)
    out, told = process.communicate(timeout=30)
    assert process.returncode == -signal.SIGINT
    assert out == ""
    assert told.rstrip().endswith("KeyboardInterrupt")
    assert "S00000" not in told
    assert names_below(stays.parent) == ["spill", "stays", "stays/stays.parquet"]


def test_a_kill_leaves_nothing_that_can_be_read(stays: Path) -> None:
    process = begun(stays, PAIRS)
    process.kill()
    process.communicate(timeout=30)
    spill = stays.parent / "spill"
    (left,) = spill.iterdir()
    for file in left.iterdir():
        assert b"S00000" not in file.read_bytes()
    # The next start removes it.
    SpillFolder.within(spill).remove()
    assert names_below(stays.parent) == ["spill", "stays", "stays/stays.parquet"]


def test_spark_of_our_own_leaves_nothing(stays: Path, tmp_path: Path) -> None:
    program = PROGRAM.replace(
        "open_duckdb(folders=[folder], memory_bytes=200_000_000, spill=spill)",
        "open_spark(memory_bytes=600_000_000)",
    ).replace("duck import open_duckdb", "spark import open_spark")
    place, temporary = tmp_path / "cwd", tmp_path / "tmp"
    place.mkdir()
    temporary.mkdir()
    sql = "SELECT org, COUNT(*) AS n FROM stays GROUP BY org"
    done = subprocess.run(
        [sys.executable, "-c", program, str(stays), str(stays), sql],
        capture_output=True,
        text=True,
        cwd=place,
        env={**os.environ, "TMPDIR": str(temporary), "JAVA_TOOL_OPTIONS": LIGHT_JAVA},
        check=False,
    )
    if done.returncode and "Spark" in done.stderr:
        missing = done.stderr.splitlines()[-1]
        if os.environ.get("CANDELA_REQUIRE_SPARK") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    # Quiet: what Spark says on its way up may name files and rows later.
    assert (done.stdout, done.stderr, done.returncode) == ("counting\n", "", 0)
    assert names_below(place) == []
    assert names_below(temporary) == []


def names_below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_progress_is_told_while_something_runs() -> None:
    told: list[float] = []
    shares = iter([-0.01, 0.25, 0.5])
    watched = Watched(
        stop=lambda: None, progress=told.append, done=lambda: next(shares, 1.0)
    )
    assert watched.run(lambda: time.sleep(1.8)) is None
    watched.close()
    # Not known yet is not told.
    assert told[:2] == [0.25, 0.5]


def test_progress_of_an_engine_is_between_0_and_1(stays: Path) -> None:
    told: list[float] = []
    with open_duckdb(folders=[stays], progress=told.append) as engine:
        engine.read_files("stays", [stays / "stays.parquet"], kind="parquet")
        engine.rows("SELECT COUNT(*) AS n FROM stays")
    assert all(0 <= share <= 1 for share in told)


def test_work_between_batches_gives_up_when_told() -> None:
    watched = Watched(stop=lambda: None)
    watched.check()
    watched.stopped = True
    with pytest.raises(Stopped):
        watched.check()
    watched.close()
