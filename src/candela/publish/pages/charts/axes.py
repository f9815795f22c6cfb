"""On which axis does a figure stand, and what is marked on it?"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from textwrap import wrap
from typing import Any

from candela.publish.pages.parts import Figure
from candela.publish.pages.rounding import PER_THOUSAND

__all__ = ["Rows", "down_of", "known", "value_axis"]

Rows = list[dict[str, Any]]

LINE = 52  # letters of the title of an axis in one line
# What is marked on a ratio's axis: the finest of these that leaves marks apart.
RATIO_MARKS = (
    tuple(n / 20 for n in range(15, 28)),
    (0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.5, 1.7, 2),
    (0.25, 0.5, 0.7, 1, 1.4, 2, 4),
    (0.01, 0.1, 1, 10, 100),
)
MOST_MARKS = 9
RATE_STEPS = (1, 2, 5)


def down_of(y: Any, height: float) -> Callable[[float], float]:
    """Return where a value lies on an axis, in pixels from above."""
    scale = y.to_dict()["scale"]
    low, high = scale["domain"]
    bend = math.log if scale.get("type") == "log" else float

    def down(value: float) -> float:
        if bend is math.log and value <= 0:
            return height
        return height * (1 - (bend(value) - bend(low)) / (bend(high) - bend(low)))

    return down


def known(rows: Rows, columns: Iterable[str]) -> list[float]:
    """Return the numbers of some columns; what is hidden or missing is left out."""
    found = (row[column] for column in columns for row in rows)
    return [value for value in found if isinstance(value, int | float)]


def value_axis(figure: Figure, channel: Any, numbers: list[float]) -> Any:
    """Return the axis of figures: logarithmic for ratios, and for rates without 0."""
    import altair as alt

    if figure.ratio:
        low = min([*numbers, 0.95]) * 0.98
        high = max([*numbers, 1.05]) * 1.02
        if low <= 0:
            return _from_zero(figure, channel, high)
        expression = f"format(datum.value * {PER_THOUSAND}, ',.0f')"
        return channel(
            "value:Q",
            scale=alt.Scale(type="log", domain=[low, high], nice=False),
            axis=alt.Axis(
                title=_title(figure),
                values=_ratio_marks(low, high),
                labelExpr=expression,
            ),
        )
    low, high = min(numbers), max(numbers)
    if figure.kind != "funnel" or low <= 0 or not figure.logarithmic:
        return _from_zero(figure, channel, high)
    return channel(
        "value:Q",
        scale=alt.Scale(type="log", domain=[low * 0.9, high * 1.1], nice=False),
        axis=alt.Axis(
            title=_title(figure),
            values=_rate_marks(low * 0.9, high * 1.1),
            format=",.4~g",
        ),
    )


def _title(figure: Figure) -> Any:
    """Return the title of an axis, in lines no longer than the axis."""
    return wrap(figure.value_title, LINE)


def _from_zero(figure: Figure, channel: Any, high: float) -> Any:
    import altair as alt

    high = high * 1.05 or 1.0
    axis: dict[str, Any] = {"format": ",.4~g"}
    if figure.ratio:
        axis = {"labelExpr": f"format(datum.value * {PER_THOUSAND}, ',.0f')"}
    return channel(
        "value:Q",
        scale=alt.Scale(domain=[0, high], nice=False),
        axis=alt.Axis(title=_title(figure), tickCount=6, **axis),
    )


def _ratio_marks(low: float, high: float) -> list[float]:
    """Return the marks of a ratio's axis, 1 always among them."""
    for marks in RATIO_MARKS:
        inside = [m for m in marks if low <= m <= high]
        reaches = low >= marks[0] * 0.9 and high <= marks[-1] * 1.1
        if reaches and len(inside) <= MOST_MARKS:
            return inside
    return [m for m in RATIO_MARKS[-1] if low <= m <= high]


def _rate_marks(low: float, high: float) -> list[float]:
    """Return 1, 2 and 5 times the powers of ten within a range; powers if many."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    steps = RATE_STEPS if last - first <= 3 else (1,)
    marks = [step * 10.0**power for power in range(first, last + 1) for step in steps]
    return [mark for mark in marks if low <= mark <= high]
