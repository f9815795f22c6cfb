"""How is a figure of a page drawn, when its picture is asked for?

The organisation a page is about is told by shape, weight and name, never by colour
alone; its peers by a ring.  A ratio stands on a logarithmic axis with 1 marked, and its
axis counts deaths for every 1,000 expected, as the sentences do.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from textwrap import wrap
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
from candela.publish.pages.parts import Figure, plain
from candela.publish.pages.rounding import PER_THOUSAND
from candela.tables import Period

__all__ = ["draw"]

Rows = list[dict[str, Any]]

ROW_HEIGHT = 26
NAMES_WIDTH = 310
TEXT = 13
LETTER = 7.6  # width of a bold letter, near enough
LINE = 46  # letters of a name, or of the title of an axis, in one line
# What is marked on a ratio's axis: the finest of these that leaves marks apart.
RATIO_MARKS = (
    tuple(n / 20 for n in range(15, 28)),
    (0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.5, 1.7, 2),
    (0.25, 0.5, 0.7, 1, 1.4, 2, 4),
    (0.01, 0.1, 1, 10, 100),
)
MOST_MARKS = 9
RATE_STEPS = (1, 2, 5)
SAME_LENGTH = 0.1  # of a period's days; a longer or shorter period is another series


def draw(figure: Figure) -> Chart:
    """Return the chart of a figure."""
    drawing = {"funnel": _funnel, "trend": _trend, "peers": _peers}[figure.kind]
    return Chart(
        figure.name,
        plain(figure.finding),
        figure.alt,
        figure.how_to_read,
        figure.table,
        specification(
            drawing(figure),
            title=figure.title,
            subtitle=figure.subtitle,
        ),
    )


# --- axes -----------------------------------------------------------------------------


def _known(rows: Rows, columns: Iterable[str]) -> list[float]:
    found = (row[column] for column in columns for row in rows)
    return [value for value in found if isinstance(value, int | float)]


def _value_axis(figure: Figure, channel: Any, numbers: list[float]) -> Any:
    """Return the axis of figures: logarithmic for ratios, and for rates without 0."""
    import altair as alt

    if figure.ratio:
        low = min([*numbers, 0.95]) * 0.98
        high = max([*numbers, 1.05]) * 1.02
        if low <= 0:
            return _from_zero(figure, channel, high)
        expression = f"format(datum.value * {PER_THOUSAND}, ',.0f')"
        return channel(
            "value:Q",
            scale=alt.Scale(type="log", domain=[low, high], nice=False),
            axis=alt.Axis(
                title=_title(figure),
                values=_ratio_marks(low, high),
                labelExpr=expression,
            ),
        )
    low, high = min(numbers), max(numbers)
    if figure.kind != "funnel" or low <= 0 or not figure.logarithmic:
        return _from_zero(figure, channel, high)
    return channel(
        "value:Q",
        scale=alt.Scale(type="log", domain=[low * 0.9, high * 1.1], nice=False),
        axis=alt.Axis(
            title=_title(figure),
            values=_rate_marks(low * 0.9, high * 1.1),
            format=",.4~g",
        ),
    )


def _title(figure: Figure) -> Any:
    """Return the title of an axis, in lines no longer than the axis."""
    return wrap(figure.value_title, LINE)


def _from_zero(figure: Figure, channel: Any, high: float) -> Any:
    import altair as alt

    high = high * 1.05 or 1.0
    axis: dict[str, Any] = {"format": ",.4~g"}
    if figure.ratio:
        axis = {"labelExpr": f"format(datum.value * {PER_THOUSAND}, ',.0f')"}
    return channel(
        "value:Q",
        scale=alt.Scale(domain=[0, high], nice=False),
        axis=alt.Axis(title=_title(figure), tickCount=6, **axis),
    )


def _ratio_marks(low: float, high: float) -> list[float]:
    """Return the marks of a ratio's axis, 1 always among them."""
    for marks in RATIO_MARKS:
        inside = [m for m in marks if low <= m <= high]
        reaches = low >= marks[0] * 0.9 and high <= marks[-1] * 1.1
        if reaches and len(inside) <= MOST_MARKS:
            return inside
    return [m for m in RATIO_MARKS[-1] if low <= m <= high]


def _rate_marks(low: float, high: float) -> list[float]:
    """Return 1, 2 and 5 times the powers of ten within a range; powers if many."""
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    steps = RATE_STEPS if last - first <= 3 else (1,)
    marks = [step * 10.0**power for power in range(first, last + 1) for step in steps]
    return [mark for mark in marks if low <= mark <= high]


# --- funnel ---------------------------------------------------------------------------


LIMITS = ("lower95", "upper95", "lower998", "upper998")
DRAWN = ("org_code", "name", "size", "value", "expected", *LIMITS)


