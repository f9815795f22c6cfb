"""How are person-level rows counted where they already live in Spark?

The same SQL as elsewhere, in a session that is given or started on this machine.  Spark
deals rows out as it likes, so codes are put in the order of their values: a result does
not depend on how the rows were dealt.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self, TypeVar

import numpy as np

from candela.engine.code_columns import gathered
from candela.engine.expressions import quoted
from candela.engine.file_columns import same_columns, written_columns
from candela.engine.functions import SPARK_FUNCTIONS
from candela.engine.given import given_rows
from candela.engine.session import CodedRows, FileKind
from candela.engine.spark_session import Session, local_session, shared_session
from candela.engine.wording import spark_error
from candela.stats.coded import CodeColumn

__all__ = ["SparkEngine", "open_spark"]

Answer = TypeVar("Answer")


def open_spark(
    session: Any = None, *, memory_bytes: int = 2_000_000_000, threads: int = 2
) -> SparkEngine:
    """Return an engine on Spark.

    Parameters
    ----------
    session
        A ``SparkSession``, left running when the engine closes; without one Spark is
        started on this machine, with ``memory_bytes`` and ``threads``.

    Raises
    ------
    InputError
        If PySpark or Java is missing.
    """
    found = (
        local_session(memory_bytes=memory_bytes, threads=threads)
        if session is None
        else shared_session(session)
    )
    for function in SPARK_FUNCTIONS:
        found.spark.sql(f"CREATE OR REPLACE TEMPORARY FUNCTION {function}")
    return SparkEngine(found)


class SparkEngine:
    """Spark, with views of its own.  Use it in a ``with`` block."""

    name: Literal["duckdb", "spark"] = "spark"

    def __init__(self, session: Session) -> None:
        self._session, self._spark = session, session.spark
        self.version: str = session.spark.version
        self._files: list[Path] = []
        self._held: list[Any] = []
        self._open = True

    def read_files(
        self, view: str, files: Sequence[Path], *, kind: FileKind
    ) -> tuple[str, ...]:
        """Make files of one layout a view; see ``Engine``."""
        self._files.extend(files)
        columns = same_columns(files, lambda file: self._columns(file, kind))

        def read() -> None:
            self._frame(files, kind, columns).createOrReplaceTempView(view)

        self._ask(read)
        return columns

    def create_view(self, view: str, sql: str) -> None:
        """Name a query; see ``Engine``."""
        self._ask(lambda: self._query(sql).createOrReplaceTempView(view))

    def hold(self, view: str, sql: str) -> None:
        """Name a query and work it out once; see ``Engine``."""
        from pyspark import StorageLevel

        def held() -> None:
            # In memory alone: what does not fit is worked out again, never written.
            frame = self._query(sql).persist(StorageLevel.MEMORY_ONLY)
            frame.createOrReplaceTempView(view)
            self._held.append(frame)

        self._ask(held)

    def put(self, view: str, columns: Mapping[str, Sequence[object]]) -> None:
        """Make a small table of our own a view to join."""
        self.create_view(view, given_rows(columns))

    def rows(self, sql: str, *, most: int = 100_000) -> list[dict[str, object]]:
        """Return a small table of counts; see ``Engine``."""
        found = self._ask(lambda: self._query(sql).limit(most + 1).collect())
        if len(found) > most:
            raise ValueError(f"more than {most} rows are not a table of counts")
        return [row.asDict() for row in found]

    def coded(self, sql: str, levels: Mapping[str, int]) -> CodedRows:
        """Return columns of codes, rows in the order of their codes; see ``Engine``."""
        listed = ", ".join(quoted(name) for name in levels)

        def passed() -> CodedRows:
            table = self._query(f"SELECT {listed} FROM ({sql})").toArrow()
            return _in_order(gathered(table.to_batches(), levels))

        return self._ask(passed)

    def repeated_keys(self, view: str, key: str) -> int:
        """Return how many rows repeat the key of another row; see ``Engine``."""
        name = quoted(key)
        found = self.rows(
            "SELECT CAST(COALESCE(SUM(n - 1), 0) AS BIGINT) AS extra FROM"
            f" (SELECT COUNT(*) AS n FROM {quoted(view)} WHERE {name} IS NOT NULL"
            f" GROUP BY {name})"
        )
        return int(str(found[0]["extra"]))

    def keep_one(self, view: str, source: str, key: str) -> int:
        """Make ``view`` the rows of ``source`` with one row of each key."""
        extra = self.repeated_keys(source, key)
        rows, name = quoted(source), quoted(key)
        columns = self._ask(lambda: self._spark.table(source).columns)
        listed = ", ".join(quoted(column) for column in columns)
        order = ", ".join(f"{quoted(column)} NULLS LAST" for column in columns)
        self.create_view(
            view,
            f"SELECT {listed} FROM {rows} WHERE {name} IS NULL UNION ALL"
            f" SELECT {listed} FROM (SELECT {listed}, ROW_NUMBER() OVER"
            f" (PARTITION BY {name} ORDER BY {order}) AS kept_place FROM {rows}"
            f" WHERE {name} IS NOT NULL) WHERE kept_place = 1"
            if extra
            else f"SELECT * FROM {rows}",
        )
        return extra

    def close(self) -> None:
        """Forget everything; nothing is left on disk."""
        if self._open:
            self._open = False
            for frame in self._held:
                frame.unpersist()
            self._session.close()

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
        """Do work in Spark; say its errors in words."""
        from py4j.protocol import Py4JError  # type: ignore[import-untyped]
        from pyspark.errors import PySparkException

        told: Exception
        try:
            return work()
        except PySparkException as error:
            told = spark_error(error.getCondition(), str(error), self._files)
        except Py4JError:
            told = spark_error(None, "", self._files)
        except KeyboardInterrupt:
            self._spark.sparkContext.cancelAllJobs()
            self.close()
            raise
        # Here, and not above: what Spark says may hold a value of a row, so it is not
        # to be chained.
        raise told

    def _query(self, sql: str) -> Any:
        # In brackets, so that only a query can stand there, and nothing that writes.
        return self._spark.sql(f"SELECT * FROM ({sql})")

    def _columns(self, file: Path, kind: FileKind) -> tuple[str, ...]:
        if kind != "parquet":
            return written_columns(file, kind)
        return self._ask(lambda: tuple(self._frame([file], kind, ()).columns))

    def _frame(
        self, files: Sequence[Path], kind: FileKind, columns: Sequence[str]
    ) -> Any:
        paths = [_path(file) for file in files]
        if kind == "parquet":
            return self._spark.read.parquet(*paths)
        frame = self._spark.read.csv(
            paths,
            schema=", ".join(f"{quoted(column)} STRING" for column in columns),
            header=True,
            sep="|" if kind == "pipe" else ",",
            quote='"',
            escape='"',
            multiLine=True,
            mode="FAILFAST",
        )
        # An empty cell is null, whether it was written with quotes or not.
        return frame.selectExpr(
            *(f"NULLIF({quoted(name)}, '') AS {quoted(name)}" for name in columns)
        )


def _path(file: Path) -> str:
    # Spark would take brackets and stars for a pattern.
    return re.sub(r"([\[\]{}*?\\])", r"\\\1", str(file.resolve()))


def _in_order(rows: CodedRows) -> CodedRows:
    columns = list(rows.columns.values())
    order = np.lexsort([column.codes for column in reversed(columns)])
    return CodedRows(
        {
            column.name: CodeColumn(column.name, column.codes[order], column.levels)
            for column in columns
        }
    )
