"""How does every chart look, and how is it drawn?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

from candela.publish.csv_tables import PublishedTable

__all__ = [
    "ACCENT",
    "BAND",
    "HEIGHT",
    "INK",
    "LIGHT",
    "MUTED",
    "TITLE_CHARACTERS",
    "WIDTH",
    "Chart",
    "marked_one",
    "ratio_axis",
    "rows_of",
    "specification",
]

WIDTH, HEIGHT = 640, 380
TITLE_CHARACTERS = 92  # of a subtitle line, so that it is no wider than the drawing
INK, MUTED, LIGHT, BAND = "#212b32", "#4c6272", "#aeb7bd", "#d8dde0"
ACCENT = "#005eb8"
FONT = "Arial, Helvetica, sans-serif"
CONFIG: Mapping[str, Any] = {
    "font": FONT,
    "background": "white",
    "axis": {
        "labelFontSize": 13,
        "titleFontSize": 13,
        "titleFontWeight": "normal",
        "labelColor": INK,
        "titleColor": INK,
        "gridColor": "#e8edee",
        "domainColor": MUTED,
    },
    "title": {
        "fontSize": 15,
        "anchor": "start",
        "color": INK,
        "subtitleColor": MUTED,
        "subtitleFontSize": 13,
        "offset": 12,
    },
    "legend": {"labelFontSize": 13, "titleFontSize": 13, "labelColor": INK},
    "view": {"stroke": None},
}


@dataclass(frozen=True)
class Chart:
    """A drawn chart: its finding, its words for those who do not see it, its table.

    Attributes
    ----------
    alt
        Kind, what against what, number of points, finding, where the table is; at most
        60 words.
    how_to_read
        One line under the drawing.
    table, more
        The rows drawn; ``more`` holds what is drawn over the first, such as means.
    """

    name: str
    finding: str
    alt: str
    how_to_read: str
    table: PublishedTable
    specification: str
    more: tuple[PublishedTable, ...] = ()

    @property
    def tables(self) -> tuple[PublishedTable, ...]:
        """Every table whose rows are drawn."""
        return (self.table, *self.more)

    def svg(self) -> str:
        """Return the drawing as SVG, with role and description."""
        import vl_convert

        drawn: str = vl_convert.vegalite_to_svg(self.specification)
        return drawn.replace(
            "<svg ", f'<svg role="img" aria-labelledby="{self.name}-title" ', 1
        ).replace(
            ">", f'><title id="{self.name}-title">{_escaped(self.alt)}</title>', 1
        )

    def png(self) -> bytes:
        """Return the drawing as PNG at twice the size, for print."""
        import vl_convert

        drawn: bytes = vl_convert.vegalite_to_png(self.specification, scale=2)
        return drawn


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def rows_of(table: PublishedTable) -> list[dict[str, Any]]:
    """Return a table's rows by column name."""
    return [dict(zip(table.headings, row, strict=True)) for row in table.rows]


def specification(chart: Any, *, title: str, subtitle: Sequence[str]) -> str:
    """Return a chart's Vega-Lite specification as text."""
    from altair import TitleParams

    lines = [line for text in subtitle for line in wrap(text, TITLE_CHARACTERS)]
    titled = chart.properties(title=TitleParams(title, subtitle=lines))
    # Checked by the tests of every chart; checking takes half the time of a chart.
    written = titled.to_dict(validate=False)
    written["config"] = dict(CONFIG)
    return json.dumps(written)


def ratio_axis(title: str, low: float, high: float) -> Any:
    """Return a logarithmic axis for ratios that keeps 1 in view."""
    from altair import Axis, Scale, Y

    marks = [
        m
        for m in (0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.5, 1.7, 2)
        if low <= m <= high
    ]
    return Y(
        "ratio:Q",
        scale=Scale(type="log", domain=[low, high], clamp=False, nice=False),
        axis=Axis(title=title, values=marks, format=".2~f"),
    )


def marked_one(text: str) -> Any:
    """Return a line at a ratio of 1, and what it means."""
    import altair as alt

    line = alt.Chart(alt.Data(values=[{"one": 1}])).mark_rule(
        color=INK, strokeWidth=1.2
    )
    words = alt.Chart(alt.Data(values=[{"one": 1, "words": text}])).mark_text(
        align="right", baseline="bottom", dx=-4, dy=-3, fontSize=12, color=INK
    )
    return line.encode(y="one:Q") + words.encode(
        y="one:Q", x=alt.value(WIDTH), text="words:N"
    )
