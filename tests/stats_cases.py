"""Rows that tests of the statistics share: cases answered by R, and made-up trusts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

REFERENCES = Path(__file__).parent / "reference"

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Rows:
    """Counts to be modelled; unpacks into the arguments of a fit."""

    y: Floats
    X: Floats
    offset: Floats
    clusters: npt.NDArray[Any]

    def by_name(self) -> dict[str, Any]:
        """Return the keyword arguments of a fit, beside ``y`` and ``X``."""
        return {"offset": self.offset, "clusters": self.clusters}

    def taken(self, rows: npt.ArrayLike) -> Rows:
        """Return these rows, in this order."""
        chosen = np.asarray(rows)
        return Rows(
            self.y[chosen], self.X[chosen], self.offset[chosen], self.clusters[chosen]
        )


def reference_cases(name: str, expected_cases: set[str]) -> dict[str, dict[str, Any]]:
    """Return the cases of one reference file by name; all of them must be there."""
    read = json.loads((REFERENCES / f"{name}.json").read_text(encoding="utf-8"))
    assert read["source"]["script"] == f"validation/r/{name}.R"
    assert read["source"]["software"].startswith("R ")
    assert read["source"]["date"] != "check"
    cases = {case["name"]: case for case in read["cases"]}
    assert set(cases) == expected_cases
    return cases


def reference_rows(case: dict[str, Any]) -> Rows:
    """Return the rows of a case, with the design's columns in R's order."""
    data = {key: np.array(values, dtype=float) for key, values in case["data"].items()}
    data["(Intercept)"] = np.ones(len(data["y"]))
    return Rows(
        y=data["y"],
        X=np.column_stack([data[name] for name in case["columns"]]),
        offset=np.log(data["expected"]),
        clusters=data["cluster"].astype(int),
    )


def made_up_trusts(
    seed: int,
    *,
    trusts: int = 30,
    years: int = 4,
    expected: float = 800.0,
    between: float = 0.08,
) -> Rows:
    """Return counts of made-up trusts: an intercept, a dose and the year."""
    rng = np.random.default_rng(seed)
    trust = np.repeat(np.arange(trusts), years)
    year = np.tile(np.arange(years), trusts)
    size = np.exp(rng.normal(np.log(expected), 0.5, trusts))[trust]
    dose = np.exp(rng.normal(0, 0.7, trusts))[trust] + 0.1 * rng.random(trust.size)
    level = rng.normal(0, between, trusts)[trust]
    return Rows(
        y=rng.poisson(size * np.exp(level + 0.01 * dose)).astype(float),
        X=np.column_stack([np.ones(trust.size), dose, year]),
        offset=np.log(size),
        clusters=trust,
    )
