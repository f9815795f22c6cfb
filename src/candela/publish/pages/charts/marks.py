"""How do marks tell the own organisation from its peers and from the others?"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from candela.publish.charts.chart import ACCENT, INK, LIGHT, MUTED, WIDTH
from candela.publish.pages.charts.axes import Rows
from candela.publish.pages.parts import Figure

__all__ = ["Line", "line_with_words", "lines_with_words", "marks", "role_of"]

Line = tuple[float, str, str, list[int]]
"""Where a line lies, what it means, its colour and its dashes."""

APART = 15  # pixels between words below each other


def role_of(figure: Figure, code: str) -> str:
    if code == figure.own:
        return "own"
    return "peer" if code in figure.ringed else "other"


def line_with_words(at: float, words: str, color: str, dash: list[int]) -> list[Any]:
    """Return a line across the drawing, and what it means above its right end."""
    import altair as alt

    data = alt.Data(values=[{"at": at, "words": words}])
    text = alt.Chart(data).mark_text(
        align="right", baseline="bottom", dx=-4, dy=-3, fontSize=12, color=color
    )
    return [
        _line(at, color, dash),
        text.encode(y=alt.Y("at:Q"), x=alt.value(WIDTH), text="words:N"),
    ]


def lines_with_words(
    lines: Sequence[Line], down: Callable[[float], float]
) -> list[Any]:
    """Return lines across the drawing, and what each means beside its right end.

    ``down`` gives the place of a value in pixels from above: words of lines that lie
    close together are moved apart.
    """
    import altair as alt

    layers = []
    free = -math.inf
    for at, words, color, dash in sorted(lines, key=lambda line: down(line[0])):
        place = max(down(at), free)
        free = place + APART
        text = alt.Chart(alt.Data(values=[{"words": words}])).mark_text(
            align="left", baseline="middle", dx=6, fontSize=12, color=color
        )
        layers += [
            _line(at, color, dash),
            text.encode(y=alt.value(place), x=alt.value(WIDTH), text="words:N"),
        ]
    return layers


def _line(at: float, color: str, dash: list[int]) -> Any:
    import altair as alt

    line = alt.Chart(alt.Data(values=[{"at": at}])).mark_rule(
        color=color, strokeWidth=1.2, strokeDash=dash
    )
    return line.encode(y=alt.Y("at:Q"))


def marks(rows: Rows, role: str, x: Any, y: Any) -> list[Any]:
    """Return the marks of one role: circles, ringed circles or the diamond."""
    import altair as alt

    if not rows:
        return []
    looks: dict[str, dict[str, Any]] = {
        "other": {"shape": "circle", "size": 42, "color": LIGHT, "stroke": MUTED},
        "peer": {"shape": "circle", "size": 62, "color": LIGHT, "stroke": INK},
        "own": {"shape": "diamond", "size": 260, "color": ACCENT, "stroke": INK},
    }
    kept = [{k: r[k] for k in ("size", "value", "label") if k in r} for r in rows]
    widths = {"other": 0.6, "peer": 2.2, "own": 1.6}
    return [
        alt.Chart(alt.Data(values=kept))
        .mark_point(filled=True, opacity=1, strokeWidth=widths[role], **looks[role])
        .encode(x=x, y=y)
    ]
