"""Starting the command must not pay for methods it does not use."""

from __future__ import annotations

import subprocess
import sys

import pytest

MODULES = (
    "adjusted_survival",
    "calibration",
    "correlation",
    "count_models",
    "cox_robust",
    "evalue",
    "frailty",
    "inequality",
    "kaplan_meier",
    "median_odds_ratio",
    "multiplicity",
    "net_survival",
    "random_intercept",
    "random_intercept_logistic",
    "pooled_ratio",
    "proportional_hazards",
    "splines",
    "thirds",
)


@pytest.mark.parametrize("module", MODULES)
def test_importing_a_method_imports_neither_scipy_nor_numba(module: str) -> None:
    code = (
        f"import sys, candela.stats.{module}; "
        "print([n for n in sys.modules if n.split('.')[0] in ('scipy', 'numba')])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
