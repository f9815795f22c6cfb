"""How is DuckDB kept from everything but the folders that were named?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from candela.engine.duck_sql import text
from candela.engine.functions import DUCKDB_FUNCTIONS
from candela.engine.spill import SpillFolder

__all__ = ["locked_connection"]


def locked_connection(
    folders: Sequence[Path],
    memory_bytes: int,
    threads: int,
    spill: SpillFolder | None,
) -> duckdb.DuckDBPyConnection:
    """Return a connection to an empty database in memory, its settings locked.

    Only the number of threads may still be set.
    """
    connection = duckdb.connect(
        ":memory:",
        config={
            "allow_community_extensions": False,
            "allow_persistent_secrets": False,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "disabled_optimizers": "in_clause",  # it turns a list into a join
            "enable_external_file_cache": False,
            "memory_limit": f"{memory_bytes // 1000}KB",
            "preserve_insertion_order": True,
            "python_enable_replacements": False,
            "temp_directory": "" if spill is None else str(spill.folder),
            "threads": threads,
        },
    )
    for function in DUCKDB_FUNCTIONS:
        connection.execute(f"CREATE MACRO {function}")
    if spill is not None:
        # The cipher that DuckDB carries itself; another one would be a download.  Its
        # random numbers are not the strongest: it hides rows from a passer-by, and the
        # disk should be encrypted all the same.
        connection.execute("SET force_mbedtls_unsafe = true")
        connection.execute("SET temp_file_encryption = true")
    listed = ", ".join(text(f"{folder.resolve()}/") for folder in folders)
    connection.execute(f"SET allowed_directories = [{listed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET allowed_configs = ['threads']")
    connection.execute("SET lock_configuration = true")
    return connection
