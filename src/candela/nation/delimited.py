"""How do figures become the text of an official file, the same bytes every time?"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

__all__ = ["decimals", "delimited"]

WINDOWS, UNIX = "\r\n", "\n"


def delimited(
    rows: Iterable[Sequence[object]],
    *,
    line_end: str = WINDOWS,
    encoding: str = "utf-8",
    quote_all: bool = False,
) -> bytes:
    """Return rows as comma-separated text."""
    text = io.StringIO(newline="")
    writer = csv.writer(
        text,
        lineterminator=line_end,
        quoting=csv.QUOTE_ALL if quote_all else csv.QUOTE_MINIMAL,
    )
    writer.writerows(rows)
    return text.getvalue().encode(encoding)


def decimals(value: float, places: int) -> str:
    """Return a number as publishers print it: no zeros at the end (``1.083``)."""
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
