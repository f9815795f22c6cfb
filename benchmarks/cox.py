"""How long does a Cox model take beside R's survival, lifelines and scikit-survival?

Made-up patients of 140 trusts: whole days, many deaths on each, 23 coefficients.  Every
program is a process of its own that reads the same file of codes, fits, and prints its
coefficient of the research exposure; the time is that of the whole process.  The
exposure is of the trust, so that trusts are clusters.

    python benchmarks/cox.py [--rows 210000] [--repeats 3] [--limit 600] [--only NAME]

R must be on the path with ``survival``; the peers of Python are in
``requirements/peers.txt``.  A peer that passes the limit is stopped and shown as such.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

TRUSTS, YEARS, STAGES, FIFTHS = 140, 8, 5, 5
FACTORS = {"age": 6, "sex": 2, "stage": STAGES, "imd": FIFTHS, "year": YEARS}
CLASSES = 3

OURS_START = """
import json, sys, numpy as np
from candela.stats.coded import CodeColumn, CodedDesign, factor_term
data = np.load(sys.argv[1])
sizes = json.loads(sys.argv[2])
columns, terms = [], []
for name, levels in sizes.items():
    column = CodeColumn(name, data[name], levels)
    columns.append(column)
    if name != "trust":
        terms.append(factor_term(name, column, [str(k) for k in range(levels)]))
trust = columns[-1]
design = CodedDesign(tuple(columns), tuple(terms))
stop = CodeColumn("stop", data["stop"], 1827)
event = data["event"]
"""
OURS = {
    "candela": """
from candela.stats.cox import fit_cox
fit = fit_cox(design, stop, event)
beta, error = fit.coefficients[-1], fit.covariance[-1, -1] ** 0.5
""",
    "candela, cluster-robust": """
from candela.stats.cox import fit_cox
from candela.stats.cox_robust import cox_robust
fit = fit_cox(design, stop, event)
robust = cox_robust(fit, trust, kind="plain")
beta, error = fit.coefficients[-1], robust.covariance[-1, -1] ** 0.5
""",
    "candela, jackknife": """
from candela.stats.cox import fit_cox
from candela.stats.cox_robust import cox_robust
fit = fit_cox(design, stop, event)
robust = cox_robust(fit, trust, kind="jackknife")
beta, error = fit.coefficients[-1], robust.covariance[-1, -1] ** 0.5
""",
    "candela, gamma frailty": """
from candela.stats.frailty import fit_frailty
fit = fit_frailty(design, stop, event, trust)
beta, error = fit.coefficients[-1], fit.covariance[-1, -1] ** 0.5
""",
    "candela, lognormal frailty": """
from candela.stats.frailty import fit_frailty
fit = fit_frailty(design, stop, event, trust, distribution="lognormal")
beta, error = fit.coefficients[-1], fit.covariance[-1, -1] ** 0.5
""",
    "candela, adjusted survival": """
from candela.stats.adjusted_survival import adjusted_survival
from candela.stats.cox import fit_cox
fit = fit_cox(design, stop, event)
classes = {"low": [0, 0], "middle": [1, 0], "high": [0, 1]}
days = np.linspace(30, 1825, 60).astype(int)
curves = adjusted_survival(fit, design, "dose", classes, days, cluster=trust)
gap = curves.difference("high", "low", 1825)
beta, error = gap.value, gap.standard_error
""",
}
OURS_END = "print(json.dumps([float(beta), float(error)]))"
LIFELINES = """
import json, sys, numpy as np, pandas as pd
from lifelines import CoxPHFitter
data = np.load(sys.argv[1])
sizes = json.loads(sys.argv[2])
frame = {}
for name, levels in sizes.items():
    if name == "trust":
        continue
    for k in range(1, levels):
        frame[f"{name}{k}"] = (data[name] == k).astype(float)
table = pd.DataFrame(frame)
table["stop"], table["event"] = data["stop"].astype(float), data["event"]
more = {}
if ROBUST:
    table["trust"] = data["trust"]
    more = {"cluster_col": "trust", "robust": True}
fit = CoxPHFitter().fit(table, "stop", "event", **more)
print(json.dumps([float(fit.params_.iloc[-1]), float(fit.standard_errors_.iloc[-1])]))
"""
SKSURV = """
import json, sys, numpy as np
from sksurv.linear_model import CoxPHSurvivalAnalysis
data = np.load(sys.argv[1])
sizes = json.loads(sys.argv[2])
x = np.column_stack([
    (data[name] == k).astype(float)
    for name, levels in sizes.items() if name != "trust" for k in range(1, levels)
])
y = np.array(
    list(zip(data["event"].astype(bool), data["stop"].astype(float))),
    dtype=[("event", bool), ("stop", float)],
)
fit = CoxPHSurvivalAnalysis(ties="efron").fit(x, y)
print(json.dumps([float(fit.coef_[-1]), float("nan")]))
"""
R = """
suppressMessages(library(survival))
d <- read.csv(commandArgs(TRUE)[1])
for (n in c("age", "sex", "stage", "imd", "year", "dose")) d[[n]] <- factor(d[[n]])
f <- coxph(
  Surv(stop, event) ~ age + sex + stage + imd + year + dose EXTRA, d MORE
)
k <- length(coef(f))
if (FRAILTY) k <- 23
# With a frailty R finds the last class of a trust's exposure told by the others: NA.
found <- c(coef(f)[k], sqrt(diag(as.matrix(f$var)))[k])
cat(jsonlite::toJSON(unname(found), digits = NA, na = "null"))
"""


def r_script(extra: str = "", more: str = "") -> str:
    """Return R's program with another term or argument."""
    frailty = "TRUE" if extra else "FALSE"
    script = R.replace("EXTRA", extra).replace("MORE", more)
    return script.replace("FRAILTY", frailty)


