"""How is a table of any size written in bounded memory?

In parts of a fixed number of rows, each drawn by a generator of its own, so that a part
does not depend on those before it nor on how many are made at once.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np

from candela.nation.patients.counted import Counted

__all__ = ["PART_ROWS", "Part", "parts_of", "write_parts"]

PART_ROWS = 2_000_000
ROW_GROUP = 250_000
MADE_UP = {"candela.made_up": "yes"}
COMPRESSION, COMPRESSION_LEVEL = "zstd", 1

Draw = Callable[["Part"], tuple[dict[str, Any], Counted]]


@dataclass(frozen=True, eq=False)
class Part:
    """Rows ``first`` to ``last`` less one of a table, and what they are drawn with."""

    path: Path
    first: int
    last: int
    rng: np.random.Generator


def parts_of(
    folder: Path, rows: int, part_rows: int, rng: np.random.Generator
) -> list[Part]:
    """Return the parts of a table of so many rows."""
    firsts = range(0, rows, part_rows)
    return [
        Part(
            folder / f"part-{number:05}.parquet",
            first,
            min(first + part_rows, rows),
            generator,
        )
        for number, (first, generator) in enumerate(
            zip(firsts, rng.spawn(len(firsts)), strict=True)
        )
    ]


def write_parts(
    parts: list[Part], draw: Draw, *, threads: int, say: Callable[[int], None]
) -> Counted:
    """Write every part and return what was counted in them all.

    ``say`` is told how many rows are written.
    """
    total = Counted()
    written = 0
    stopped = Event()
    with ThreadPoolExecutor(threads) as pool:
        try:
            for part, counted in _in_order(pool, parts, draw, threads, stopped):
                total += counted
                written += part.last - part.first
                say(written)
        except BaseException:
            stopped.set()  # or it would wait for parts that nobody wants
            raise
    return total


def _in_order(
    pool: ThreadPoolExecutor,
    parts: list[Part],
    draw: Draw,
    threads: int,
    stopped: Event,
) -> Iterator[tuple[Part, Counted]]:
    """Yield parts as they are done, with never more than ``threads`` in memory."""
    waiting: deque[tuple[Part, Future[Counted]]] = deque()
    for part in parts:
        if len(waiting) == threads:
            done, counted = waiting.popleft()
            yield done, counted.result()
        waiting.append((part, pool.submit(_write, part, draw, stopped)))
    for done, counted in waiting:
        yield done, counted.result()


def _write(part: Part, draw: Draw, stopped: Event) -> Counted:
    import pyarrow as pa
    import pyarrow.parquet as pq

    from candela.nation.patients.columns import KEYS

    columns, counted = draw(part)
    table = pa.table(columns)
    keys = [name for name in KEYS if name in columns]
    with pq.ParquetWriter(
        part.path,
        table.schema,
        compression=COMPRESSION,
        compression_level=COMPRESSION_LEVEL,
        use_dictionary=[name for name in columns if name not in keys],
        column_encoding=dict.fromkeys(keys, "DELTA_BINARY_PACKED"),
        store_schema=False,
    ) as writer:
        for first in range(0, len(table), ROW_GROUP):
            if stopped.is_set():
                break
            writer.write_table(table.slice(first, ROW_GROUP))
        writer.add_key_value_metadata(MADE_UP)
    return counted
