"""How many are alive as time goes on, by class of research?"""

from __future__ import annotations

from collections.abc import Sequence

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

__all__ = ["curves_chart"]

YEAR = 365.25
DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 6], [1, 4])
SHADES = (INK, MUTED, LIGHT, ACCENT)
LEGEND = 300


def curves_chart(
    table: PublishedTable, *, finding: str, subtitle: Sequence[str], alt: str
) -> Chart:
    """Return survival by class of research activity, most research last.

    Parameters
    ----------
    table
        Columns class, day and survival, at most six classes.
    """
    import altair as alt_

    rows = [{**row, "years": row["day"] / YEAR} for row in rows_of(table)]
    last_year = max(row["years"] for row in rows)
    last_year = max(last_year, round(last_year))  # 1,826 days are five years
    classes = list(dict.fromkeys(row["class"] for row in rows))
    last = len(classes) - 1
    colours = [ACCENT if n == last else SHADES[n % 3] for n in range(len(classes))]
    legend = alt_.Legend(
        title=None, orient="bottom", labelLimit=LEGEND, columns=2, symbolStrokeWidth=3
    )
    x = alt_.X(
        "years:Q",
        scale=alt_.Scale(domain=[0, last_year], nice=False),
        axis=alt_.Axis(
            title="Years since diagnosis",
            values=list(range(round(last_year) + 1)),
            format="d",
        ),
    )
    lowest = min(row["survival"] for row in rows)
    y = alt_.Y(
        "survival:Q",
        scale=alt_.Scale(domain=[max(lowest - 0.05, 0), 1], nice=False),
        axis=alt_.Axis(title="Share alive", format=".0%"),
    )
    lines = (
        alt_.Chart(alt_.Data(values=rows))
        .mark_line(strokeWidth=2.5, point=False)
        .encode(
            x=x,
            y=y,
            color=alt_.Color(
                "class:N",
                sort=classes,
                scale=alt_.Scale(domain=classes, range=colours),
                legend=legend,
            ),
            strokeDash=alt_.StrokeDash(
                "class:N",
                sort=classes,
                scale=alt_.Scale(
                    domain=classes, range=[DASHES[n % 6] for n in range(len(classes))]
                ),
                legend=legend,
            ),
        )
    )
    chart = lines.properties(width=WIDTH, height=HEIGHT)
    return Chart(
        table.name,
        finding,
        alt,
        "Each line is a class of research activity, drawn through quarters of a year. "
        "The scale does not begin at none.",
        table,
        specification(
            chart, title="Share alive, by class of research", subtitle=subtitle
        ),
    )
