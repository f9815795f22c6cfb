"""Where does the organisation's name stand, so that it covers the least?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from candela.publish.charts.chart import HEIGHT, INK, WIDTH
from candela.publish.pages.charts.axes import Rows, down_of

__all__ = ["LIMITS", "clear_place", "own_name"]

LIMITS = ("lower95", "upper95", "lower998", "upper998")
TEXT = 13
LETTER = 7.6  # width of a bold letter, near enough


def own_name(own: Rows, rows: Rows, x: Any, y: Any) -> tuple[Any, Any]:
    """Return a white ground to lie below the marks, and the name to lie on them."""
    import altair as alt

    place = clear_place(own[0], rows, y)
    named = {column: own[0][column] for column in ("size", "value", "name")}
    chart = alt.Chart(alt.Data(values=[named]))
    text: dict[str, Any] = {**place, "fontSize": TEXT, "fontWeight": "bold"}
    ground = chart.mark_text(**text, stroke="white", strokeWidth=4, color="white")
    words = chart.mark_text(**text, color=INK)
    return (
        ground.encode(x=x, y=y, text="name:N"),
        words.encode(x=x, y=y, text="name:N"),
    )


def clear_place(own: Mapping[str, Any], rows: Rows, y: Any) -> dict[str, Any]:
    """Return on which side, and how far up or down, a name covers the least.

    Places are told in pixels, near enough: the horizontal axis is linear, the vertical
    one as ``y`` has it.  Lines count half as much as marks.
    """
    left, right = rows[0]["size"], rows[-1]["size"]
    down = down_of(y, HEIGHT)

    def across(row: Mapping[str, Any]) -> float:
        return float(WIDTH * (row["size"] - left) / ((right - left) or 1.0))

    x0, y0 = across(own), down(own["value"])
    marks = [(across(row), down(row["value"])) for row in rows if row is not own]
    lines = [down(own[k]) for k in ("expected", *LIMITS) if own[k] is not None]
    length = LETTER * len(own["name"])

    def covered(side: int, dy: int) -> tuple[float, int]:
        start, end = sorted((x0 + side * 8, x0 + side * (14 + length)))
        over = sum(start < u < end and abs(v - y0 - dy) < 12 for u, v in marks)
        crossed = sum(abs(line - y0 - dy) < 9 for line in lines)
        outside = 100 if start < 0 or end > WIDTH else 0
        return over + crossed / 2 + outside, abs(dy)

    side, dy = min(
        ((side, dy) for dy in (0, -18, 18) for side in (1, -1)),
        key=lambda place: covered(*place),
    )
    return {"align": "left" if side > 0 else "right", "dx": 14 * side, "dy": dy}
