"""Can anything reach out of a locked engine?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from candela.engine.duck import DuckEngine, open_duckdb
from candela.errors import InputError
from engine_cases import MARKER, write_stays, write_text


@pytest.fixture
def allowed(tmp_path: Path) -> Path:
    folder = tmp_path / "allowed"
    folder.mkdir()
    write_stays(folder / "stays.parquet", rows=10)
    (tmp_path / "allowed too").mkdir()
    write_text(tmp_path / "allowed too" / "x.csv", [["a"], ["1"]])
    return folder


@pytest.fixture
def engine(allowed: Path) -> Iterator[DuckEngine]:
    with open_duckdb(folders=[allowed], memory_bytes=200_000_000) as found:
        yield found


@pytest.mark.parametrize(
    "path", ["/etc/passwd", "{allowed}/../allowed too/x.csv", "{allowed} too/x.csv"]
)
@pytest.mark.parametrize(
    "query", ["FROM read_text('{}')", "FROM read_csv('{}')", "FROM glob('{}*')"]
)
def test_nothing_outside_the_folders_is_read(
    engine: DuckEngine, allowed: Path, path: str, query: str
) -> None:
    sql = f"SELECT * {query.format(path.format(allowed=allowed))}"
    with pytest.raises(InputError, match="outside the folders"):
        engine.rows(sql)


def test_a_file_outside_the_folders_is_refused_by_name(
    engine: DuckEngine, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match=r"x\.csv is outside the folders"):
        engine.read_files("s", [tmp_path / "allowed too" / "x.csv"], kind="csv")


def test_a_link_out_of_the_folders_is_not_followed(
    engine: DuckEngine, allowed: Path, tmp_path: Path
) -> None:
    (allowed / "link.csv").symlink_to(tmp_path / "allowed too" / "x.csv")
    with pytest.raises(InputError, match="outside the folders"):
        engine.read_files("s", [allowed / "link.csv"], kind="csv")


@pytest.mark.parametrize(
    "sql",
    [
        "COPY (SELECT 1) TO '{allowed}/out.csv'",
        "COPY (SELECT 1) TO '{allowed}/out.parquet'",
        "EXPORT DATABASE '{allowed}/out'",
        "ATTACH '{allowed}/out.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET threads = 64",
        "SET memory_limit = '8GB'",
        "SET enable_external_access = true",
        "RESET lock_configuration",
        "PRAGMA enable_profiling",
        "CREATE TABLE t AS SELECT 1",
        "DROP VIEW stays",
        "CALL duckdb_settings()",
        "SELECT 1; COPY (SELECT 1) TO '{allowed}/out.csv'",
        "SELECT * FROM query('COPY (SELECT 1) TO ''{allowed}/out.csv''')",
    ],
)
def test_nothing_is_written_or_changed(
    engine: DuckEngine, allowed: Path, sql: str
) -> None:
    before = sorted(allowed.iterdir())
    with pytest.raises((ValueError, InputError)):
        engine.rows(sql.format(allowed=allowed))
    assert sorted(allowed.iterdir()) == before


@pytest.mark.parametrize(
    "statement",
    [
        "SET memory_limit = '8GB'",
        "SET temp_directory = '/tmp'",
        "SET allowed_directories = ['/']",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SET allowed_configs = ['memory_limit']",
        "INSTALL httpfs",
        "LOAD httpfs",
        "COPY (SELECT 1) TO '/tmp/candela-out.csv'",
        "ATTACH '/tmp/candela-out.db'",
    ],
)
def test_the_lock_holds_even_inside(engine: DuckEngine, statement: str) -> None:
    with pytest.raises(InputError):
        engine._do(statement)


def test_a_variable_of_python_is_not_a_table(engine: DuckEngine) -> None:
    import pyarrow as pa

    persons = pa.table({"name": [MARKER]})
    with pytest.raises(ValueError, match="cannot be planned"):
        engine.rows("SELECT * FROM persons")
    assert persons.num_rows == 1


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no folder .*gone"):
        open_duckdb(folders=[tmp_path / "gone"])
    with pytest.raises(InputError, match=r"no folder .*gone to spill to"):
        open_duckdb(folders=[tmp_path], spill=tmp_path / "gone")


def test_an_engine_needs_memory_and_a_thread(tmp_path: Path) -> None:
    for wrong in ({"memory_bytes": 0}, {"threads": 0}):
        with pytest.raises(ValueError, match="needs memory and a thread"):
            open_duckdb(folders=[tmp_path], **wrong)  # type: ignore[arg-type]


def test_nothing_shows_codes_or_sends_them_away(engine: DuckEngine) -> None:
    engine.put("given", {"code": [41, 42, 43]})
    found = engine.coded("SELECT code FROM given", {"code": 50})
    assert repr(found) == "CodedRows(3 rows, code)"
    assert "42" not in repr(found.columns["code"])
