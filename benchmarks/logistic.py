"""How long does a logistic model with standard errors take beside its peers?

Made-up admissions, 323 coefficients and an intercept, all categorical; every program
reads the same Parquet file (R a CSV file) and prints the log odds ratio of the second
sex and its standard error.  Processor seconds are the ones to compare on a machine that
others use too.

    python benchmarks/logistic.py [--rows 1000000] [--repeats 3] [--only NAME ...]

Peers: glum, scikit-learn and pyfixest of ``requirements/peers.txt``; R's glm.  R's
fixest is run where it is installed.
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

OURS = """
import json, sys
from pathlib import Path
levels, path = json.loads(sys.argv[2]), Path(sys.argv[1])
from candela.engine.duck import open_duckdb
from candela.stats.coded import CodedDesign, factor_term
from candela.stats.logistic import fit_logistic
with open_duckdb(folders=[path.parent]) as engine:
    engine.read_files("admissions", [path], kind="parquet")
    rows = engine.coded(
        f"SELECT {', '.join([*levels, 'death'])} FROM admissions",
        {**levels, "death": 2},
    )
"""
OURS_PYARROW = """
import json, sys
import pyarrow.parquet
levels = json.loads(sys.argv[2])
from candela.stats.coded import CodeColumn, CodedDesign, factor_term
from candela.stats.logistic import fit_logistic
table = pyarrow.parquet.read_table(sys.argv[1])
class rows:
    columns = {
        name: CodeColumn(name, table[name].to_numpy(), k)
        for name, k in {**levels, "death": 2}.items()
    }
"""
OURS_FIT = """
columns = [rows.columns[name] for name in levels]
terms = [factor_term(c.name, c, [str(k) for k in range(c.levels)]) for c in columns]
death = rows.columns["death"].codes
design = CodedDesign(tuple(columns), tuple(terms))
fit = fit_logistic(design, death)
"""
OURS_END = """
found = fit.estimate("sex 1")
print(json.dumps([found.value, found.standard_error, fit.log_likelihood]))
"""
OURS_ROBUST = """
from candela.stats.logistic_robust import robust_logistic
own = [t for t in terms if t.name != "trust"]
design = design.with_terms(own)
fit = fit_logistic(design, death)
robust = robust_logistic(fit, design, death, rows.columns["trust"], kind="cr2")
found = fit.estimate("sex 1", covariance=robust)
print(json.dumps([found.value, found.standard_error, fit.log_likelihood]))
"""
FRAME = """
import json, sys
import numpy as np, pandas as pd
levels = json.loads(sys.argv[2])
frame = pd.read_parquet(sys.argv[1])
y = frame.pop("death").to_numpy().astype(float)
for name, k in levels.items():
    frame[name] = pd.Categorical(frame[name], categories=range(k))
"""
GLUM = """
from glum import GeneralizedLinearRegressor
model = GeneralizedLinearRegressor(family="binomial", alpha=0, drop_first=True)
model.fit(frame, y)
at = list(model.feature_names_).index("sex[1]")
error = float("nan")
if ERRORS:
    error = model.std_errors(X=frame, y=y)[1 + at]
print(json.dumps([float(model.coef_[at]), float(error)]))
"""
SKLEARN = """
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import OneHotEncoder
coder = OneHotEncoder(drop="first")
X = coder.fit_transform(frame)
model = LogisticRegression(C=np.inf, solver="newton-cholesky").fit(X, y)
at = list(coder.get_feature_names_out()).index("sex_1")
print(json.dumps([float(model.coef_[0, at]), float("nan")]))
"""
PYFIXEST = """
import json, sys
import pandas as pd, pyfixest
frame = pd.read_parquet(sys.argv[1]).astype("int64")
others = " + ".join(name for name in json.loads(sys.argv[2]) if name != "sex")
fit = pyfixest.feglm(f"death ~ sex | {others}", frame, family="logit", vcov="iid")
print(json.dumps([float(fit.coef().iloc[0]), float(fit.se().iloc[0])]))
"""
R_GLM = """
d <- read.csv(commandArgs(TRUE)[1])
for (n in setdiff(names(d), "death")) d[[n]] <- factor(d[[n]])
f <- glm(death ~ ., binomial, d)
s <- summary(f)$coefficients["sex1", ]
cat(jsonlite::toJSON(unname(s[1:2]), digits = NA))
"""
R_FIXEST = """
library(fixest)
d <- read.csv(commandArgs(TRUE)[1])
o <- paste(setdiff(names(d), c("death", "sex")), collapse = " + ")
f <- feglm(as.formula(paste("death ~ sex |", o)), d, "logit", vcov = "iid")
cat(jsonlite::toJSON(unname(c(coef(f), se(f))), digits = NA))
"""
PROGRAMS = {
    "candela": OURS + OURS_FIT + OURS_END,
    "candela, pyarrow reads": OURS_PYARROW + OURS_FIT + OURS_END,
    "candela, CR2 by trust": OURS_PYARROW + OURS_FIT + OURS_ROBUST,
    "glum with standard errors": FRAME + GLUM.replace("ERRORS", "True"),
    "glum, coefficients only": FRAME + GLUM.replace("ERRORS", "False"),
    "scikit-learn newton-cholesky": FRAME + SKLEARN,
    "pyfixest feglm": PYFIXEST,
}
IN_R = {"R fixest feglm": R_FIXEST, "R glm": R_GLM}


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
        programs = {
            name: [sys.executable, "-c", code, str(path), json.dumps(LEVELS)]
            for name, code in PROGRAMS.items()
            if name in chosen.only
        }
        for name, code in IN_R.items():
            if name in chosen.only:
                table = pyarrow.parquet.read_table(path)
                pyarrow.csv.write_csv(table, path.with_suffix(".csv"))
                given = str(path.with_suffix(".csv"))
                programs[name] = ["Rscript", "--vanilla", "-e", code, given]
        print(f"{chosen.rows} admissions, load {os.getloadavg()[0]:.1f}")
        print_table(programs, chosen.repeats, chosen.limit)


if __name__ == "__main__":
    main()
