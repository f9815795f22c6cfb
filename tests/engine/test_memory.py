"""Is memory bounded, and is anything put on disk?"""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import numpy as np
import pytest

from candela.engine.duck import DuckEngine, open_duckdb
from candela.engine.spill import SpillFolder
from candela.errors import InputError
from engine_cases import counted, write_stays

# Sorts 400,000 wide rows: some 90 MB that have to be somewhere.
SORTED = (
    "SELECT COUNT(*) AS n FROM (SELECT ROW_NUMBER() OVER (ORDER BY HASH(w)) AS r, w"
    " FROM (SELECT k || REPEAT('-', 200) || k AS w FROM stays))"
    " WHERE r > 100 AND w > ''"
)


@pytest.fixture(scope="module")
def stays(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stays")
    return write_stays(folder / "stays.parquet", rows=400_000)


def reading(
    stays: Path, *, threads: int = 2, memory: int = 90, spill: Path | None = None
) -> DuckEngine:
    engine = open_duckdb(
        folders=[stays.parent],
        memory_bytes=memory * 1_000_000,
        threads=threads,
        spill=spill,
    )
    engine.read_files("stays", [stays], kind="parquet")
    return engine


def test_a_query_beyond_the_memory_is_refused_and_says_what_to_do(
    stays: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with reading(stays) as engine:
        with pytest.raises(InputError, match=r"`--memory`, or .* with `--spill`"):
            engine.rows(SORTED)
        assert engine.rows("SELECT COUNT(*) AS n FROM stays") == [{"n": 400_000}]
        assert list(tmp_path.iterdir()) == []


def test_what_is_spilt_is_private_encrypted_and_removed(
    stays: Path, tmp_path: Path
) -> None:
    seen: dict[str, bytes] = {}
    with reading(stays, threads=1, spill=tmp_path) as engine:
        (folder,) = tmp_path.iterdir()
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        done = threading.Event()
        watcher = threading.Thread(target=keep_reading, args=(folder, seen, done))
        watcher.start()
        try:
            assert engine.rows(SORTED) == [{"n": 399_900}]
        finally:
            done.set()
            watcher.join()
    assert list(tmp_path.iterdir()) == []
    assert sum(len(content) for content in seen.values()) > 1_000_000
    # Every row is an S, nine digits and dashes.
    assert not any(b"S000" in part or b"-----" in part for part in seen.values())


def keep_reading(folder: Path, seen: dict[str, bytes], done: threading.Event) -> None:
    while not done.wait(0.05):
        for file in folder.glob("*"):
            try:
                with file.open("rb") as opened:
                    content = opened.read(4_000_000)
            except OSError:
                continue
            if len(content) > len(seen.get(file.name, b"")):
                seen[file.name] = content


def test_what_a_crash_left_is_removed_at_the_next_start(tmp_path: Path) -> None:
    crashed, other = SpillFolder.within(tmp_path), tmp_path / "not ours"
    other.mkdir()
    (crashed.folder / "rows.tmp").write_text("rows")
    alive = SpillFolder.within(tmp_path)
    # A lock that is held protects its folder.
    assert crashed.folder.exists()
    os.close(crashed.lock)
    third = SpillFolder.within(tmp_path)
    assert not crashed.folder.exists()
    assert alive.folder.exists()
    alive.remove()
    third.remove()
    third.remove()
    assert list(tmp_path.iterdir()) == [other]


def test_a_folder_that_cannot_be_written_to_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(**_: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkdtemp", refused)
    with pytest.raises(InputError, match=r"Nothing can be written to .*Permission"):
        SpillFolder.within(tmp_path)


ORG = "CAST(SUBSTR(org, 2) AS INT) AS org"
IN_FILE_ORDER = [
    f"SELECT age, {ORG} FROM stays",
    f"SELECT age, {ORG} FROM stays WHERE org IN ('Z1', 'Z2', 'Z3', 'Z4', 'Z5', 'Z6')",
    f"SELECT age, {ORG} FROM stays WHERE age > 20 UNION ALL"
    f" SELECT age, {ORG} FROM stays WHERE age < 10",
]
IN_ANOTHER = [
    "SELECT age, code AS org FROM stays JOIN orgs USING (org)",
    f"SELECT age, {ORG} FROM stays GROUP BY ALL",
    f"SELECT DISTINCT age, {ORG} FROM stays",
]


@pytest.mark.parametrize("sql", IN_FILE_ORDER + IN_ANOTHER)
def test_the_order_of_rows_does_not_depend_on_threads(stays: Path, sql: str) -> None:
    found = []
    for threads in (1, 2, 2, 3):
        with reading(stays, threads=threads, memory=200) as engine:
            engine.put("orgs", {"org": [f"Z{n}" for n in range(7)], "code": range(7)})
            rows = engine.coded(sql, {"age": 100, "org": 7})
            found.append(np.stack([c.codes for c in rows.columns.values()]))
            # Threads are given back after a query that was run on one.
            settings = "SELECT CAST(CURRENT_SETTING('threads') AS INT) AS n"
            assert engine.rows(settings) == [{"n": threads}]
    assert all(np.array_equal(found[0], other) for other in found[1:])


def test_the_order_of_held_rows_does_not_depend_on_threads(stays: Path) -> None:
    found = []
    for threads in (1, 2, 2):
        with reading(stays, threads=threads, memory=200) as engine:
            engine.hold("held", "SELECT age, org FROM stays GROUP BY age, org")
            rows = engine.coded(f"SELECT age, {ORG} FROM held", {"age": 100, "org": 7})
            found.append(np.stack([c.codes for c in rows.columns.values()]))
    assert found[0].shape == (2, 700)
    assert all(np.array_equal(found[0], other) for other in found[1:])


def test_rows_come_in_the_order_of_the_file(stays: Path) -> None:
    with reading(stays, memory=200) as engine:
        rows = engine.coded(IN_FILE_ORDER[0], {"age": 100, "org": 7})
    number = np.arange(400_000)
    assert np.array_equal(rows.columns["age"].codes, number % 100)
    assert np.array_equal(rows.columns["org"].codes, number % 7)


def test_parts_are_joined_without_a_seam(
    stays: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # 400,000 rows in parts of 150,000: two full ones and a rest.
    monkeypatch.setattr("candela.engine.code_columns.PART_ROWS", 150_000)
    with reading(stays, memory=200) as engine:
        rows = engine.coded("SELECT age FROM stays", {"age": 100})
    assert np.array_equal(rows.columns["age"].codes, np.arange(400_000) % 100)


def test_repeated_keys_are_found_share_by_share(
    stays: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("candela.engine.duck.KEYS_AT_ONCE", 90_000)
    with reading(stays, memory=200) as engine:
        assert engine.repeated_keys("stays", "k") == 0
        twice = "SELECT * FROM stays UNION ALL SELECT * FROM stays WHERE age < 3"
        engine.create_view("twice", twice)
        # 3 of 100 ages: 12,000 rows are there again.
        assert engine.repeated_keys("twice", "k") == 12_000
        assert engine.keep_one("once", "twice", "k") == 12_000
        assert counted(engine.coded("SELECT age FROM once", {"age": 100})) == sorted(
            (n % 100,) for n in range(400_000)
        )


def test_a_column_has_at_most_65536_levels(stays: Path) -> None:
    with reading(stays) as engine:
        for levels in (0, 65_537):
            with pytest.raises(InputError, match=r"expected 1 to 65536\. Band it"):
                engine.coded("SELECT age FROM stays", {"age": levels})
