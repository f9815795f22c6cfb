"""Made-up trusts whose deaths answer to research as we say."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from candela.association import Material, Panel
from candela.participation import DoseDesign
from candela.tables import (
    ORGANISATION_MEASURES,
    PUBLISHED_OUTCOMES,
    Period,
    Policy,
    Succession,
    Table,
)

__all__ = ["DESIGN", "made_up_material", "measure_row", "outcome_row", "panel_of"]

Floats = npt.NDArray[np.float64]
DESIGN = DoseDesign("participants_interventional", "staff_clinical_fte")
FIRST = 2014


def panel_of(
    dose: npt.ArrayLike,
    log_ratio: npt.ArrayLike,
    *,
    years: int,
    covariates: npt.ArrayLike | None = None,
    other_codes: tuple[str, ...] = (),
) -> Panel:
    """Return a panel whose deaths are exactly as many as the log ratio says.

    Rows come trust by trust, each with all its years.
    """
    x, eta = np.asarray(dose, np.float64), np.asarray(log_ratio, np.float64)
    rows = len(x)
    trusts = rows // years
    expected = 300.0 + 40.0 * (np.arange(rows) % 17)
    z = np.empty((rows, 0)) if covariates is None else np.asarray(covariates, float)
    z = z.reshape(rows, -1)
    return Panel(
        codes=other_codes or tuple(f"ZA{n // years:02d}" for n in range(rows)),
        periods=tuple(Period.financial_year(FIRST + n % years) for n in range(rows)),
        observed=expected * np.exp(eta),
        expected=expected,
        published_ratio=np.exp(eta),
        dose=x,
        activity=x * 10,
        covariates=z,
        covariate_names=tuple(f"covariate {n}" for n in range(z.shape[1])),
        design=DESIGN,
        policy=Policy("as_reported"),
        exposure_windows=(),
        outcome_rows=(),
        dose_rows=tuple(("made.csv", n) for n in range(trusts)),
        covariate_rows=(),
        left=(),
        refused=(),
        cautions=(),
    )


def measure_row(
    code: str, year: int, measure: str, value: float | None
) -> dict[str, Any]:
    """Return a row of a measure in a financial year; no value is a hidden one."""
    period = Period.financial_year(year)
    return {
        "org_code": code,
        "period_start": period.start,
        "period_end": period.end,
        "measure": measure,
        "value": value,
        "value_status": "suppressed" if value is None else "ok",
        "source_file": "activity.csv",
        "source_row": 2,
    }


def outcome_row(code: str, year: int, observed: int, expected: float) -> dict[str, Any]:
    """Return a row of deaths in a financial year."""
    period = Period.financial_year(year)
    return {
        "org_code": code,
        "indicator": "SHMI",
        "period_start": period.start,
        "period_end": period.end,
        "spells": 40_000,
        "observed": observed,
        "expected": expected,
        "ratio": round(observed / expected, 4),
        "rounding_base": 1,
        "value_status": "ok",
        "source_file": "shmi.csv",
        "source_row": 2,
    }


def made_up_material(
    seed: int,
    *,
    trusts: int = 40,
    years: int = 4,
    log_ratio: float = -0.01,
    without: tuple[str, ...] = (),
    changed: dict[tuple[str, int, str], float | None] | None = None,
    dropped: frozenset[tuple[str, int, str]] = frozenset(),
) -> Material:
    """Return deaths of some years and activity from the year before to the year after.

    The dose is near 10 per 100 doctors and nurses; deaths answer to that of the year
    before by ``log_ratio`` a unit.  ``without`` names measures that no file gives;
    ``changed`` and ``dropped`` are figures by organisation, year and measure.
    """
    rng = np.random.default_rng(seed)
    measures, outcomes = [], []
    for number in range(trusts):
        code = f"ZA{number:02d}"
        usual, level = np.exp(rng.normal(np.log(10), 0.6)), rng.normal(0, 0.05)
        doctors = rng.uniform(80, 160)
        doses = {}
        for year in range(FIRST - 1, FIRST + years + 1):
            doses[year] = usual * np.exp(rng.normal(0, 0.2))
            figures = {
                "participants_interventional": round(20 * doses[year]),
                "participants_recruited": round(30 * doses[year]) + number,
                "staff_clinical_fte": 2000.0,
                "staff_doctors_fte": doctors * 6,
                "beds_general_acute": 600.0 + number,
                "spells": 40_000.0 + 10 * number,
            }
            for measure, value in figures.items():
                key = (code, year, measure)
                if measure not in without and key not in dropped:
                    chosen = (changed or {}).get(key, float(value))
                    measures.append(measure_row(code, year, measure, chosen))
        for year in range(FIRST, FIRST + years):
            expected = float(rng.uniform(800, 2500))
            mean = expected * np.exp(log_ratio * doses[year - 1] + level)
            outcomes.append(outcome_row(code, year, int(rng.poisson(mean)), expected))
    return Material(
        Table.from_rows(PUBLISHED_OUTCOMES, outcomes),
        Table.from_rows(ORGANISATION_MEASURES, measures),
        Succession(),
    )
