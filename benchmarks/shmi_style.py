"""How long does a model for each of 140 diagnosis groups take, and expected by trust?

Indirect standardisation in the manner of the SHMI on made-up admissions: one logistic
model for each group (age, sex, admission method, comorbidity, deprivation, year), then
observed and expected deaths of each trust.  Every program reads the same Parquet file
(R a CSV file) and prints expected deaths of the first two trusts.  One DuckDB grouping
by all of the columns is timed as a floor.

    python benchmarks/shmi_style.py [--rows 1000000] [--repeats 3] [--only NAME ...]

Peers: R's glm for each group, on rows and on cells that it groups, and scikit-learn
on rows, without standard errors.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from pathlib import Path

import pyarrow.csv
import pyarrow.parquet

from admissions import LEVELS, make_admissions, print_table

COVARIATES = ("year", "age", "sex", "method", "comorbidity", "deprivation")
READ = ("trust", "diagnosis", *COVARIATES, "death")

OURS = """
import json, sys
import numpy as np
import pyarrow.parquet
levels, names = json.loads(sys.argv[2]), json.loads(sys.argv[3])
from candela.stats.coded import CodeColumn, CodedDesign, factor_term
from candela.stats.stratified_logistic import fit_by_stratum
table = pyarrow.parquet.read_table(sys.argv[1], columns=names)
columns = {
    name: CodeColumn(name, table[name].to_numpy(), {**levels, "death": 2}[name])
    for name in names
}
del table
own = [columns[name] for name in names if name not in ("trust", "diagnosis", "death")]
terms = [factor_term(c.name, c, [str(k) for k in range(c.levels)]) for c in own]
design = CodedDesign(tuple(own), tuple(terms))
fit = fit_by_stratum(design, columns["death"].codes, columns["diagnosis"])
expected = fit.expected_by(columns["trust"])
print(json.dumps(expected[:2].tolist()))
"""
GROUPED = """
import json, sys
import duckdb
names = json.loads(sys.argv[3])
by = ", ".join(name for name in names if name != "death")
base = duckdb.connect(config={"threads": 2})
base.execute(
    f"CREATE TEMP TABLE cells AS SELECT {by}, count(*) AS n, sum(death) AS deaths "
    f"FROM read_parquet('{sys.argv[1]}') GROUP BY {by}"
)
print(json.dumps([float(base.execute("SELECT sum(deaths) FROM cells").fetchone()[0])]))
"""
SKLEARN = """
import json, sys
import numpy as np, pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import OneHotEncoder
names = json.loads(sys.argv[3])
frame = pd.read_parquet(sys.argv[1], columns=names)
own = [name for name in names if name not in ("trust", "diagnosis", "death")]
expected = np.zeros(140)
for _, part in frame.groupby("diagnosis"):
    X = OneHotEncoder(drop="first").fit_transform(part[own])
    model = LogisticRegression(C=np.inf, solver="newton-cholesky")
    risk = model.fit(X, part["death"]).predict_proba(X)[:, 1]
    expected += np.bincount(part["trust"], risk, minlength=140)
print(json.dumps(expected[:2].tolist()))
"""
R_ROWS = """
d <- read.csv(commandArgs(TRUE)[1])
for (n in c("year", "age", "sex", "method", "comorbidity", "deprivation")) {
  d[[n]] <- factor(d[[n]])
}
expected <- numeric(140)
for (part in split(d, d$diagnosis)) {
  f <- suppressWarnings(glm(
    death ~ year + age + sex + method + comorbidity + deprivation, binomial, part
  ))
  s <- tapply(fitted(f), factor(part$trust, 0:139), sum, default = 0)
  expected <- expected + s
}
cat(jsonlite::toJSON(unname(expected[1:2]), digits = NA))
"""
R_CELLS = """
d <- read.csv(commandArgs(TRUE)[1])
sizes <- c(
  diagnosis = 140, year = 5, age = 21, sex = 2, method = 3, comorbidity = 3,
  deprivation = 6
)
key <- integer(nrow(d))
for (n in names(sizes)) key <- key * as.integer(sizes[[n]]) + d[[n]]
K <- prod(sizes)
trials <- tabulate(key + 1L, K)
deaths <- tabulate(key[d$death == 1] + 1L, K)
cells <- data.frame(at = which(trials > 0))
rest <- cells$at - 1
for (n in rev(names(sizes))) {
  cells[[n]] <- rest %% sizes[[n]]
  rest <- rest %/% sizes[[n]]
}
for (n in names(sizes)[-1]) cells[[n]] <- factor(cells[[n]])
cells$y <- deaths[cells$at]
cells$n <- trials[cells$at]
risk <- numeric(K)
for (part in split(cells, cells$diagnosis)) {
  f <- suppressWarnings(glm(
    cbind(y, n - y) ~ year + age + sex + method + comorbidity + deprivation,
    binomial, part
  ))
  risk[part$at] <- fitted(f)
}
expected <- tapply(risk[key + 1L], factor(d$trust, 0:139), sum)
cat(jsonlite::toJSON(unname(expected[1:2]), digits = NA))
"""
PROGRAMS = {
    "candela": OURS,
    "DuckDB, one GROUP BY": GROUPED,
    "scikit-learn for each group": SKLEARN,
}
IN_R = {"R glm on cells": R_CELLS, "R glm on rows": R_ROWS}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--limit", type=float, default=600)
    parser.add_argument("--only", nargs="*", default=[*PROGRAMS, *IN_R])
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "admissions.parquet"
        make_admissions(chosen.rows, path)
        more = [str(path), json.dumps(LEVELS), json.dumps(READ)]
        programs = {
            name: [sys.executable, "-c", code, *more]
            for name, code in PROGRAMS.items()
            if name in chosen.only
        }
        for name, code in IN_R.items():
            if name in chosen.only:
                table = pyarrow.parquet.read_table(path, columns=list(READ))
                pyarrow.csv.write_csv(table, path.with_suffix(".csv"))
                given = str(path.with_suffix(".csv"))
                programs[name] = ["Rscript", "--vanilla", "-e", code, given]
        print(f"{chosen.rows} admissions, load {os.getloadavg()[0]:.1f}")
        print_table(programs, chosen.repeats, chosen.limit)


if __name__ == "__main__":
    main()
