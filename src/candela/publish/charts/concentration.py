"""How much of all research do few trusts do?"""

from __future__ import annotations

from collections.abc import Sequence

from candela.publish.charts.chart import (
    ACCENT,
    HEIGHT,
    INK,
    MUTED,
    WIDTH,
    Chart,
    rows_of,
    specification,
)
from candela.publish.csv_tables import PublishedTable

__all__ = ["concentration_chart"]


def concentration_chart(
    table: PublishedTable,
    *,
    finding: str,
    subtitle: Sequence[str],
    alt: str,
    equal_share: float,
) -> Chart:
    """Return the share of the ten trusts with most, by year, with its interval.

    Parameters
    ----------
    table
        Columns year (text), top_ten_share, top_lower, top_upper among others.
    equal_share
        The share ten trusts would have if all had the same.
    """
    import altair as alt_

    rows = rows_of(table)
    data = alt_.Data(values=rows)
    x = alt_.X("year:N", axis=alt_.Axis(title=None, labelAngle=0, labelOverlap=True))
    y = alt_.Y(
        "top_ten_share:Q",
        scale=alt_.Scale(domain=[0, 1]),
        axis=alt_.Axis(title="Share of all research held by ten trusts", format=".0%"),
    )
    intervals = (
        alt_.Chart(data)
        .mark_rule(color=MUTED, strokeWidth=2)
        .encode(x=x, y=alt_.Y("top_lower:Q"), y2="top_upper:Q")
    )
    points = (
        alt_.Chart(data)
        .mark_point(filled=True, color=ACCENT, size=90, opacity=1)
        .encode(x=x, y=y)
    )
    equal = [{"share": equal_share, "words": "if all had the same"}]
    line = (
        alt_.Chart(alt_.Data(values=equal))
        .mark_rule(color=INK, strokeDash=[5, 3])
        .encode(y=alt_.Y("share:Q"))
    )
    words = (
        alt_.Chart(alt_.Data(values=equal))
        .mark_text(
            align="right", baseline="bottom", dx=-4, dy=-3, fontSize=12, color=INK
        )
        .encode(y=alt_.Y("share:Q"), x=alt_.value(WIDTH), text="words:N")
    )
    chart = alt_.layer(line, words, intervals, points).properties(
        width=WIDTH, height=HEIGHT - 80
    )
    return Chart(
        table.name,
        finding,
        alt,
        "Each point is a year; the line through it is a 95% interval. Dashed: the "
        "share ten trusts would hold if all did the same amount.",
        table,
        specification(chart, title="How concentrated is research?", subtitle=subtitle),
    )
