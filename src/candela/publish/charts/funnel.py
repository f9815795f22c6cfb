"""Which trusts lie outside the limits for their size?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from candela.publish.charts.chart import (
    ACCENT,
    HEIGHT,
    INK,
    LIGHT,
    MUTED,
    WIDTH,
    Chart,
    marked_one,
    ratio_axis,
    rows_of,
    specification,
)
from candela.publish.csv_tables import PublishedTable

__all__ = ["VERDICTS", "funnel_chart"]

VERDICTS = (
    "not different from expected",
    "possibly different from expected",
    "different from expected",
)


def funnel_chart(
    table: PublishedTable,
    *,
    finding: str,
    subtitle: Sequence[str],
    alt: str,
    labelled: Sequence[str],
) -> Chart:
    """Return a funnel: ratio against expected deaths, with inner and outer limits.

    Parameters
    ----------
    table
        Columns org_code, expected, ratio, lower95, upper95, lower998, upper998 and
        verdict.
    labelled
        Codes written beside their points: those outside the outer limits.
    """
    import altair as alt_

    rows = sorted(rows_of(table), key=lambda row: row["expected"])
    numbers = [row[k] for row in rows for k in ("ratio", "lower998", "upper998")]
    low, high = min(numbers) * 0.97, max(numbers) * 1.03
    data = alt_.Data(values=rows)
    x = alt_.X(
        "expected:Q",
        scale=alt_.Scale(zero=False, nice=False, padding=10),
        axis=alt_.Axis(title="Deaths expected (size)", format=",d", tickCount=7),
    )
    y = ratio_axis("Deaths compared with expected", low, high)
    at = {"x": x, "y": y}
    named = alt_.Data(values=[r for r in rows if r["org_code"] in labelled])
    names = (
        alt_.Chart(named)
        .mark_text(align="left", dx=8, fontSize=12, color=INK)
        .encode(**at, text="org_code:N")
    )
    lines, points = _limit_lines(data, x), _verdict_points(data, at)
    layers = [*lines, marked_one("as expected"), points, names]
    chart = alt_.layer(*layers).properties(width=WIDTH, height=HEIGHT)
    return Chart(
        table.name,
        finding,
        alt,
        "Each mark is a trust. Dashed: inner limits, where about 1 in 20 ordinary "
        "trusts fall outside; solid: outer limits, about 1 in 500.",
        table,
        specification(
            chart, title="Deaths compared with expected, by size", subtitle=subtitle
        ),
    )


def _limit_lines(data: Any, x: Any) -> list[Any]:
    """Return the inner limits, dashed, and the outer ones, solid."""
    import altair as alt_

    return [
        alt_.Chart(data)
        .mark_line(color=MUTED, strokeDash=dash, strokeWidth=1.4)
        .encode(x=x, y=alt_.Y(f"{edge}:Q"))
        for edges, dash in (
            (("lower95", "upper95"), [5, 3]),
            (("lower998", "upper998"), [1, 0]),
        )
        for edge in edges
    ]


def _verdict_points(data: Any, at: Mapping[str, Any]) -> Any:
    """Return a mark for each trust whose shape, shade and size tell its verdict."""
    import altair as alt_

    def told_by(marks: list[Any]) -> Any:
        return alt_.Scale(domain=list(VERDICTS), range=marks)

    legend = alt_.Legend(title=None, orient="bottom", labelLimit=400)
    shapes, shades = ["circle", "triangle-up", "diamond"], [LIGHT, MUTED, ACCENT]
    return (
        alt_.Chart(data)
        .mark_point(filled=True, stroke="white", strokeWidth=0.6, opacity=1)
        .encode(
            **at,
            shape=alt_.Shape("verdict:N", scale=told_by(shapes), legend=legend),
            color=alt_.Color("verdict:N", scale=told_by(shades), legend=legend),
            size=alt_.Size("verdict:N", scale=told_by([45, 70, 110]), legend=None),
        )
    )
