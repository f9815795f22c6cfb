"""How is a figure of a page drawn, when its picture is asked for?

The organisation a page is about is told by shape, weight and name, never by colour
alone; its peers by a ring.  A ratio stands on a logarithmic axis with 1 marked, and its
axis counts deaths for every 1,000 expected, as the sentences do.
"""

from __future__ import annotations

from candela.publish.charts.chart import Chart, specification
from candela.publish.pages.charts.funnel import funnel_drawing
from candela.publish.pages.charts.peers import peers_drawing
from candela.publish.pages.charts.trend import trend_drawing
from candela.publish.pages.parts import Figure, plain

__all__ = ["draw"]

DRAWINGS = {"funnel": funnel_drawing, "trend": trend_drawing, "peers": peers_drawing}


def draw(figure: Figure) -> Chart:
    """Return the chart of a figure."""
    return Chart(
        figure.name,
        plain(figure.finding),
        figure.alt,
        figure.how_to_read,
        figure.table,
        specification(
            DRAWINGS[figure.kind](figure),
            title=figure.title,
            subtitle=figure.subtitle,
        ),
    )
