"""How do marks tell the own organisation from its peers and from the others?"""

from __future__ import annotations

from typing import Any

from candela.publish.charts.chart import ACCENT, INK, LIGHT, MUTED, WIDTH
from candela.publish.pages.charts.axes import Rows
from candela.publish.pages.parts import Figure

__all__ = ["line_with_words", "marks", "role_of"]


def role_of(figure: Figure, code: str) -> str:
    if code == figure.own:
        return "own"
    return "peer" if code in figure.ringed else "other"


def line_with_words(at: float, words: str, color: str, dash: list[int]) -> list[Any]:
    import altair as alt

    data = alt.Data(values=[{"at": at, "words": words}])
    line = alt.Chart(data).mark_rule(color=color, strokeWidth=1.2, strokeDash=dash)
    text = alt.Chart(data).mark_text(
        align="right", baseline="bottom", dx=-4, dy=-3, fontSize=12, color=color
    )
    return [
        line.encode(y=alt.Y("at:Q")),
        text.encode(y=alt.Y("at:Q"), x=alt.value(WIDTH), text="words:N"),
    ]


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
