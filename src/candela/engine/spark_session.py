"""How does Spark start on this machine, quietly, and leave nothing behind?

What Spark puts aside is in a private folder, encrypted with a key that is only in
memory, and the folder goes when the session ends, or at the next start after a crash.
Spark writes queries, and values that it stumbled over, to its logs: they are silenced.
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from candela.engine.spill import SpillFolder
from candela.errors import InputError

__all__ = ["Session", "local_session", "shared_session"]

NO_PYSPARK = (
    "Spark is not installed. Install `candela-research[spark]`, or use "
    "`--engine duckdb`."
)
NO_JAVA = (
    "Spark did not start. It needs Java 17 or later: install it, let `JAVA_HOME` name "
    "it, or use `--engine duckdb`."
)
# One SQL for all engines: standard quotes, errors instead of nulls, no time zones.
MEANING = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.ansi.doubleQuotedIdentifiers": "true",
    "spark.sql.parser.escapedStringLiterals": "true",
    "spark.sql.session.timeZone": "UTC",
}
LOGGERS = ("SQLQueryContextLogger", "DataFrameQueryContextLogger")


class Session:
    """A Spark session of ours, or apart from others in a session that was given."""

    def __init__(self, spark: Any, *, place: SpillFolder | None, level: str) -> None:
        self.spark = spark
        self._place, self._level = place, level

    def close(self) -> None:
        """Stop the session if it is ours; otherwise leave it as it was."""
        if self._place is None:
            self.spark.sparkContext.setLogLevel(self._level)
            return
        # After Ctrl-C Spark may be half gone already.
        with suppress(Exception):
            self.spark.stop()
        self._place.remove()


def local_session(*, memory_bytes: int, threads: int) -> Session:
    """Start Spark on this machine.

    Raises
    ------
    InputError
        If PySpark or Java is missing.
    """
    builder = _session_class().builder
    place = SpillFolder.within(Path(tempfile.gettempdir()))
    settings = {
        "spark.master": f"local[{threads}]",
        "spark.app.name": "candela",
        "spark.driver.memory": f"{max(memory_bytes // 2**20, 512)}m",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.extraJavaOptions": "-XX:-UsePerfData",
        "spark.io.encryption.enabled": "true",
        "spark.local.dir": str(place.folder),
        "spark.sql.warehouse.dir": str(place.folder / "warehouse"),
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.shuffle.partitions": str(2 * threads),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        **MEANING,
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    started = None
    try:
        with _mute(), suppress(Exception):
            started = builder.getOrCreate()
        if started is None:
            raise InputError(NO_JAVA)
    except BaseException:
        place.remove()
        raise
    _silence(started)
    return Session(started, place=place, level="")


def shared_session(given: Any) -> Session:
    """Return a session beside the one that was given, with views of its own.

    Its logs are silenced until it is closed.
    """
    root = given.sparkContext._jvm.org.apache.logging.log4j.LogManager.getRootLogger()
    level = str(root.getLevel().name())
    spark = given.newSession()
    for name, value in MEANING.items():
        spark.conf.set(name, value)
    _silence(spark)
    return Session(spark, place=None, level=level)


def _session_class() -> Any:
    with suppress(ImportError):
        from pyspark.sql import SparkSession

        return SparkSession
    raise InputError(NO_PYSPARK)


def _silence(spark: Any) -> None:
    from pyspark.logger import PySparkLogger

    spark.sparkContext.setLogLevel("OFF")
    for name in LOGGERS:
        logger: logging.Logger = PySparkLogger.getLogger(name)
        logger.disabled = True


@contextmanager
def _mute() -> Iterator[None]:
    """Start what starts here without output: it keeps the streams that it is given."""
    kept = os.dup(1), os.dup(2)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        yield
    finally:
        os.dup2(kept[0], 1)
        os.dup2(kept[1], 2)
        for file in (*kept, nowhere):
            os.close(file)
