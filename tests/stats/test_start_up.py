"""Starting the command must not pay for methods it does not use."""

from __future__ import annotations

import subprocess
import sys

import pytest

MODULES = (
    "correlation",
    "count_models",
    "evalue",
    "inequality",
    "multiplicity",
    "random_intercept",
    "pooled_ratio",
    "splines",
    "thirds",
)


@pytest.mark.parametrize("module", MODULES)
def test_importing_a_method_does_not_import_scipy(module: str) -> None:
    code = (
        f"import sys, candela.stats.{module}; "
        "print([name for name in sys.modules if name.startswith('scipy')])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"
