"""Is every file of SQL written in what both engines understand?"""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlglot

import candela
from candela.engine.functions import DUCKDB_FUNCTIONS, SPARK_FUNCTIONS

SOURCE = Path(candela.__file__).parent
FILES = sorted(str(path.relative_to(SOURCE)) for path in SOURCE.rglob("*.sql"))


@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
@pytest.mark.parametrize("file", FILES)
def test_a_file_is_understood(file: str, dialect: str) -> None:
    text = (SOURCE / file).read_text(encoding="utf-8")
    assert all(sqlglot.parse(text, read=dialect))


def test_each_engine_has_every_function() -> None:
    def names(functions: tuple[str, ...]) -> list[str]:
        return [function.partition("(")[0] for function in functions]

    assert names(DUCKDB_FUNCTIONS) == names(SPARK_FUNCTIONS)
