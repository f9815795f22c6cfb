"""Patients that tests of survival share: cases answered by R, and made-up ones."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from candela.stats.coded import CodeColumn, CodedDesign

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Patients:
    """Arguments of a Cox fit, and the trust of each row."""

    design: CodedDesign
    stop: CodeColumn
    event: npt.NDArray[np.uint8]
    trust: CodeColumn
    start: CodeColumn | None = None
    strata: CodeColumn | None = None

    def fit_arguments(self) -> dict[str, Any]:
        """Return what a fit takes by name."""
        return {"start": self.start, "strata": self.strata}


def days(name: str, values: npt.ArrayLike) -> CodeColumn:
    """Return a column of whole days."""
    codes = np.asarray(values).astype(np.uint16)
    return CodeColumn(name, codes, int(codes.max()) + 1)


def levels(name: str, values: npt.ArrayLike) -> CodeColumn:
    """Return a column of codes that count from 0."""
    codes = np.asarray(values).astype(np.uint8)
    return CodeColumn(name, codes, int(codes.max()) + 1)


def case_patients(case: dict[str, Any], *, by_sex: bool = False) -> Patients:
    """Return the rows of a case: age, stage, (sex,) dose, in R's order."""
    data = {key: np.array(values) for key, values in case["data"].items()}
    numbers = [name for name in ("age", "sex", "dose") if name in data]
    if by_sex:
        numbers.remove("sex")
    factors = {"stage": data["stage"]} if "stage" in data else {}
    design = CodedDesign.of_values({name: data[name] for name in numbers}, factors)
    order = [name for name in ("age", "stage", "sex", "dose") if name in data]
    terms = {term.name: term for term in design.terms}
    return Patients(
        design.with_terms([terms[name] for name in order if name in terms]),
        days("stop", data["stop"]),
        data["event"].astype(np.uint8),
        levels("trust", data["trust"]),
        days("start", data["start"]) if "start" in data else None,
        levels("sex", data["sex"]) if by_sex else None,
    )


def made_up_patients(
    seed: int,
    *,
    rows: int = 600,
    trusts: int = 20,
    spread: float = 0.0,
    dose: float = -0.2,
    days_each: int = 10,
) -> Patients:
    """Return made-up patients: age, and a dose of their trust."""
    rng = np.random.default_rng(seed)
    trust = rng.integers(trusts, size=rows)
    given = np.round(rng.normal(size=trusts), 1)[trust]
    age = rng.integers(50, 90, size=rows)
    log_hazard = 0.03 * (age - 70) + dose * given + rng.normal(0, spread, trusts)[trust]
    death = rng.exponential(900 / np.exp(log_hazard))
    left = rng.uniform(200, 1800, rows)
    return Patients(
        CodedDesign.of_values({"age": age, "dose": given}),
        days("stop", np.ceil(np.minimum(death, left) / days_each)),
        (death <= left).astype(np.uint8),
        levels("trust", trust),
    )


def said_by_r(script: str) -> Any:
    """Return what an R script prints as JSON; without R the test is skipped."""
    if shutil.which("Rscript") is None and os.environ.get("CANDELA_REQUIRE_R") != "1":
        pytest.skip("R is not installed; CANDELA_REQUIRE_R=1 makes this a failure")
    run = subprocess.run(
        ["Rscript", "--vanilla", "-e", script],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)
