"""Which pictures can be drawn of an organisation, and what is found in each?

Figures are made of rows that the book already protects: hidden counts stay hidden, in
the picture, its table and its words.  Organisations stand by name, never by value.
"""

from __future__ import annotations

from candela.publish.pages.figures.funnel import (
    funnel_figure,
    funnel_view,
    outside_sentence,
)
from candela.publish.pages.figures.peers import peers_figure
from candela.publish.pages.figures.trend import trend_figure

__all__ = [
    "funnel_figure",
    "funnel_view",
    "outside_sentence",
    "peers_figure",
    "trend_figure",
]
