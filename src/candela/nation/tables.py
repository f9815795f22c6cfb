"""What would the readers of its files say of this country?

The same tables without writing and reading files, for simulations over many countries.
Counts are exact here; files since 2018/19 print them to the nearest 5.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from candela.nation.activity_files import ACTIVITY
from candela.nation.society import Nation
from candela.nation.structure import quarter_end, quarter_start
from candela.tables import (
    ORGANISATION_MEASURES,
    PUBLISHED_OUTCOMES,
    SUCCESSIONS,
    Period,
    Table,
)

__all__ = ["measures_table", "outcomes_table", "successions_table"]

Floats = npt.NDArray[np.float64]
SOURCE = "made-up nation"


def outcomes_table(nation: Nation) -> Table:
    """Return observed and expected deaths as a ``PUBLISHED_OUTCOMES`` table."""
    observed, expected = nation.deaths.observed, nation.deaths.expected
    spells = nation.yearly("spells")
    rows: list[dict[str, Any]] = []
    for column, year in enumerate(nation.years):
        period = Period.financial_year(year)
        for number, code in enumerate(nation.structure.codes):
            if np.isnan(observed[number, column]):
                continue
            o, e = observed[number, column], expected[number, column]
            rows.append(
                {
                    "org_code": code,
                    "org_name": nation.structure.trusts[number].name,
                    "indicator": "SHMI",
                    "period_start": period.start,
                    "period_end": period.end,
                    "spells": spells[number, column],
                    "observed": o,
                    "expected": e,
                    "ratio": round(o / e, 4),
                    "rounding_base": 1,
                    "value_status": "ok",
                    "source_file": SOURCE,
                    "source_row": len(rows) + 1,
                }
            )
    return Table.from_rows(PUBLISHED_OUTCOMES, rows)


def measures_table(nation: Nation, *, measures: Collection[str] | None = None) -> Table:
    """Return research activity, beds and staff as an ``ORGANISATION_MEASURES`` table.

    Activity is by financial year; beds and staff by quarter, of the trust as it stood.
    ``measures`` restricts the table to these; without it all are given.
    """
    rows: list[dict[str, Any]] = []
    years = [Period.financial_year(year) for year in nation.years]
    for measure in ACTIVITY:
        if measures is not None and measure not in measures:
            continue
        rows.extend(_rows(nation, measure, nation.yearly(measure), years))
    first = nation.design.first_year
    quarters = [
        Period(quarter_start(first, n), quarter_end(first, n))
        for n in range(4 * nation.design.years)
    ]
    doctors, nurses, other = (
        nation.quarterly(f"staff_{group}_fte")
        for group in ("doctors", "nurses", "other")
    )
    by_quarter = {
        "beds_general_acute": nation.quarterly("beds_general_acute"),
        "staff_doctors_fte": doctors,
        "staff_nurses_fte": nurses,
        "staff_clinical_fte": doctors + nurses,
        "staff_total_fte": doctors + nurses + other,
    }
    for measure, values in by_quarter.items():
        if measures is not None and measure not in measures:
            continue
        rows.extend(_rows(nation, measure, values, quarters))
    for number, row in enumerate(rows, 1):
        row["source_row"] = number
    return Table.from_rows(ORGANISATION_MEASURES, rows)


def _rows(
    nation: Nation, measure: str, values: Floats, periods: list[Period]
) -> Iterator[dict[str, Any]]:
    for column, period in enumerate(periods):
        for number, code in enumerate(nation.structure.codes):
            if not np.isnan(values[number, column]):
                yield {
                    "org_code": code,
                    "period_start": period.start,
                    "period_end": period.end,
                    "measure": measure,
                    "value": float(values[number, column]),
                    "value_status": "ok",
                    "source_file": SOURCE,
                }


def successions_table(nation: Nation) -> Table:
    """Return the country's mergers and splits as a ``SUCCESSIONS`` table."""
    return Table.from_rows(
        SUCCESSIONS,
        [
            {
                "predecessor_code": takeover.predecessor,
                "successor_code": takeover.successor,
                "effective_date": takeover.day,
                "source_file": SOURCE,
                "source_row": number,
            }
            for number, takeover in enumerate(nation.structure.takeovers, 1)
        ],
    )
