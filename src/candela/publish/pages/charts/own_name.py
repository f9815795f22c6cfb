"""Where does the organisation's name stand, so that it covers nothing?

Above the drawing, with a thin line down to its mark: names are long, and there is no
place among a hundred marks that a name would not cover.
"""

from __future__ import annotations

from typing import Any

from candela.publish.charts.chart import INK
from candela.publish.pages.charts.axes import Rows

__all__ = ["own_name"]

TEXT = 13
ABOVE = -6  # pixels: above the drawing


def own_name(own: Rows, rows: Rows, x: Any) -> list[Any]:
    """Return the line to the organisation's mark, and its name; ``rows`` by size."""
    import altair as alt

    if not own:
        return []
    left, right = rows[0]["size"], rows[-1]["size"]
    beyond_middle = own[0]["size"] - left > (right - left) / 2
    named = {column: own[0][column] for column in ("size", "value", "name")}
    chart = alt.Chart(alt.Data(values=[named]))
    line = chart.mark_rule(color=INK, strokeWidth=1, strokeDash=[2, 2])
    words = chart.mark_text(
        align="right" if beyond_middle else "left",
        baseline="bottom",
        dx=4 if beyond_middle else -4,
        fontSize=TEXT,
        fontWeight="bold",
        color=INK,
    )
    return [
        line.encode(x=x, y=alt.Y("value:Q"), y2=alt.value(ABOVE + 2)),
        words.encode(x=x, y=alt.value(ABOVE), text="name:N"),
    ]
