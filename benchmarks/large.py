"""How long does a study of patients take, and how much memory, as rows grow?

Makes up admissions of each size on disk, runs the study on them as a user would, and
prints seconds, seconds for each million rows, and the peak memory of the whole process.
Time for each row should not grow, nor memory beyond the goal.

    python benchmarks/large.py [--sizes 1 10 100] [--times 3] [--work FOLDER]

Sizes are in millions.  A hundred million rows take about 900 MB of disk.  The median of
``--times`` runs is told; the first run of all compiles and is told apart.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

MILLION = 1_000_000
KIB_PER_GIB = 1 << 20


@dataclass(frozen=True)
class Run:
    """What one process took: wall seconds and peak memory in GiB."""

    seconds: float
    peak: float


def candela(*arguments: str) -> Run:
    """Run the command in a process of its own and say what it took.

    Raises
    ------
    SystemExit
        If it fails; what it said is printed.
    """
    start = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "candela", *arguments], stdout=said, stderr=said
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        seconds = time.perf_counter() - start
        if process.returncode:
            said.seek(0)
            sys.exit(said.read().decode())
    return Run(seconds, used.ru_maxrss / KIB_PER_GIB)


def megabytes(folder: Path) -> float:
    """Return how much a folder holds."""
    files = (path for path in folder.rglob("*") if path.is_file())
    return sum(path.stat().st_size for path in files) / 1e6


def study(protocol: str, data: Path, book: Path) -> Run:
    """Run one study into a new book."""
    shutil.rmtree(book, ignore_errors=True)
    return candela("study", protocol, "--data", str(data), "--out", str(book))


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sizes", type=float, nargs="+", default=[1, 10, 100])
    options.add_argument("--times", type=int, default=3)
    options.add_argument("--protocol", default="ozdemir_2015")
    options.add_argument("--work", type=Path, default=None)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(dir=chosen.work) as work:
        print(f"{chosen.protocol}, {os.cpu_count()} cores; medians of {chosen.times}")
        print("million rows     MB  made in s  GiB   study s  s per million   GiB")
        for number, size in enumerate(chosen.sizes):
            data, book = Path(work) / "patients", Path(work) / "book"
            rows = str(round(size * MILLION))
            made = candela(
                "patients", "--out", str(data),
                "--admissions", rows, "--cancer-patients", "0",
            )  # fmt: skip
            if number == 0:
                first = study(chosen.protocol, data, book)
                print(f"first run of all, with compilation: {first.seconds:.1f} s")
            runs = [study(chosen.protocol, data, book) for _ in range(chosen.times)]
            seconds = statistics.median(run.seconds for run in runs)
            print(
                f"{size:12g} {megabytes(data):6.0f} {made.seconds:10.1f} "
                f"{made.peak:4.2f} {seconds:9.1f} {seconds / size:14.2f} "
                f"{max(run.peak for run in runs):5.2f}",
                flush=True,
            )
            shutil.rmtree(data)


if __name__ == "__main__":
    main()
