"""How does each class of research compare, here and in the paper?"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap

from candela.publish.charts.chart import (
    ACCENT,
    INK,
    WIDTH,
    Chart,
    rows_of,
    specification,
)
from candela.publish.csv_tables import PublishedTable
from candela.publish.study.charts.ratios import left_to_right, line_at_one, span_of

__all__ = ["SOURCES", "forest_chart"]

SOURCES = ("this study", "printed in the paper")
ROW = 58
LABEL = 32  # characters of a line


def forest_chart(
    table: PublishedTable,
    *,
    finding: str,
    subtitle: Sequence[str],
    alt: str,
    scale: str,
) -> Chart:
    """Return each class with its interval, ours above the paper's.

    Parameters
    ----------
    table
        Columns class, source (one of ``SOURCES``), estimate, lower and upper; the
        reference class has an estimate of 1 and no interval.
    scale
        ``odds ratio`` or ``hazard ratio``.
    """
    import altair as alt_

    rows = [
        {
            **row,
            "label": _lines(row["class"]),
            "place": -0.4 if row["source"] == SOURCES[0] else 0.4,
        }
        for row in rows_of(table)
        if row["estimate"] is not None
    ]
    low, high = span_of(row[k] for row in rows for k in ("estimate", "lower", "upper"))
    order = list(dict.fromkeys(_lines(row["class"]) for row in rows_of(table)))
    x = left_to_right("estimate", capital(scale), low, high)
    y = alt_.Y(
        "label:N",
        sort=order,
        scale=alt_.Scale(domain=order),
        axis=alt_.Axis(
            title=None,
            labelExpr="split(datum.label, '|')",
            labelLimit=0,
            ticks=False,
            labelFontSize=13,
        ),
    )
    place = alt_.YOffset("place:Q", scale=alt_.Scale(domain=[-1, 1]))
    sure = alt_.Data(values=[row for row in rows if row["lower"] is not None])
    legend = alt_.Legend(title=None, orient="bottom", labelLimit=300)
    told_by = alt_.Scale(domain=list(SOURCES), range=[ACCENT, INK])
    shapes = alt_.Scale(domain=list(SOURCES), range=["diamond", "circle"])
    intervals = (
        alt_.Chart(sure)
        .mark_rule(strokeWidth=2)
        .encode(
            x=alt_.X("lower:Q"),
            x2="upper:Q",
            y=y,
            yOffset=place,
            color=alt_.Color("source:N", scale=told_by, legend=legend),
        )
    )
    points = (
        alt_.Chart(alt_.Data(values=rows))
        .mark_point(filled=True, opacity=1, size=110, stroke="white")
        .encode(
            x=x,
            y=y,
            yOffset=place,
            color=alt_.Color("source:N", scale=told_by, legend=legend),
            shape=alt_.Shape("source:N", scale=shapes, legend=legend),
        )
    )
    chart = alt_.layer(line_at_one(), intervals, points).properties(
        width=WIDTH - 150, height=max(ROW * len(order), 3 * ROW)
    )
    return Chart(
        table.name,
        finding,
        alt,
        "Each mark is a class of research activity with its 95% interval; left of the "
        "line, fewer deaths than in the reference class, which stands on the line.",
        table,
        specification(
            chart, title=f"{capital(scale)} by class of research", subtitle=subtitle
        ),
    )


def _lines(label: str) -> str:
    return "|".join(wrap(label, LABEL))


def capital(text: str) -> str:
    """Return a text with a capital at its start."""
    return text[:1].upper() + text[1:]