def _funnel(figure: Figure) -> Any:
    import altair as alt

    rows = [
        {column: row[column] for column in DRAWN}
        for row in rows_of(figure.table)
        if isinstance(row["value"], int | float) and row["size"] is not None
    ]
    rows.sort(key=lambda row: row["size"])
    x = alt.X(
        "size:Q",
        scale=alt.Scale(zero=False, nice=False, padding=10),
        axis=alt.Axis(title=f"{figure.size_title} (size)", format=",d", tickCount=7),
    )
    limited = [row for row in rows if row["lower998"] is not None]
    numbers = _known(rows, ("value",)) + _known(limited, ("lower998", "upper998"))
    y = _value_axis(figure, alt.Y, numbers)
    layers = _limit_lines(limited, x)
    layers += _expected_line(figure, limited)
    own = [row for row in rows if row["org_code"] == figure.own]
    names = _own_name(own, rows, x, y) if own else ()
    layers += names[:1]
    for role in ("other", "peer", "own"):
        members = [row for row in rows if _role(figure, row["org_code"]) == role]
        layers += _marks(members, role, x, y)
    layers += names[1:]
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT)


def _role(figure: Figure, code: str) -> str:
    if code == figure.own:
        return "own"
    return "peer" if code in figure.ringed else "other"


def _limit_lines(rows: Rows, x: Any) -> list[Any]:
    """Return the inner limits, dashed, and the outer ones, solid."""
    import altair as alt

    if not rows:
        return []
    kept = [{column: row[column] for column in ("size", *LIMITS)} for row in rows]
    lines = [
        alt.Chart()
        .mark_line(color=MUTED, strokeDash=dash, strokeWidth=1.4)
        .encode(x=x, y=alt.Y(f"{edge}:Q"))
        for edges, dash in ((LIMITS[:2], [5, 3]), (LIMITS[2:], [1, 0]))
        for edge in edges
    ]
    return [alt.layer(*lines, data=alt.Data(values=kept))]


def _expected_line(figure: Figure, limited: Rows) -> list[Any]:
    """Return a line at what is expected, and what it means."""
    expected = 1.0 if figure.ratio else _middle(limited)
    if expected is None:
        return []
    words = "as expected" if figure.ratio else "middle organisation"
    return _line_with_words(expected, words, INK, [1, 0])


def _middle(rows: Rows) -> float | None:
    found = {row["expected"] for row in rows if row["expected"] is not None}
    return next(iter(found)) if len(found) == 1 else None


def _line_with_words(at: float, words: str, color: str, dash: list[int]) -> list[Any]:
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


def _marks(rows: Rows, role: str, x: Any, y: Any) -> list[Any]:
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


def _own_name(own: Rows, rows: Rows, x: Any, y: Any) -> tuple[Any, Any]:
    """Return a white ground to lie below the marks, and the name to lie on them."""
    import altair as alt

    place = _clear_place(own[0], rows, y)
    named = {column: own[0][column] for column in ("size", "value", "name")}
    chart = alt.Chart(alt.Data(values=[named]))
    text: dict[str, Any] = {**place, "fontSize": TEXT, "fontWeight": "bold"}
    ground = chart.mark_text(**text, stroke="white", strokeWidth=4, color="white")
    words = chart.mark_text(**text, color=INK)
    return (
        ground.encode(x=x, y=y, text="name:N"),
        words.encode(x=x, y=y, text="name:N"),
    )


def _clear_place(own: Mapping[str, Any], rows: Rows, y: Any) -> dict[str, Any]:
    """Return on which side, and how far up or down, a name covers the least.

    Places are told in pixels, near enough: the horizontal axis is linear, the vertical
    one as ``y`` has it.  Lines count half as much as marks.
    """
    scale = y.to_dict()["scale"]
    low, high = scale["domain"]
    bend = math.log if scale.get("type") == "log" else float
    left, right = rows[0]["size"], rows[-1]["size"]

    def down(value: float) -> float:
        return HEIGHT * (1 - (bend(value) - bend(low)) / (bend(high) - bend(low)))

    def across(row: Mapping[str, Any]) -> float:
        return float(WIDTH * (row["size"] - left) / ((right - left) or 1.0))

    x0, y0 = across(own), down(own["value"])
    marks = [(across(row), down(row["value"])) for row in rows if row is not own]
    lines = [down(own[k]) for k in ("expected", *LIMITS) if own[k] is not None]
    length = LETTER * len(own["name"])

    def covered(side: int, dy: int) -> tuple[float, int]:
        start, end = sorted((x0 + side * 8, x0 + side * (14 + length)))
        over = sum(start < u < end and abs(v - y0 - dy) < 12 for u, v in marks)
        crossed = sum(abs(line - y0 - dy) < 9 for line in lines)
        outside = 100 if start < 0 or end > WIDTH else 0
        return over + crossed / 2 + outside, abs(dy)

    side, dy = min(
        ((side, dy) for dy in (0, -18, 18) for side in (1, -1)),
        key=lambda place: covered(*place),
    )
    return {"align": "left" if side > 0 else "right", "dx": 14 * side, "dy": dy}


