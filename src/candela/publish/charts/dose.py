"""What shape has the association?"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from candela.publish.charts.chart import (
    ACCENT,
    BAND,
    HEIGHT,
    INK,
    MUTED,
    TITLE_CHARACTERS,
    WIDTH,
    Chart,
    marked_one,
    ratio_axis,
    rows_of,
    specification,
)
from candela.publish.csv_tables import PublishedTable

__all__ = ["dose_chart"]


def dose_chart(
    table: PublishedTable,
    rug: Sequence[float],
    *,
    finding: str,
    subtitle: Sequence[str],
    alt: str,
    dose_title: str,
    reference: float,
) -> Chart:
    """Return a dose-response curve with its band and a rug of organisations.

    Parameters
    ----------
    table
        Columns dose, ratio, lower, upper.
    rug
        Doses of the organisations, small numbers left out.
    """
    import altair as alt_

    rows = rows_of(table)
    low = min(row["lower"] for row in rows) * 0.985
    high = max(row["upper"] for row in rows) * 1.015
    data = alt_.Data(values=rows)
    ends = (min(row["dose"] for row in rows), max(row["dose"] for row in rows))
    x = alt_.X(
        "dose:Q",
        scale=alt_.Scale(domain=list(ends), nice=False),
        axis=alt_.Axis(title=wrap(dose_title, TITLE_CHARACTERS), tickCount=8),
    )
    y = ratio_axis("Ratio of deaths to those at the middle dose", low, high)
    band = (
        alt_.Chart(data)
        .mark_area(color=BAND)
        .encode(x=x, y=alt_.Y("lower:Q"), y2="upper:Q")
    )
    line = alt_.Chart(data).mark_line(color=ACCENT, strokeWidth=2.5).encode(x=x, y=y)
    inside = [{"dose": d} for d in rug if ends[0] <= d <= ends[1]]
    ticks = (
        alt_.Chart(alt_.Data(values=inside))
        .mark_tick(color=MUTED, thickness=1, size=9, opacity=0.6)
        .encode(x=x, y=alt_.value(HEIGHT - 5))
    )
    middle = (
        alt_.Chart(alt_.Data(values=[{"dose": reference, "ratio": 1}]))
        .mark_point(filled=True, color=INK, size=60, opacity=1)
        .encode(x=x, y=alt_.Y("ratio:Q"))
    )
    layers = [
        band,
        marked_one("no difference"),
        line,
        ticks,
        middle,
    ]
    chart = alt_.layer(*layers).properties(width=WIDTH, height=HEIGHT)
    return Chart(
        table.name,
        finding,
        alt,
        "The line is the ratio of deaths against the middle trust (dot); the band is "
        "its 95% interval at each dose; each tick at the foot is a trust in a year.",
        table,
        specification(
            chart, title="Deaths over the range of research activity", subtitle=subtitle
        ),
    )
