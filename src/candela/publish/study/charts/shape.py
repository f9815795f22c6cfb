"""What shape has the association, over the range of research?"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from candela.publish.charts.chart import (
    ACCENT,
    BAND,
    HEIGHT,
    INK,
    TITLE_CHARACTERS,
    WIDTH,
    Chart,
    marked_one,
    rows_of,
    specification,
)
from candela.publish.csv_tables import PublishedTable
from candela.publish.study.charts.ratios import upwards

__all__ = ["shape_chart"]


def shape_chart(
    table: PublishedTable,
    *,
    finding: str,
    subtitle: Sequence[str],
    alt: str,
    dose_title: str,
    reference: float,
    scale: str,
) -> Chart:
    """Return the ratio over the range of doses with its band.

    Parameters
    ----------
    table
        Columns dose, ratio, lower and upper.
    """
    import altair as alt_

    rows = rows_of(table)
    low = min(1, *(row["lower"] for row in rows)) * 0.985
    high = max(1, *(row["upper"] for row in rows)) * 1.015
    data = alt_.Data(values=rows)
    doses = [row["dose"] for row in rows]
    x = alt_.X(
        "dose:Q",
        scale=alt_.Scale(domain=[min(doses), max(doses)], nice=False),
        axis=alt_.Axis(title=wrap(dose_title, TITLE_CHARACTERS), tickCount=8),
    )
    y = upwards("ratio", f"{scale[:1].upper()}{scale[1:]}", low, high)
    band = (
        alt_.Chart(data)
        .mark_area(color=BAND)
        .encode(x=x, y=alt_.Y("lower:Q"), y2="upper:Q")
    )
    line = alt_.Chart(data).mark_line(color=ACCENT, strokeWidth=2.5).encode(x=x, y=y)
    middle = (
        alt_.Chart(alt_.Data(values=[{"dose": reference, "ratio": 1}]))
        .mark_point(filled=True, color=INK, size=60, opacity=1)
        .encode(x=x, y=alt_.Y("ratio:Q"))
    )
    chart = alt_.layer(band, marked_one("no difference"), line, middle)
    return Chart(
        table.name,
        finding,
        alt,
        "The line is the ratio against the reference dose (dot); the band is its 95% "
        "interval at each dose.",
        table,
        specification(
            chart.properties(width=WIDTH, height=HEIGHT),
            title=f"{scale[:1].upper()}{scale[1:]} over the range of research activity",
            subtitle=subtitle,
        ),
    )
