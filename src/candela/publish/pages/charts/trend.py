"""How are figures over time drawn, and when is no line drawn between them?"""

from __future__ import annotations

from typing import Any

from candela.publish.charts.chart import (
    ACCENT,
    HEIGHT,
    INK,
    LIGHT,
    MUTED,
    WIDTH,
    rows_of,
)
from candela.publish.pages.charts.axes import Rows, down_of, known, value_axis
from candela.publish.pages.charts.marks import Line, lines_with_words
from candela.publish.pages.parts import Figure
from candela.tables import Period

__all__ = ["in_segments", "trend_drawing"]

LOWER = 60  # pixels by which it is lower than a funnel
SAME_LENGTH = 0.1  # of a period's days; a longer or shorter period is another series


def trend_drawing(figure: Figure) -> Any:
    """Return the layers of a trend."""
    import altair as alt

    rows = rows_of(figure.table)
    points = in_segments(rows)
    order = [row["period"] for row in rows]
    x = alt.X(
        "period:N", sort=order, axis=alt.Axis(title=None, labelAngle=_angle(order))
    )
    swings = [figure.mean, *(figure.limits or ())]
    numbers = known(points, ("value", "lower", "upper"))
    y = value_axis(figure, alt.Y, [*numbers, *(v for v in swings if v is not None)])
    layers = lines_with_words(_lines(figure), down_of(y, HEIGHT - LOWER))
    data = alt.Data(values=points)
    sure = alt.Data(values=[row for row in points if row["lower"] is not None])
    layers += [
        alt.Chart(data)
        .mark_line(color=LIGHT, strokeWidth=1.5)
        .encode(x=x, y=y, detail="segment:N"),
        alt.Chart(sure)
        .mark_rule(color=MUTED, strokeWidth=2.5)
        .encode(x=x, y=alt.Y("lower:Q"), y2="upper:Q"),
        alt.Chart(data)
        .mark_point(filled=True, shape="diamond", size=110, color=ACCENT, opacity=1)
        .encode(x=x, y=y),
        _gaps(rows, x),
    ]
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT - LOWER)


def _angle(labels: list[str]) -> int:
    """Return 0 where the labels fit beside each other."""
    return 0 if sum(len(label) + 2 for label in labels) * 7 < WIDTH else -40


def in_segments(rows: Rows) -> Rows:
    """Return the rows with a figure, each with the unbroken run that it belongs to.

    A gap, a hidden or missing figure, or a period of another length ends a run: what
    is not one series is not joined by a line.
    """
    found: Rows = []
    segment, before = 0, None
    for row in rows:
        period = Period(row["period_start"], row["period_end"])
        shown = isinstance(row["value"], int | float)
        if before is not None and not (shown and _continues(before, period)):
            segment += 1
        before = period if shown else None
        if shown:
            plain_row = {k: row[k] for k in ("period", "value", "lower", "upper")}
            found.append({**plain_row, "segment": segment})
    return found


def _continues(before: Period, after: Period) -> bool:
    if before.gap_days(after) > 0:
        return False
    return abs(after.days - before.days) <= SAME_LENGTH * before.days


def _lines(figure: Figure) -> list[Line]:
    """Return what is expected of a ratio, and the mean and usual swings if given."""
    lines: list[Line] = [(1.0, "as expected", INK, [1, 0])] if figure.ratio else []
    if figure.mean is not None:
        lines.append((figure.mean, "mean", MUTED, [1, 0]))
    return [*lines, *((e, "usual swings", MUTED, [5, 3]) for e in figure.limits or ())]


def _gaps(rows: Rows, x: Any) -> Any:
    """Return words where a period has no figure to show."""
    import altair as alt

    empty = [
        {"period": row["period"], "words": "hidden" if row["value"] else "not reported"}
        for row in rows
        if not isinstance(row["value"], int | float)
    ]
    return (
        alt.Chart(alt.Data(values=empty))
        .mark_text(angle=270, align="left", fontSize=12, color=INK)
        .encode(x=x, y=alt.value(HEIGHT - LOWER - 4), text="words:N")
    )
