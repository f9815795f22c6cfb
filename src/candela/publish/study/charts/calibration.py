"""Does what the case-mix model predicts come true?"""

from __future__ import annotations

from collections.abc import Sequence

from candela.publish.charts.chart import (
    ACCENT,
    HEIGHT,
    INK,
    WIDTH,
    Chart,
    rows_of,
    specification,
)
from candela.publish.csv_tables import PublishedTable

__all__ = ["calibration_chart"]


def calibration_chart(
    table: PublishedTable, *, finding: str, subtitle: Sequence[str], alt: str
) -> Chart:
    """Return observed against predicted risk by tenth, and where they would agree.

    Parameters
    ----------
    table
        Columns predicted and observed; tenths without an observed share are left out.
    """
    import altair as alt_

    rows = [row for row in rows_of(table) if row["observed"] is not None]
    most = 1.05 * max(max(row["predicted"], row["observed"]) for row in rows)
    share = alt_.Scale(domain=[0, most], nice=False)
    agree = alt_.Data(values=[{"p": 0, "o": 0}, {"p": most, "o": most}])
    x = alt_.X(
        "predicted:Q",
        scale=share,
        axis=alt_.Axis(title="Predicted share who die", format=".0%"),
    )
    y = alt_.Y(
        "observed:Q",
        scale=share,
        axis=alt_.Axis(title="Observed share who die", format=".0%"),
    )
    line = (
        alt_.Chart(agree)
        .mark_line(color=INK, strokeDash=[5, 3], strokeWidth=1.4)
        .encode(x=alt_.X("p:Q"), y=alt_.Y("o:Q"))
    )
    points = (
        alt_.Chart(alt_.Data(values=rows))
        .mark_point(filled=True, color=ACCENT, size=90, opacity=1)
        .encode(x=x, y=y)
    )
    chart = alt_.layer(line, points).properties(width=WIDTH - 120, height=HEIGHT)
    return Chart(
        table.name,
        finding,
        alt,
        "Each mark is a tenth of patients by predicted risk; on the dashed line the "
        "model is right.",
        table,
        specification(chart, title="Predicted and observed deaths", subtitle=subtitle),
    )