PYTHON = {
    **{name: OURS_START + body + OURS_END for name, body in OURS.items()},
    "lifelines": LIFELINES.replace("ROBUST", "False"),
    "lifelines, cluster-robust": LIFELINES.replace("ROBUST", "True"),
    "scikit-survival": SKSURV,
}
R_PROGRAMS = {
    "R coxph": r_script(),
    "R coxph, cluster-robust": r_script(more=", cluster = trust"),
    "R coxph, gamma frailty": r_script(extra="+ frailty(trust)"),
    "R coxph, gaussian frailty": r_script(extra='+ frailty(trust, dist = "gauss")'),
}


def make_patients(rows: int, folder: Path) -> dict[str, int]:
    """Write made-up patients as codes and as CSV; return the levels of each column."""
    rng = np.random.default_rng(5)
    sizes = {**FACTORS, "dose": CLASSES, "trust": TRUSTS}
    share = np.exp(rng.normal(0, 0.5, TRUSTS))
    data = {name: rng.integers(k, size=rows) for name, k in FACTORS.items()}
    data["trust"] = rng.choice(TRUSTS, rows, p=share / share.sum())
    data["dose"] = rng.integers(CLASSES, size=TRUSTS)[data["trust"]]
    log_hazard = (
        0.25 * data["age"]
        + 0.1 * data["sex"]
        + np.array([0, 0.5, 1.1, 2.3, 1.0])[data["stage"]]
        - 0.05 * data["imd"]
        - 0.03 * data["year"]
        - 0.06 * data["dose"]
        + rng.normal(0, 0.15, TRUSTS)[data["trust"]]
    )
    death = rng.exponential(9000 / np.exp(log_hazard))
    left = np.minimum(rng.uniform(300, 3000, rows), 1826)
    data["stop"] = np.maximum(np.ceil(np.minimum(death, left)), 1)
    data["event"] = death <= left
    for name in data:
        wide = np.uint16 if name == "stop" else np.uint8
        data[name] = data[name].astype(wide)
    np.savez(folder / "patients.npz", **data)
    names = list(data)
    np.savetxt(
        folder / "patients.csv",
        np.column_stack([data[name] for name in names]),
        fmt="%d",
        delimiter=",",
        header=",".join(names),
        comments="",
    )
    return sizes


@dataclass(frozen=True)
class Run:
    """Seconds by the clock and of the processor, peak GiB, and what was printed."""

    seconds: float
    processor: float
    peak: float
    said: list[float | None]


def once(command: list[str], limit: float) -> Run | None:
    """Return one run; ``None`` if it passed the limit and was stopped."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    stopping = threading.Timer(limit, process.kill)
    stopping.start()
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    stopping.cancel()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode == -signal.SIGKILL:
        return None
    if process.returncode:
        raise SystemExit(f"stopped with an error: {command[:2]}")
    return Run(
        time.perf_counter() - start,
        used.ru_utime + used.ru_stime,
        used.ru_maxrss / 2**20,
        json.loads(said.strip().splitlines()[-1]),
    )


def timed(command: list[str], repeats: int, limit: float) -> Run | None:
    """Return the run of median time, with the largest memory of all."""
    runs = []
    for _ in range(repeats):
        run = once(command, limit)
        if run is None:
            return None
        runs.append(run)
    runs.sort(key=lambda run: run.seconds)
    return replace(runs[len(runs) // 2], peak=max(run.peak for run in runs))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=210_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--limit", type=float, default=600)
    parser.add_argument("--only", nargs="*", default=[])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sizes = make_patients(chosen.rows, folder)
        print(f"{chosen.rows} patients, {TRUSTS} trusts, load {os.getloadavg()[0]:.1f}")
        print(f"{'program':30} {'seconds':>8} {'of CPU':>7} {'GiB':>5}   coefficient")
        for program, script in {**PYTHON, **R_PROGRAMS}.items():
            if chosen.only and program not in chosen.only:
                continue
            if program in PYTHON:
                command = [sys.executable, "-c", script, str(folder / "patients.npz")]
                command.append(json.dumps(sizes))
            else:
                command = ["Rscript", "--vanilla", "-e", script]
                command.append(str(folder / "patients.csv"))
            run = timed(command, chosen.repeats, chosen.limit)
            if run is None:
                print(f"{program:30} over {chosen.limit:.0f} s, stopped", flush=True)
                continue
            beta, error = (float("nan") if x is None else x for x in run.said)
            print(
                f"{program:30} {run.seconds:8.2f} {run.processor:7.2f} {run.peak:5.2f}"
                f"   {beta:.7f} ({error:.7f})",
                flush=True,
            )


if __name__ == "__main__":
    main()
