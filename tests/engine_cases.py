"""Small files about nobody, for any engine."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from candela.engine import CodedRows, Engine
from candela.engine.duck import open_duckdb
from candela.engine.parquet import write_parquet
from spark_session import spark_beside

ENGINES = ("duckdb", "spark")
MARKER = "QXMARKERQX"  # stands for what nobody outside may read


@contextmanager
def opened(name: str, folder: Path) -> Iterator[Engine]:
    """The engine of this name, for files in ``folder``."""
    if name == "spark":
        with spark_beside() as spark:
            yield spark
    else:
        with open_duckdb(folders=[folder], memory_bytes=200_000_000) as duck:
            yield duck


def write_text(file: Path, rows: Sequence[Sequence[str]], *, mark: str = ",") -> Path:
    """Write rows of cells, packed if the name ends in ``.gz``."""
    opener = gzip.open if file.suffix == ".gz" else open
    with opener(file, "wt", encoding="utf-8", newline="") as opened_file:
        csv.writer(opened_file, delimiter=mark, lineterminator="\n").writerows(rows)
    return file


def write_stays(file: Path, *, rows: int, first: int = 0) -> Path:
    """Write stays: ``k`` is S and a number, ``age`` its remainder by 100, ``org``."""
    number = np.arange(first, first + rows)
    write_parquet(
        file,
        {
            "k": np.char.add("S", np.char.zfill(number.astype(str), 9)),
            "age": (number % 100).astype(np.int32),
            "org": (number % 7).astype(np.int32),
        },
        dictionary={"org": [f"Z{code}" for code in range(7)]},
    )
    return file


def counted(rows: CodedRows) -> list[tuple[int, ...]]:
    """Rows of codes in order, for comparing engines that deal them out otherwise."""
    columns = (column.codes.tolist() for column in rows.columns.values())
    return sorted(zip(*columns, strict=True))
