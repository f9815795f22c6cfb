"""How are person-level files counted on one machine?

DuckDB, locked down: it reads the named folders and nothing else, keeps to its memory
and threads, loads nothing from elsewhere, and writes nothing unless a folder for
spilling is named.  Only single ``SELECT`` statements are run for others.

Codes come in the order of the rows in the files.  A query that would lose that order
when shared among threads (a join, a grouping) is run on one thread, so that a result
never depends on how many there are.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TypeVar

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from candela.engine.code_columns import gathered, whole_numbers
from candela.engine.duck_lock import locked_connection
from candela.engine.duck_sql import keeps_order, source_sql
from candela.engine.expressions import quoted
from candela.engine.file_columns import same_columns, written_columns
from candela.engine.given import given_table
from candela.engine.session import CodedRows, FileKind
from candela.engine.spill import SpillFolder
from candela.engine.watching import Watched
from candela.engine.wording import duckdb_error
from candela.errors import InputError

__all__ = ["DuckEngine", "open_duckdb"]

Answer = TypeVar("Answer")

BATCH_ROWS = 500_000
KEYS_AT_ONCE = 50_000_000  # 8 bytes each, twice while they are gathered


def open_duckdb(
    *,
    folders: Sequence[Path],
    memory_bytes: int = 1_500_000_000,
    threads: int = 2,
    spill: Path | None = None,
    progress: Callable[[float], None] | None = None,
) -> DuckEngine:
    """Return an engine that reads the files in ``folders`` and nothing else.

    Parameters
    ----------
    folders
        Folders of person-level files; they and what is below them may be read.
    memory_bytes
        What DuckDB may take.  Code columns that are handed over come on top.
    spill
        A folder where rows may be put aside, encrypted, in a private folder of this
        process.  Without one nothing is written, and a query too large is refused.
    progress
        Told now and then, between 0 and 1, how far a long query is.

    Raises
    ------
    InputError
        If a folder is not there.
    """
    for folder in folders:
        if not folder.is_dir():
            raise InputError(f"There is no folder {folder}.")
    if memory_bytes < 1 or threads < 1:
        raise ValueError("an engine needs memory and a thread")
    place = None if spill is None else SpillFolder.within(spill)
    connection = locked_connection(folders, memory_bytes, threads, place)
    return DuckEngine(connection, folders, threads, place, progress)


class DuckEngine:
    """DuckDB in memory, locked down.  Use it in a ``with`` block."""

    name: Literal["duckdb", "spark"] = "duckdb"
    version: str = duckdb.__version__

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        folders: Sequence[Path],
        threads: int,
        spill: SpillFolder | None,
        progress: Callable[[float], None] | None,
    ) -> None:
        self._connection = connection
        self._folders = tuple(folder.resolve() for folder in folders)
        self._threads = threads
        self._spill = spill
        self._files: list[Path] = []
        self._numbers = itertools.count(1)
        self._watched = Watched(
            stop=connection.interrupt,
            progress=progress,
            done=lambda: connection.query_progress() / 100,
        )

    def read_files(
        self, view: str, files: Sequence[Path], *, kind: FileKind
    ) -> tuple[str, ...]:
        """Make files of one layout a view; see ``Engine``."""
        self._files.extend(files)
        columns = same_columns(
            files, lambda file: self._columns(file, kind), self._folders
        )
        source = source_sql(files, kind, columns)
        self._do(f"CREATE OR REPLACE VIEW {quoted(view)} AS FROM {source}")
        return columns

    def create_view(self, view: str, sql: str) -> None:
        """Name a query; see ``Engine``."""
        self._check(sql)
        self._do(f"CREATE OR REPLACE VIEW {quoted(view)} AS {sql}")

    def hold(self, view: str, sql: str) -> None:
        """Name a query and work it out once; see ``Engine``."""
        self._check(sql)
        self._hold(view, sql)

    def put(self, view: str, columns: Mapping[str, Sequence[object]]) -> None:
        """Make a small table of our own a view to join."""
        self._put(view, given_table(columns))

    def rows(self, sql: str, *, most: int = 100_000) -> list[dict[str, object]]:
        """Return a small table of counts; see ``Engine``."""
        self._check(sql)

        def counted() -> list[dict[str, object]]:
            found = self._connection.execute(sql)
            names = [str(entry[0]) for entry in found.description]
            return [
                dict(zip(names, row, strict=True)) for row in found.fetchmany(most + 1)
            ]

        counts = self._ask(counted)
        if len(counts) > most:
            raise ValueError(f"more than {most} rows are not a table of counts")
        return counts

    def coded(self, sql: str, levels: Mapping[str, int]) -> CodedRows:
        """Return columns of codes, in the order of the rows; see ``Engine``."""
        self._check(sql)
        listed = ", ".join(quoted(name) for name in levels)
        query = f"SELECT {listed} FROM ({sql})"

        def passed() -> CodedRows:
            # Closed at once if a row is refused: an open result blocks the next query.
            with closing(self._batches(query)) as batches:
                return gathered(batches, levels)

        return self._ask(passed)

    def repeated_keys(self, view: str, key: str) -> int:
        """Return how many rows repeat the key of another row; see ``Engine``."""
        return self._repeated(view, key)[1]

    def keep_one(self, view: str, source: str, key: str) -> int:
        """Make ``view`` the rows of ``source`` with one row of each key."""
        repeated, extra = self._repeated(source, key)
        rows, name = quoted(source), quoted(key)
        if not extra:
            self._do(f"CREATE OR REPLACE VIEW {quoted(view)} AS FROM {rows}")
            return 0
        kept, keys = f"_kept_{next(self._numbers)}", f"(SELECT k FROM {repeated})"
        order = ", ".join(f"{quoted(c)} NULLS LAST" for c in self._view_columns(source))
        self._hold(
            kept,
            f"FROM {rows} WHERE {name} IN {keys}"
            f" QUALIFY ROW_NUMBER() OVER (PARTITION BY {name} ORDER BY {order}) = 1",
        )
        self._do(
            f"CREATE OR REPLACE VIEW {quoted(view)} AS FROM {rows}"
            f" WHERE {name} IS NULL OR {name} NOT IN {keys} UNION ALL FROM {kept}"
        )
        return extra

    def close(self) -> None:
        """Forget everything; nothing is left on disk."""
        self._watched.close()
        self._connection.close()
        if self._spill is not None:
            self._spill.remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _ask(self, work: Callable[[], Answer]) -> Answer:
        """Do work on the connection where Ctrl-C can stop it; say errors in words."""

        def guarded() -> Answer:
            told: Exception
            try:
                return work()
            except (duckdb.Error, pa.ArrowException, OSError) as error:
                told = duckdb_error(error, self._files, spills=self._spill is not None)
            # Here, and not above: what DuckDB says may hold a value of a row, so it is
            # not to be chained.
            raise told

        try:
            return self._watched.run(guarded)
        except KeyboardInterrupt:
            self.close()
            raise

    def _do(self, statement: str) -> None:
        self._ask(lambda: self._connection.execute(statement).fetchall())

    def _check(self, sql: str) -> None:
        """Refuse what is not one query: an engine reads, and writes nothing."""
        found = self._ask(lambda: self._connection.extract_statements(sql))
        if len(found) != 1 or found[0].type != duckdb.StatementType.SELECT:
            raise ValueError("an engine runs single SELECT statements only")

    def _batches(self, query: str) -> Generator[Any, None, None]:
        """Yield record batches; the order of rows does not depend on the threads."""
        with self._one_order(query):
            yield from self._read(query)

    def _hold(self, name: str, query: str) -> None:
        """Make a table whose rows have one order, however many threads there are."""

        def made() -> None:
            with self._one_order(query):
                self._connection.execute(
                    f"CREATE OR REPLACE TABLE {quoted(name)} AS {query}"
                ).fetchall()

        self._ask(made)

    @contextmanager
    def _one_order(self, query: str) -> Iterator[None]:
        """Run on one thread what would lose the order of rows on several."""
        explained = self._connection.execute(f"EXPLAIN (FORMAT JSON) {query}")
        if self._threads == 1 or keeps_order(explained.fetchall()[0][1]):
            yield
            return
        self._connection.execute("SET threads = 1")
        try:
            yield
        finally:
            if not self._watched.stopped:
                self._connection.execute(f"SET threads = {self._threads}")

    def _read(self, query: str) -> Generator[Any, None, None]:
        reader = self._connection.sql(query).to_arrow_reader(BATCH_ROWS)
        try:
            for batch in reader:
                self._watched.check()
                yield batch
        finally:
            reader.close()

    def _repeated(self, view: str, key: str) -> tuple[str, int]:
        """Make a table ``k`` of keys that come twice; return its name and extra rows.

        Hashes of the keys are sorted, a share of them at a time, and only keys whose
        hash comes twice are compared themselves.
        """
        table, name = f"_repeated_{next(self._numbers)}", quoted(key)
        suspect = self._ask(lambda: self._suspects(view, name))
        self._put(f"{table}_hash", pa.table({"h": pa.array(suspect, pa.uint64())}))
        self._do(
            f"CREATE TABLE {table} AS SELECT {name} AS k, COUNT(*) AS n"
            f" FROM {quoted(view)} WHERE {name} IS NOT NULL"
            f" AND HASH({name}) IN (SELECT h FROM {table}_hash)"
            f" GROUP BY ALL HAVING COUNT(*) > 1"
            if len(suspect)
            else f"CREATE TABLE {table} (k VARCHAR, n BIGINT)"
        )
        self._do(f"DROP TABLE {table}_hash")
        extra = self.rows(f"SELECT CAST(SUM(n - 1) AS BIGINT) AS extra FROM {table}")
        return table, int(str(extra[0]["extra"] or 0))

    def _suspects(self, view: str, name: str) -> npt.NDArray[np.uint64]:
        counted = self._connection.execute(f"SELECT COUNT(*) FROM {quoted(view)}")
        shares = 1 + int(counted.fetchall()[0][0]) // KEYS_AT_ONCE
        found = []
        for share in range(shares):
            query = (
                f"SELECT HASH({name}) AS h FROM {quoted(view)} WHERE {name} IS NOT NULL"
                f" AND HASH({name}) % {shares} = {share}"
            )
            with closing(self._read(query)) as batches:
                parts = [whole_numbers(batch.column("h"), name) for batch in batches]
            hashes = np.concatenate(parts) if parts else np.empty(0, np.uint64)
            hashes.sort()
            found.append(np.unique(hashes[1:][hashes[1:] == hashes[:-1]]))
        return np.concatenate(found).astype(np.uint64)

    def _put(self, view: str, table: pa.Table) -> None:
        def make() -> None:
            self._connection.register("_given", table)
            self._connection.execute(
                f"CREATE OR REPLACE TABLE {quoted(view)} AS FROM _given"
            )
            self._connection.unregister("_given")

        self._ask(make)

    def _columns(self, file: Path, kind: FileKind) -> tuple[str, ...]:
        if kind != "parquet":
            return written_columns(file, kind)
        source = source_sql([file], kind, ())
        return self._ask(lambda: tuple(self._connection.sql(f"FROM {source}").columns))

    def _view_columns(self, view: str) -> tuple[str, ...]:
        return self._ask(
            lambda: tuple(self._connection.sql(f"FROM {quoted(view)}").columns)
        )
