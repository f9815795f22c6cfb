"""Who was studied, who left, and why?"""

from __future__ import annotations

from collections.abc import Sequence
from textwrap import wrap
from typing import Any

from candela.publish.charts.chart import (
    INK,
    MUTED,
    WIDTH,
    Chart,
    rows_of,
    specification,
)
from candela.publish.csv_tables import PublishedTable

__all__ = ["flow_chart"]

STEP, BOX = 62, 34  # pixels from one step to the next, and of a box
LEFT, SPINE, RIGHT = 170, 85, 205  # right edge of boxes, their middle, start of reasons
REASON = 52  # characters of a line
MOST_LINES = 3


def flow_chart(
    table: PublishedTable, *, finding: str, subtitle: Sequence[str], alt: str
) -> Chart:
    """Return the cohort flow as boxes, with who left beside them.

    Parameters
    ----------
    table
        Columns reason, kind, before, count and remaining, in the order of the steps.
    """
    import altair as alt_

    steps = rows_of(table)
    boxes, lines, reasons = _placed(steps)
    height = max(box["y2"] for box in boxes) + 6
    across = alt_.Scale(domain=[0, WIDTH], nice=False)
    down = alt_.Scale(domain=[height, 0], nice=False)
    x = alt_.X("x:Q", scale=across, axis=None)
    y = alt_.Y("y:Q", scale=down, axis=None)
    data = alt_.Data(values=boxes)
    spine = (
        alt_.Chart(alt_.Data(values=lines))
        .mark_rule(color=MUTED, strokeWidth=1.4)
        .encode(x=x, y=y, x2="x2:Q", y2="y2:Q")
    )
    drawn = (
        alt_.Chart(data)
        .mark_rect(fill="white", stroke=INK, strokeWidth=1.2)
        .encode(x=x, y=y, x2="x2:Q", y2="y2:Q")
    )
    counts = (
        alt_.Chart(data)
        .mark_text(fontSize=14, color=INK, baseline="middle")
        .encode(
            x=alt_.X("middle:Q", scale=across, axis=None),
            y=alt_.Y("at:Q", scale=down, axis=None),
            text="words:N",
        )
    )
    why = (
        alt_.Chart(alt_.Data(values=reasons))
        .mark_text(
            align="left", baseline="middle", fontSize=13, color=INK, lineBreak="\n"
        )
        .encode(x=x, y=y, text="words:N")
    )
    chart = alt_.layer(spine, drawn, counts, why).properties(width=WIDTH, height=height)
    return Chart(
        table.name,
        finding,
        alt,
        "Boxes hold the rows that remain; beside the line, who left there or what was "
        "decided of rows that stayed. * is 1 to 7.",
        table,
        specification(chart, title="Who was studied", subtitle=subtitle),
    )


def _placed(
    steps: Sequence[dict[str, Any]],
) -> tuple[list[dict[str, Any]], list[dict[str, Any]], list[dict[str, Any]]]:
    """Return boxes, lines and reasons with their places."""
    half = BOX / 2
    tops = [STEP * n + half + 6 for n in range(len(steps) + 1)]
    boxes = [_box(tops[0], steps[0]["before"], "began")]
    lines, reasons, last = [], [], tops[0]
    for step, above, here in zip(steps, tops[:-1], tops[1:], strict=True):
        between = (above + here) / 2 if step["kind"] == "left" else here - BOX / 2
        reasons.append(_reason(step, between))
        lines.append({"x": SPINE, "x2": RIGHT - 8, "y": between, "y2": between})
        if step["kind"] == "left":
            boxes.append(_box(here, step["remaining"], "remain"))
        lines.append({"x": SPINE, "x2": SPINE, "y": last, "y2": here})
        last = here
    if steps[-1]["kind"] != "left":
        boxes.append(_box(last + BOX, steps[-1]["remaining"], "remain"))
        lines.append({"x": SPINE, "x2": SPINE, "y": last, "y2": last + BOX / 2})
    return boxes, lines, reasons


def _box(at: float, count: int | str, word: str) -> dict[str, Any]:
    words = f"{count} {word}" if isinstance(count, str) else f"{count:,} {word}"
    half = BOX / 2
    return {
        "x": 0,
        "x2": LEFT,
        "y": at - half,
        "y2": at + half,
        "at": at,
        "middle": SPINE,
        "words": words,
    }


def _reason(step: dict[str, Any], at: float) -> dict[str, Any]:
    count = step["count"]
    number = count if isinstance(count, str) else f"{count:,}"
    did = "left" if step["kind"] == "left" else "kept"
    lines = wrap(f"{number} {did}: {step['reason']}", REASON)
    if len(lines) > MOST_LINES:
        lines = [*lines[: MOST_LINES - 1], f"{lines[MOST_LINES - 1][: REASON - 3]}..."]
    return {"x": RIGHT, "y": at, "words": "\n".join(lines)}