# --- trend ----------------------------------------------------------------------------


def _trend(figure: Figure) -> Any:
    import altair as alt

    rows = rows_of(figure.table)
    points = _in_segments(rows)
    order = [row["period"] for row in rows]
    x = alt.X(
        "period:N", sort=order, axis=alt.Axis(title=None, labelAngle=_angle(order))
    )
    swings = [figure.mean, *(figure.limits or ())]
    numbers = _known(points, ("value", "lower", "upper"))
    y = _value_axis(figure, alt.Y, [*numbers, *(v for v in swings if v is not None)])
    layers: list[Any] = []
    if figure.ratio:
        layers += _line_with_words(1.0, "as expected", INK, [1, 0])
    layers += _swing_lines(figure)
    data = alt.Data(values=points)
    sure = alt.Data(values=[row for row in points if row["lower"] is not None])
    layers += [
        alt.Chart(data)
        .mark_line(color=LIGHT, strokeWidth=1.5)
        .encode(x=x, y=y, detail="segment:N"),
        alt.Chart(sure)
        .mark_rule(color=MUTED, strokeWidth=2.5)
        .encode(x=x, y=alt.Y("lower:Q"), y2="upper:Q"),
        alt.Chart(data)
        .mark_point(filled=True, shape="diamond", size=110, color=ACCENT, opacity=1)
        .encode(x=x, y=y),
        _gaps(rows, x),
    ]
    return alt.layer(*layers).properties(width=WIDTH, height=HEIGHT - 60)


def _angle(labels: list[str]) -> int:
    """Return 0 where the labels fit beside each other."""
    return 0 if sum(len(label) + 2 for label in labels) * 7 < WIDTH else -40


def _in_segments(rows: Rows) -> Rows:
    """Return the rows with a figure, each with the unbroken run that it belongs to.

    A gap, a hidden or missing figure, or a period of another length ends a run: what
    is not one series is not joined by a line.
    """
    found: Rows = []
    segment, before = 0, None
    for row in rows:
        period = Period(row["period_start"], row["period_end"])
        shown = isinstance(row["value"], int | float)
        if before is not None and not (shown and _continues(before, period)):
            segment += 1
        before = period if shown else None
        if shown:
            plain_row = {k: row[k] for k in ("period", "value", "lower", "upper")}
            found.append({**plain_row, "segment": segment})
    return found


def _continues(before: Period, after: Period) -> bool:
    if before.gap_days(after) > 0:
        return False
    return abs(after.days - before.days) <= SAME_LENGTH * before.days


def _swing_lines(figure: Figure) -> list[Any]:
    """Return the mean and the ends of the usual swings, where they are given."""
    layers: list[Any] = []
    if figure.mean is not None:
        layers += _line_with_words(figure.mean, "mean", MUTED, [1, 0])
    for edge in figure.limits or ():
        layers += _line_with_words(edge, "usual swings", MUTED, [5, 3])
    return layers


def _gaps(rows: Rows, x: Any) -> Any:
    """Return words where a period has no figure to show."""
    import altair as alt

    empty = [
        {"period": row["period"], "words": "hidden" if row["value"] else "not reported"}
        for row in rows
        if not isinstance(row["value"], int | float)
    ]
    return (
        alt.Chart(alt.Data(values=empty))
        .mark_text(angle=270, align="left", fontSize=12, color=INK)
        .encode(x=x, y=alt.value(HEIGHT - 64), text="words:N")
    )


# --- peers ----------------------------------------------------------------------------


def _peers(figure: Figure) -> Any:
    import altair as alt

    rows = _labelled(rows_of(figure.table))
    shown = [row for row in rows if isinstance(row["value"], int | float)]
    x = _value_axis(figure, alt.X, _known(shown, ("value", "lower", "upper")))
    first = "datum.index == 0"  # the organisation's own row stands first
    y = alt.Y(
        "label:N",
        sort=[row["label"] for row in rows],
        axis=alt.Axis(
            title=None,
            labelLimit=NAMES_WIDTH,
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
        one = alt.Chart(alt.Data(values=[{"value": 1.0}]))
        layers.append(
            one.mark_rule(color=INK, strokeWidth=1.2).encode(x=alt.X("value:Q"))
        )
    for role in ("peer", "own"):
        members = [row for row in shown if _role(figure, row["org_code"]) == role]
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
    return [rule, *_marks(rows, role, x, y)]
