"""What do the benchmarks of mortality models run on, and how is a program timed?

Made-up admissions: nine covariates, all categorical, 8% deaths, in Parquet.  Each
program is a process of its own, from start to printed answer.
"""

from __future__ import annotations

import json
import os
import signal
import statistics
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet

LEVELS = {
    "trust": 140,
    "year": 5,
    "age": 21,
    "sex": 2,
    "method": 3,
    "diagnosis": 140,
    "comorbidity": 3,
    "deprivation": 6,
    "month": 12,
}
SPREAD = {"trust": 0.1, "age": 0.7, "method": 0.4, "diagnosis": 0.9, "comorbidity": 0.4}
PART = 1_000_000


def make_admissions(rows: int, path: Path) -> None:
    """Write made-up admissions, a part at a time."""
    rng = np.random.default_rng(11)
    linear = {
        name: rng.normal(0, SPREAD.get(name, 0.08), k) for name, k in LEVELS.items()
    }
    schema = pa.schema([(name, pa.uint8()) for name in (*LEVELS, "death")])
    with pyarrow.parquet.ParquetWriter(path, schema) as writer:
        for first in range(0, rows, PART):
            size = min(PART, rows - first)
            data = {
                name: rng.integers(k, size=size, dtype=np.uint8)
                for name, k in LEVELS.items()
            }
            eta = sum(linear[name][codes] for name, codes in data.items()) - 3.1
            data["death"] = (rng.random(size) < 1 / (1 + np.exp(-eta))).astype(np.uint8)
            writer.write_table(pa.table(data, schema=schema))


@dataclass(frozen=True)
class Timed:
    """Median wall and processor seconds, largest memory in GiB, and the answer."""

    wall: float
    processor: float
    memory: float
    answer: list[float]


def timed(command: list[str], repeats: int, limit: float) -> Timed | None:
    """Run a program some times; ``None`` if it was stopped at the limit."""
    walls, processors, memory, said = [], [], 0.0, ""
    for _ in range(repeats):
        start = time.perf_counter()
        child = subprocess.Popen(
            command, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        assert child.stdout is not None
        while (ended := os.wait4(child.pid, os.WNOHANG))[0] == 0:
            if time.perf_counter() - start > limit:
                os.killpg(child.pid, signal.SIGKILL)
                os.wait4(child.pid, 0)
                return None
            time.sleep(0.005)
        walls.append(time.perf_counter() - start)
        said = child.stdout.read()
        child.returncode = os.waitstatus_to_exitcode(ended[1])
        if child.returncode:
            raise SystemExit(f"stopped with an error: {command[0]}")
        processors.append(ended[2].ru_utime + ended[2].ru_stime)
        memory = max(memory, ended[2].ru_maxrss / 2**20)
    answer = json.loads(said.strip().splitlines()[-1])
    return Timed(
        statistics.median(walls), statistics.median(processors), memory, answer
    )


def print_table(programs: dict[str, list[str]], repeats: int, limit: float) -> None:
    """Run programs and print a line for each, with how many times as long it took."""
    print(f"{'program':34} {'wall s':>8} {'times':>6} {'cpu s':>8} {'GiB':>6}   answer")
    first = None
    for name, command in programs.items():
        found = timed(command, repeats, limit)
        if found is None:
            print(f"{name:34} over {limit:.0f} s, stopped", flush=True)
            continue
        first = first or found.wall
        answer = " ".join(f"{number:.7g}" for number in found.answer)
        print(
            f"{name:34} {found.wall:8.2f} {found.wall / first:6.1f} "
            f"{found.processor:8.2f} {found.memory:6.2f}   {answer}",
            flush=True,
        )
