"""How much do trusts differ within each third of research activity?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from candela.publish.charts.chart import (
    ACCENT,
    HEIGHT,
    INK,
    LIGHT,
    MUTED,
    WIDTH,
    Chart,
    rows_of,
    specification,
)
from candela.publish.csv_tables import PublishedTable

__all__ = ["dot_chart"]


def dot_chart(
    table: PublishedTable,
    thirds: PublishedTable,
    *,
    finding: str,
    subtitle: Sequence[str],
    alt: str,
) -> Chart:
    """Return each trust's ratio by third of research activity, with the thirds' means.

    Parameters
    ----------
    table
        Columns org_code, third, ratio, expected.
    thirds
        Columns third, ratio, lower, upper.
    """
    import altair as alt_

    rows = [{**row, "spread": _spread(n)} for n, row in enumerate(rows_of(table))]
    means = rows_of(thirds)
    order = [row["third"] for row in means]
    low = min(row["ratio"] for row in rows) * 0.98
    high = max(row["ratio"] for row in rows) * 1.02
    marks = [
        m for m in (0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.5) if low <= m <= high
    ]
    x = alt_.X(
        "ratio:Q",
        scale=alt_.Scale(type="log", domain=[low, high], nice=False),
        axis=alt_.Axis(
            title="Deaths compared with expected (1: as expected)",
            values=marks,
            format=".2~f",
        ),
    )
    y = alt_.Y(
        "third:N",
        sort=order,
        axis=alt_.Axis(title=None, labelLimit=260, ticks=False, labelFontSize=13),
    )
    one = (
        alt_.Chart(alt_.Data(values=[{"ratio": 1}]))
        .mark_rule(color=INK, strokeWidth=1.2)
        .encode(x=alt_.X("ratio:Q"))
    )
    layers = [_trusts(rows, x, y), one, *_means(means, x, y)]
    chart = alt_.layer(*layers).properties(width=WIDTH - 150, height=HEIGHT)
    return Chart(
        table.name,
        finding,
        alt,
        "Each circle is a trust, larger where more deaths are expected. Each diamond "
        "is its third's mean with a 95% interval.",
        table,
        specification(
            chart, title="Every trust, by third of research activity", subtitle=subtitle
        ),
        (thirds,),
    )


def _trusts(rows: list[dict[str, Any]], x: Any, y: Any) -> Any:
    """Return a circle for each trust, larger where more deaths are expected."""
    import altair as alt_

    legend = alt_.Legend(
        title="Deaths expected", orient="bottom", values=[1000, 2000, 4000]
    )
    return (
        alt_.Chart(alt_.Data(values=rows))
        .mark_circle(color=LIGHT, opacity=0.9, stroke=MUTED, strokeWidth=0.5)
        .encode(
            x=x,
            y=y,
            yOffset=alt_.YOffset("spread:Q", scale=alt_.Scale(domain=[-1, 1])),
            size=alt_.Size(
                "expected:Q", scale=alt_.Scale(range=[15, 200]), legend=legend
            ),
        )
    )


def _means(means: list[dict[str, Any]], x: Any, y: Any) -> list[Any]:
    """Return each third's mean as a diamond on its interval."""
    import altair as alt_

    data = alt_.Data(values=means)
    sure = alt_.Data(values=[row for row in means if row["lower"] is not None])
    diamond: dict[str, Any] = {
        "shape": "diamond",
        "size": 190,
        "color": ACCENT,
        "stroke": "white",
    }
    return [
        alt_.Chart(sure)
        .mark_rule(color=ACCENT, strokeWidth=4)
        .encode(x=alt_.X("lower:Q"), x2="upper:Q", y=y),
        alt_.Chart(data).mark_point(filled=True, opacity=1, **diamond).encode(x=x, y=y),
    ]


def _spread(n: int) -> float:
    """Return a fixed scatter between -0.8 and 0.8, the same in every drawing.

    The golden ratio's multiples fill an interval evenly without chance.
    """
    return 1.6 * ((n * 0.6180339887498949) % 1) - 0.8
