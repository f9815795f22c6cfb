"""How are all organisations drawn against the limits for their size?"""

from __future__ import annotations

from typing import Any

from candela.publish.charts.chart import HEIGHT, INK, MUTED, WIDTH, rows_of
from candela.publish.pages.charts.axes import Rows, known, value_axis
from candela.publish.pages.charts.marks import line_with_words, marks, role_of
from candela.publish.pages.charts.own_name import own_name
from candela.publish.pages.parts import Figure

__all__ = ["funnel_drawing"]

LIMITS = ("lower95", "upper95", "lower998", "upper998")
DRAWN = ("org_code", "name", "size", "value", "expected", *LIMITS)


def funnel_drawing(figure: Figure) -> Any:
    """Return the layers of a funnel."""
    import altair as alt

    rows = [
        {column: row[column] for column in DRAWN}
        for row in rows_of(figure.table)
        if isinstance(row["value"], int | float) and row["size"] is not None
    ]
    rows.sort(key=lambda row: row["size"])
    x = alt.X(
        "size:Q",
        scale=alt.Scale(zero=False, nice=False, padding=10),
        axis=alt.Axis(title=f"{figure.size_title} (size)", format=",d", tickCount=7),
    )
    limited = [row for row in rows if row["lower998"] is not None]
    numbers = known(rows, ("value",)) + known(limited, ("lower998", "upper998"))
    y = value_axis(figure, alt.Y, numbers)
    layers = _limit_lines(limited, x)
    layers += _expected_line(figure, limited)
    layers += own_name([row for row in rows if row["org_code"] == figure.own], rows, x)
    for role in ("other", "peer", "own"):
        members = [row for row in rows if role_of(figure, row["org_code"]) == role]
        layers += marks(members, role, x, y)
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT)


def _limit_lines(rows: Rows, x: Any) -> list[Any]:
    """Return the inner limits, dashed, and the outer ones, solid."""
    import altair as alt

    if not rows:
        return []
    kept = [{column: row[column] for column in ("size", *LIMITS)} for row in rows]
    lines = [
        alt.Chart()
        .mark_line(color=MUTED, strokeDash=dash, strokeWidth=1.4)
        .encode(x=x, y=alt.Y(f"{edge}:Q"))
        for edges, dash in ((LIMITS[:2], [5, 3]), (LIMITS[2:], [1, 0]))
        for edge in edges
    ]
    return [alt.layer(*lines, data=alt.Data(values=kept))]


def _expected_line(figure: Figure, limited: Rows) -> list[Any]:
    """Return a line at what is expected, and what it means."""
    expected = 1.0 if figure.ratio else _middle(limited)
    if expected is None:
        return []
    words = "as expected" if figure.ratio else "middle organisation"
    return line_with_words(expected, words, INK, [1, 0])


def _middle(rows: Rows) -> float | None:
    found = {row["expected"] for row in rows if row["expected"] is not None}
    return next(iter(found)) if len(found) == 1 else None
