"""How are the intervals of an organisation and its peers drawn, by name?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from textwrap import wrap
from typing import Any

from candela.publish.charts.chart import INK, MUTED, WIDTH, rows_of
from candela.publish.pages.charts.axes import Rows, known, value_axis
from candela.publish.pages.charts.marks import marks, role_of
from candela.publish.pages.parts import Figure

__all__ = ["peers_drawing"]

ROW_HEIGHT = 26
NAMES_WIDTH = 310
# Letters of a name in one line.  Room is kept for them in the widest usual font: on a
# machine without Arial letters are a sixth wider, and names would be cut off.
LINE = 34


def peers_drawing(figure: Figure) -> Any:
    """Return the layers of a plot of intervals."""
    import altair as alt

    rows = _labelled(rows_of(figure.table))
    shown = [row for row in rows if isinstance(row["value"], int | float)]
    x = value_axis(figure, alt.X, known(shown, ("value", "lower", "upper")))
    first = "datum.index == 0"  # the organisation's own row stands first
    y = alt.Y(
        "label:N",
        sort=[row["label"] for row in rows],
        axis=alt.Axis(
            title=None,
            labelLimit=NAMES_WIDTH,
            minExtent=NAMES_WIDTH,
            ticks=False,
            grid=True,
            labelExpr="split(datum.label, '\\n')",
            labelFontWeight=alt.condition(
                first, alt.value("bold"), alt.value("normal")
            ),
        ),
    )
    layers = []
    if figure.ratio:
        one = alt.Chart(alt.Data(values=[{"value": 1.0, "words": "as expected"}]))
        at = alt.X("value:Q")
        line = one.mark_rule(color=INK, strokeWidth=1.2)
        words = one.mark_text(align="left", dx=4, dy=-6, fontSize=12, color=INK)
        layers += [
            line.encode(x=at),
            words.encode(x=at, y=alt.value(0), text="words:N"),
        ]
    for role in ("peer", "own"):
        members = [row for row in shown if role_of(figure, row["org_code"]) == role]
        layers += _interval_rows(members, role, x, y)
    hidden = [
        {"label": row["label"], "words": "hidden" if row["value"] else "not reported"}
        for row in rows
        if row not in shown
    ]
    words = alt.Chart(alt.Data(values=hidden)).mark_text(
        align="left", dx=4, fontSize=12, color=INK
    )
    layers.append(words.encode(y=y, x=alt.value(0), text="words:N"))
    return alt.layer(*layers).properties(
        width=WIDTH - NAMES_WIDTH + 60, height=_row_height(rows) * len(rows)
    )


def _labelled(rows: Rows) -> Rows:
    """Return the rows with a label each, in lines; a name borne twice has its code."""
    times = Counter(row["name"] for row in rows)

    def label(row: Mapping[str, Any]) -> str:
        name, code = row["name"], row["org_code"]
        whole = name if times[name] == 1 else f"{name} ({code})"
        return "\n".join(wrap(whole, LINE)) or code

    return [{**row, "label": label(row)} for row in rows]


def _row_height(rows: Rows) -> int:
    lines: int = max(row["label"].count("\n") + 1 for row in rows)
    return max(ROW_HEIGHT, 4 + 16 * lines)


def _interval_rows(rows: Rows, role: str, x: Any, y: Any) -> list[Any]:
    import altair as alt

    if not rows:
        return []
    own = role == "own"
    sure = alt.Data(values=[row for row in rows if row["lower"] is not None])
    rule = (
        alt.Chart(sure)
        .mark_rule(color=INK if own else MUTED, strokeWidth=4 if own else 2)
        .encode(x=alt.X("lower:Q"), x2="upper:Q", y=y)
    )
    return [rule, *marks(rows, role, x, y)]
