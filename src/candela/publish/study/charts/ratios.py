"""How are ratios drawn, on a scale with equal steps for equal quotients?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from candela.publish.charts.chart import INK

__all__ = ["left_to_right", "line_at_one", "span_of", "upwards"]

MARKS = (
    *(0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 0.98),
    *(1, 1.02, 1.05, 1.1, 1.15, 1.2, 1.3, 1.5, 2, 3, 4, 5),
)
FEW = 9  # marks on one axis


def span_of(numbers: Iterable[float | None]) -> tuple[float, float]:
    """Return the ends of an axis that holds the numbers and 1."""
    known = [n for n in numbers if n is not None and n > 0]
    return min([*known, 1]) * 0.985, max([*known, 1]) * 1.015


def left_to_right(column: str, title: str, low: float, high: float) -> Any:
    """Return a logarithmic axis from left to right."""
    from altair import X

    return X(f"{column}:Q", **_logarithmic(title, low, high))


def upwards(column: str, title: str, low: float, high: float) -> Any:
    """Return a logarithmic axis from the foot to the head."""
    from altair import Y

    return Y(f"{column}:Q", **_logarithmic(title, low, high))


def _logarithmic(title: str, low: float, high: float) -> dict[str, Any]:
    import altair as alt

    marks = [m for m in MARKS if low <= m <= high]
    if len(marks) > FEW:
        marks = [m for m in marks if m in (0.2, 0.5, 0.7, 0.8, 0.9, 1, 1.1, 1.3, 2, 5)]
    return {
        "scale": alt.Scale(type="log", domain=[low, high], nice=False),
        "axis": alt.Axis(title=title, values=marks, format=".2~f"),
    }


def line_at_one() -> Any:
    """Return an upright line where there is no difference."""
    import altair as alt

    data = alt.Data(values=[{"one": 1}])
    return alt.Chart(data).mark_rule(color=INK, strokeWidth=1.2).encode(x="one:Q")
