"""How long does the logistic model with a level for each trust take, beside its peers?

Made-up admissions of 140 trusts, 187 coefficients, all categorical, in Parquet (CSV for
R).  Each program is a process of its own, from start to printed answer; the table gives
the median wall and processor seconds of the runs and the largest memory.  Processor
seconds are the ones to compare on a machine that others use too.  A peer that is not
done within the limit is stopped, and said to be.

    python benchmarks/mixed_logistic.py --rows 1000000 --nodes 1
    python benchmarks/mixed_logistic.py --rows 20000 --peers lme4 glmmTMB

The peers are R's lme4 (``glmer``) and glmmTMB, whose estimates are the same.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

COVARIATES = {
    "year": 5,
    "age": 21,
    "sex": 2,
    "method": 3,
    "diagnosis": 140,
    "comorbidity": 3,
    "deprivation": 6,
    "month": 12,
}
TRUSTS, RUNS, PART = 140, 3, 1_000_000

OURS = """
import json, sys
import numpy as np, pyarrow.parquet as parquet
from candela.stats.coded import CodeColumn, CodedDesign, factor_term
from candela.stats.random_intercept_logistic import fit_random_intercept_logistic
path, nodes, levels = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
file = parquet.ParquetFile(path)
codes = {name: np.empty(file.metadata.num_rows, np.uint8) for name in levels}
codes["died"] = np.empty(file.metadata.num_rows, np.uint8)
at = 0
for part in file.iter_batches(1_000_000, columns=list(codes)):
    for name in codes:
        codes[name][at : at + len(part)] = part[name].to_numpy()
    at += len(part)
columns = {n: CodeColumn(n, codes[n], size) for n, size in levels.items()}
trust = columns.pop("trust")
words = [str(k) for k in range(max(levels.values()))]
terms = [factor_term(name, c, words) for name, c in columns.items()]
design = CodedDesign(tuple(columns.values()), tuple(terms))
fit = fit_random_intercept_logistic(design, codes["died"], trust, nodes=nodes)
print(json.dumps([fit.intercept_sd, fit.log_likelihood, len(fit.coefficients)]))
"""

READ_IN_R = """
arguments <- commandArgs(TRUE)
rows <- as.data.frame(lapply(read.csv(arguments[1]), as.integer))
covariates <- setdiff(names(rows), c("died", "trust"))
for (name in covariates) rows[[name]] <- factor(rows[[name]])
rows$trust <- factor(rows$trust)
wanted <- reformulate(c(covariates, "(1 | trust)"), "died")
say <- function(sd, fit, p) cat(sprintf("[%.8f, %.6f, %d]\\n", sd, logLik(fit), p))
"""

LME4 = """
suppressMessages(library(lme4))
nodes <- as.integer(arguments[2])
fit <- suppressWarnings(glmer(wanted, rows, binomial, nAGQ = nodes))
say(getME(fit, "theta"), fit, length(fixef(fit)))
"""

GLMMTMB = """
suppressMessages(library(glmmTMB))
fit <- glmmTMB(wanted, rows, binomial)
say(attr(VarCorr(fit)$cond$trust, "stddev"), fit, length(fixef(fit)$cond))
"""


def write_rows(folder: Path, rows: int) -> None:
    """Write the admissions, a part at a time."""
    rng = np.random.default_rng(1)
    effects = {
        n: np.append(0, rng.normal(0, 0.35, k - 1)) for n, k in COVARIATES.items()
    }
    level = rng.normal(0, 0.2, TRUSTS)
    writer = None
    for first in range(0, rows, PART):
        size = min(PART, rows - first)
        part = {n: rng.integers(0, k, size, np.uint8) for n, k in COVARIATES.items()}
        part["trust"] = rng.integers(0, TRUSTS, size, np.uint8)
        linear = level[part["trust"]] - 2.2
        for name, effect in effects.items():
            linear += effect[part[name]]
        part["died"] = (rng.random(size) < 1 / (1 + np.exp(-linear))).astype(np.uint8)
        table = pa.table(part)
        if writer is None:
            writer = pyarrow.parquet.ParquetWriter(
                folder / "rows.parquet", table.schema
            )
        writer.write_table(table)
    assert writer is not None
    writer.close()


def measured(command: list[str], limit: float) -> tuple[float, float, float, str]:
    """Return wall seconds, processor seconds, peak GiB and what was printed."""
    began = time.perf_counter()
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    signal.signal(signal.SIGALRM, lambda *_: child.kill())
    signal.alarm(int(limit))
    assert child.stdout is not None
    said = child.stdout.read()
    _, _, used = os.wait4(child.pid, 0)
    signal.alarm(0)
    wall = time.perf_counter() - began
    return wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 2**20, said.strip()


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=100_000)
    asked.add_argument("--nodes", type=int, default=1)
    asked.add_argument("--runs", type=int, default=RUNS)
    asked.add_argument("--limit", type=float, default=600.0, help="seconds for a peer")
    asked.add_argument("--peers", nargs="*", default=[], choices=["lme4", "glmmTMB"])
    given = asked.parse_args()
    levels = json.dumps({**COVARIATES, "trust": TRUSTS})
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_rows(folder, given.rows)
        if given.peers:
            table = pyarrow.parquet.read_table(folder / "rows.parquet")
            pyarrow.csv.write_csv(table, folder / "rows.csv")
        scripts = {"lme4": READ_IN_R + LME4, "glmmTMB": READ_IN_R + GLMMTMB}
        commands = {
            "ours": [
                sys.executable,
                "-c",
                OURS,
                str(folder / "rows.parquet"),
                str(given.nodes),
                levels,
            ]
        }
        for peer in given.peers:
            (folder / f"{peer}.R").write_text(scripts[peer], encoding="utf-8")
            file, data = str(folder / f"{peer}.R"), str(folder / "rows.csv")
            commands[peer] = ["Rscript", file, data, str(given.nodes)]
        load = os.getloadavg()[0]
        print(f"{given.rows:,} rows, nodes {given.nodes}, load {load:.1f}; medians")
        print(
            f"{'program':10} {'wall s':>8} {'cpu s':>8} {'GiB':>6}  sd, likelihood, p"
        )
        for program, command in commands.items():
            runs = []
            for _ in range(given.runs if program == "ours" else 1):
                runs.append(measured(command, given.limit))
            wall, cpu, peak = (statistics.median(r[k] for r in runs) for k in range(3))
            said = runs[-1][3] or f"not done in {given.limit:.0f} s, or failed"
            print(
                f"{program:10} {wall:8.1f} {cpu:8.1f} {peak:6.2f}  {said}", flush=True
            )


if __name__ == "__main__":
    main()
