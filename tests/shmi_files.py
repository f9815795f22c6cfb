"""SHMI files of invented trusts in the layout of 2011 to 2014, good and bad."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

HEADINGS = (
    "INDICATOR_CODE",
    "PROVIDER",
    "PROVIDER_NAME",
    "VALUE",
    "OD_BANDING",
    "OBSERVED",
    "EXPECTED",
    "DENOMINATOR",
    "OD_LL",
    "OD_UL",
)
# October 2013 covers April 2012 to March 2013.
NAME = "shmi-2013-october.csv"
LATER = "shmi-2014-january.csv"


def shmi_row(number: int, **changed: object) -> dict[str, object]:
    """Return the row of one trust: 1,000 expected, 950 to 1,061 observed.

    ``changed`` gives other cells; the ratio is not worked out again for them.
    """
    observed = 950 + 37 * number % 112
    row: dict[str, object] = {
        "INDICATOR_CODE": "I00699",
        "PROVIDER": f"Z{'ABCDEFGHJ'[number // 9]}{number % 9 + 1}",
        "PROVIDER_NAME": f"Trust number {number} (made up)",
        "VALUE": f"{observed / 1000:.4f}",
        "OD_BANDING": 2,
        "OBSERVED": observed,
        "EXPECTED": "1000.0000",
        "DENOMINATOR": 50_000 + number,
        "OD_LL": "0.9000",
        "OD_UL": "1.1000",
    }
    assert set(changed) <= set(row), changed
    return row | changed


def shmi_rows(count: int = 40) -> list[dict[str, object]]:
    """Return the rows of so many trusts."""
    return [shmi_row(number) for number in range(count)]


def shmi_text(
    rows: Sequence[dict[str, object]], *, headings: Sequence[str] = HEADINGS
) -> str:
    """Return the file: a heading row and these rows."""
    lines = [headings, *([row[name] for name in HEADINGS] for row in rows)]
    return "".join(",".join(f'"{cell}"' for cell in line) + "\n" for line in lines)


def write_shmi(
    folder: Path,
    rows: Sequence[dict[str, object]] | None = None,
    *,
    name: str = NAME,
    encoding: str = "utf-8",
) -> Path:
    """Write the file into a folder, made if need be; return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    text = shmi_text(shmi_rows() if rows is None else rows)
    (folder / name).write_bytes(text.encode(encoding))
    return folder
