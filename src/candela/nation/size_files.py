"""What would the returns of beds and staff of a made-up country look like?

Both are stocks at or over a quarter, of the trust as it stood then: in a year with a
merger in the middle, the old trust returns the quarters before and the new one those
after.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from candela.nation.delimited import decimals, delimited
from candela.nation.society import Nation
from candela.nation.structure import Trust, quarter_end

__all__ = ["beds_file", "workforce_file"]

Floats = npt.NDArray[np.float64]

NONE = "-"
BED_TYPES = (
    "total",
    "general_and_acute",
    "learning_disabilities",
    "maternity",
    "mental_illness",
)
BEDS_HEADINGS = (
    "year",
    "period_end",
    "region_code",
    "org_code",
    "org_name",
    *(f"{what}_{kind}" for what in ("available", "occupied", "%_occupied")
      for kind in BED_TYPES),
    "source_file",
    "quarter",
    "period",
    "occupancy_rate",
)  # fmt: skip
QUARTER_ENDS = ("June", "September", "December", "March")
MATERNITY_OCCUPANCY = 0.6

WORKFORCE_HEADINGS = (
    "Date",
    "NHSE_Region_Code",
    "NHSE_Region_Name",
    "Org Code",
    "Org Name",
    "Cluster Group",
    "Benchmark Group",
    "Staff Group Sort Order",
    "Staff Group",
    "Data Type",
    "Total",
)
HEADS_PER_FTE = 1.13
SCIENTIFIC, SUPPORT = 0.25, 0.5  # shares of the staff who are not doctors or nurses


def beds_file(nation: Nation, year: int) -> tuple[str, bytes]:
    """Return the beds open overnight (KH03) of one financial year, by quarter."""
    first = 4 * (year - nation.design.first_year)
    available = nation.quarterly("beds_general_acute")
    occupied = nation.quarterly("beds_general_acute_occupied")
    maternity = nation.quarterly("beds_maternity")
    rows: list[list[str]] = [list(BEDS_HEADINGS)]
    for quarter in range(4):
        column = first + quarter
        for number in _there(nation, available[:, column]):
            acute = float(available[number, column])
            births = float(maternity[number, column])
            used = float(occupied[number, column]), births * MATERNITY_OCCUPANCY
            rows.append(
                _beds(
                    nation.structure.trusts[number],
                    year,
                    quarter,
                    _by_type(acute, births),
                    _by_type(*used),
                )
            )
    span = f"{year}-{(year + 1) % 100:02d}"
    return f"KH03 beds open overnight, {span}.csv", delimited(rows)


def _by_type(acute: float, maternity: float) -> tuple[float | None, ...]:
    return acute + maternity, acute, None, maternity, None


def _beds(
    trust: Trust,
    year: int,
    quarter: int,
    available: tuple[float | None, ...],
    occupied: tuple[float | None, ...],
) -> list[str]:
    rates = [
        None if a is None or o is None else o / a
        for a, o in zip(available, occupied, strict=True)
    ]
    label = f"Q{quarter + 1}"
    return [
        str(year),
        QUARTER_ENDS[quarter],
        trust.region_code,
        trust.code,
        trust.name,
        *(_cell(value, 4) for value in (*available, *occupied)),
        *(_cell(rate, 6) for rate in rates),
        f"{year}-{label} made up.csv",
        label,
        f"{year}_{label}",
        _cell(rates[0], 6),
    ]


def _cell(value: float | None, places: int) -> str:
    return NONE if value is None else decimals(value, places)


def workforce_file(nation: Nation) -> tuple[str, bytes]:
    """Return NHS Workforce Statistics by staff group, at each quarter's last month.

    Groups overlap, as in the official file: the total holds all others, and staff of
    buildings and offices have no group of their own here.
    """
    rows: list[list[str]] = [list(WORKFORCE_HEADINGS)]
    for column in range(4 * nation.design.years):
        rows.extend(_staff_of_quarter(nation, column))
    last = nation.years[-1] + 1
    name = f"NHS Workforce Statistics, March {last} Staff Group and Organisation.csv"
    return name, delimited(rows)


def _staff_of_quarter(nation: Nation, column: int) -> Iterator[list[str]]:
    month_end = quarter_end(nation.design.first_year, column).isoformat()
    doctors, nurses, other = (
        nation.quarterly(f"staff_{group}_fte")[:, column]
        for group in ("doctors", "nurses", "other")
    )
    groups = {
        "Total": doctors + nurses + other,
        "Professionally qualified clinical staff": (
            doctors + nurses + SCIENTIFIC * other
        ),
        "HCHS Doctors": doctors,
        "Nurses & health visitors": nurses,
        "Support to clinical staff": SUPPORT * other,
    }
    for number in _there(nation, doctors):
        trust = nation.structure.trusts[number]
        for order, (group, whole_time) in enumerate(groups.items(), 1):
            fte = float(whole_time[number])
            kinds = (
                ("FTE", decimals(fte, 4)),
                ("HC", str(round(fte * HEADS_PER_FTE))),
            )
            for kind, value in kinds:
                yield [
                    month_end,
                    trust.region_code,
                    trust.region_name,
                    trust.code,
                    trust.name,
                    "Acute",
                    "Acute - made up",
                    str(order),
                    group,
                    kind,
                    value,
                ]


def _there(nation: Nation, values: Floats) -> list[int]:
    """Return the trusts that have a value, in order of code."""
    codes = nation.structure.codes
    return sorted(np.flatnonzero(~np.isnan(values)).tolist(), key=codes.__getitem__)
