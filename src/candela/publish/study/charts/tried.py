"""Does the answer hang on a choice?  Every analysis, planned and tried."""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from candela.publish.charts.chart import (
    ACCENT,
    INK,
    MUTED,
    WIDTH,
    Chart,
    rows_of,
    specification,
)
from candela.publish.csv_tables import PublishedTable
from candela.publish.study.charts.ratios import left_to_right, line_at_one, span_of

__all__ = ["CHOICES", "tried_chart"]

CHOICES = (
    *("other research", "other people", "other model", "other adjustment"),
    *("other distance", "a caution only"),
)
ROW = 34
LABEL = 40  # characters of a line


def tried_chart(
    table: PublishedTable, *, finding: str, subtitle: Sequence[str], alt: str
) -> Chart:
    """Return all analyses in the order of their estimates, and the choices of each.

    Parameters
    ----------
    table
        Columns analysis, main, estimate, lower, upper, and one for each of ``CHOICES``
        that says whether it differs from the main analysis there.
    """
    import altair as alt_

    rows = [
        {**row, "label": "|".join(wrap(row["analysis"], LABEL))}
        for row in rows_of(table)
        if row["estimate"] is not None
    ]
    rows.sort(key=lambda row: (row["estimate"], row["analysis"]))
    order = [row["label"] for row in rows]
    low, high = span_of(row[k] for row in rows for k in ("estimate", "lower", "upper"))
    height = ROW * len(order) + 10
    y = alt_.Y(
        "label:N",
        sort=order,
        scale=alt_.Scale(domain=order),
        axis=alt_.Axis(
            title=None,
            labelExpr="split(datum.label, '|')",
            labelLimit=0,
            ticks=False,
            labelFontSize=12,
            labelLineHeight=14,
        ),
    )
    left = alt_.layer(line_at_one(), *_estimates(rows, y, low, high)).properties(
        width=WIDTH - 350, height=height
    )
    chart = alt_.hconcat(left, _choices(rows, order, height), spacing=12)
    return Chart(
        table.name,
        finding,
        alt,
        "Each row is an analysis with its 95% interval; the diamond is the main one. A "
        "mark on the right says where its choices differ from the main one's.",
        table,
        specification(chart, title="Every analysis that was run", subtitle=subtitle),
    )


def _estimates(
    rows: Sequence[dict[str, Any]], y: Any, low: float, high: float
) -> list[Any]:
    import altair as alt_

    drawn = []
    for main, shape, colour, size in (
        (False, "circle", MUTED, 60),
        (True, "diamond", ACCENT, 170),
    ):
        data = alt_.Data(values=[row for row in rows if bool(row["main"]) is main])
        x = left_to_right("estimate", "Ratio, most research against least", low, high)
        drawn += [
            alt_.Chart(data)
            .mark_rule(color=colour, strokeWidth=3 if main else 1.6)
            .encode(x=alt_.X("lower:Q"), x2="upper:Q", y=y),
            alt_.Chart(data)
            .mark_point(filled=True, opacity=1, shape=shape, size=size, color=colour)
            .encode(x=x, y=y),
        ]
    return drawn


def _choices(rows: Sequence[dict[str, Any]], order: list[str], height: int) -> Any:
    """Return a mark for each choice in which an analysis differs from the main one."""
    import altair as alt_

    marks = [
        {"label": row["label"], "choice": choice}
        for row in rows
        for choice in CHOICES
        if row[choice.replace(" ", "_")]
    ]
    y = alt_.Y("label:N", sort=order, scale=alt_.Scale(domain=order), axis=None)
    x = alt_.X(
        "choice:N",
        sort=list(CHOICES),
        scale=alt_.Scale(domain=list(CHOICES)),
        axis=alt_.Axis(
            title=None, labelAngle=-35, labelLimit=150, ticks=False, labelFontSize=12
        ),
    )
    return (
        alt_.Chart(alt_.Data(values=marks))
        .mark_point(filled=True, opacity=1, shape="square", size=70, color=INK)
        .encode(x=x, y=y)
        .properties(width=130, height=height)
    )
