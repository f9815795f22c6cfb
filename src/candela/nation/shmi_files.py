"""What would the published mortality indicator of a made-up country look like?

SHMI, both generations: one CSV for a publication until 2017/18, one zip from 2018/19.
Each covers a financial year, April to March, so that no two share a death.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from candela.nation.delimited import decimals, delimited
from candela.nation.places import MADE_UP
from candela.nation.society import Nation
from candela.stats.funnel import funnel_limits

__all__ = ["shmi_file"]

Floats = npt.NDArray[np.float64]

FIRST_YEAR_IN_ZIPS = 2018
INDICATOR = "I00699"
ROUNDED_TO = 5  # spells and deaths in the zips
# A zip keeps the day its members were written; this one has no day of its own.
ZIP_DAY = (2000, 1, 1, 0, 0, 0)
UNIX_ZIP, READABLE = 3, 0o644 << 16  # otherwise they would tell the machine


@dataclass(frozen=True)
class PublishedYear:
    """The figures of one publication, one row for each trust, in order of code."""

    codes: tuple[str, ...]
    names: tuple[str, ...]
    spells: Floats
    observed: Floats
    expected: Floats
    po_lower: Floats
    po_upper: Floats
    od_lower: Floats
    od_upper: Floats

    @property
    def ratio(self) -> Floats:
        """O / E, before rounding."""
        return self.observed / self.expected

    @property
    def od_band(self) -> tuple[int, ...]:
        """1 higher than expected, 2 as expected, 3 lower: over-dispersed limits."""
        return _bands(self.ratio, self.od_lower, self.od_upper)

    @property
    def po_band(self) -> tuple[int, ...]:
        """The same by the 99.8% limits of chance alone."""
        return _bands(self.ratio, self.po_lower, self.po_upper)


def shmi_file(nation: Nation, year: int) -> tuple[str, bytes]:
    """Return the name and content of the publication for the year from April."""
    published = _published(nation, year)
    if year < FIRST_YEAR_IN_ZIPS:
        first = year == nation.design.first_year
        return f"shmi-{year + 1}-october.csv", _older(published, year, first=first)
    span = f"Apr{year % 100:02d}-Mar{(year + 1) % 100:02d}"
    member = f"SHMI data/SHMI data at trust level, {span} (csv).csv"
    return f"SHMI data, {span}.zip", _zipped(member, _newer(published, year))


def _published(nation: Nation, year: int) -> PublishedYear:
    column = year - nation.design.first_year
    observed = nation.deaths.observed[:, column]
    trusts = nation.structure.trusts
    rows = [n for n in range(len(trusts)) if not np.isnan(observed[n])]
    rows.sort(key=lambda n: trusts[n].code)
    o, e = observed[rows], nation.deaths.expected[rows, column]
    limits = funnel_limits(o, e, method="shmi")
    return PublishedYear(
        tuple(trusts[n].code for n in rows),
        tuple(trusts[n].name for n in rows),
        nation.yearly("spells")[rows, column],
        o,
        e,
        limits.lower998,
        limits.upper998,
        limits.lower95,
        limits.upper95,
    )


def _bands(ratio: Floats, lower: Floats, upper: Floats) -> tuple[int, ...]:
    return tuple(np.where(ratio > upper, 1, np.where(ratio < lower, 3, 2)).tolist())


def _older(published: PublishedYear, year: int, *, first: bool) -> bytes:
    """Return the layout of 2011 to 2014.

    The first file is as of October 2011 (PROVIDER NAME, PO_BANDING, no footer), later
    ones as of October 2013 (PROVIDER_NAME, a footer with a cp1252 copyright sign).
    """
    p = published
    named = {
        "INDICATOR_CODE": [INDICATOR] * len(p.codes),
        "PROVIDER": p.codes,
        "PROVIDER NAME" if first else "PROVIDER_NAME": p.names,
        "DENOMINATOR": _printed(p.spells, 0),
        "OBSERVED": _printed(p.observed, 0),
        "EXPECTED": _printed(p.expected),
        "VALUE": _printed(p.ratio),
        "PO_LL": _printed(p.po_lower),
        "PO_UL": _printed(p.po_upper),
        "PO_BANDING": p.po_band,
        "OD_LL": _printed(p.od_lower),
        "OD_UL": _printed(p.od_upper),
        "OD_BANDING": p.od_band,
    }
    rows = _rows({k: v for k, v in named.items() if first or k != "PO_BANDING"})
    if not first:
        blank = [""] * (len(rows[0]) - 1)
        footer = f"Copyright © {year + 1}, nobody: every figure here is made up"
        rows += [["", *blank], [footer, *blank]]
    return delimited(rows, encoding="cp1252")


def _newer(published: PublishedYear, year: int) -> bytes:
    """Return the layout since 2018: counts to the nearest 5, the ratio from before."""
    p, two, next_two = published, year % 100, (year + 1) % 100
    size = len(p.codes)
    return delimited(
        _rows(
            {
                "TIME_PERIOD": [f"APR{two:02d}_MAR{next_two:02d}"] * size,
                "PUBLICATION_MONTH": [f"AUG_{next_two:02d}"] * size,
                "PROVIDER_CODE": p.codes,
                "PROVIDER_NAME": p.names,
                "SHMI_VALUE": _printed(p.ratio),
                "SHMI_BANDING": p.od_band,
                "OD_LL": _printed(p.od_lower),
                "OD_UL": _printed(p.od_upper),
                "SPELLS": _rounded(p.spells),
                "OBSERVED": _rounded(p.observed),
                "EXPECTED": _rounded(p.expected),
            }
        )
    )


def _rows(columns: dict[str, Sequence[object]]) -> list[list[object]]:
    return [[*columns], *map(list, zip(*columns.values(), strict=True))]


def _printed(values: Floats, places: int = 4) -> list[str]:
    return [decimals(value, places) for value in values]


def _rounded(values: Floats) -> list[int]:
    return [ROUNDED_TO * round(value / ROUNDED_TO) for value in values]


def _zipped(member: str, content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        info = zipfile.ZipInfo(member, ZIP_DAY)
        info.create_system, info.external_attr = UNIX_ZIP, READABLE
        info.compress_type = zipfile.ZIP_DEFLATED
        info.comment = f"Every figure is {MADE_UP[1:-1]}".encode()
        archive.writestr(info, content)
    return packed.getvalue()
