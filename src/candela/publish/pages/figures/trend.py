"""Has anything really changed?  One organisation's figures over time."""

from __future__ import annotations

from collections.abc import Sequence

from candela.publish.contents import BookContents
from candela.publish.csv_tables import PublishedColumn, PublishedTable
from candela.publish.pages.cells import (
    interval_cell,
    limits_cell,
    nothing_cell,
    value_cell,
    verdict_cell,
)
from candela.publish.pages.changes import change_sentence
from candela.publish.pages.figures.drawn import (
    VALUES,
    VERDICT,
    figure_name,
    notes_of,
    protected_values,
    shortened,
    subtitle_of,
    table_of,
    value_title,
)
from candela.publish.pages.held import Held, held
from candela.publish.pages.parts import Cell, Figure, View, plain
from candela.publish.pages.records import Change, Indicator, Position
from candela.publish.pages.values import period_words
from candela.publish.pages.verdicts import short_verdict
from candela.tables import Period, independent_periods

__all__ = ["trend_figure"]

Point = tuple[Period, Position | None]
NOT_REPORTED = "not reported"
COLUMNS = (
    PublishedColumn("period", "period"),
    PublishedColumn("period_start", "first day covered", "date"),
    PublishedColumn("period_end", "last day covered", "date"),
    *VALUES,
    VERDICT,
)


def trend_figure(
    contents: BookContents, code: str, indicator: Indicator
) -> Figure | None:
    """Return an organisation's figures over time; nothing for fewer than two."""
    book = held(contents)
    points = _between_ends(book, code, indicator)
    shown = sum(p is not None and p.value is not None for _, p in points)
    if shown < 2:
        return None
    change = book.changes.get((code, indicator.key))
    finding = change_sentence(indicator, change) or ("Too few points to tell more.",)
    first, last = (period_words(points[n][0]) for n in (0, -1))
    name = figure_name(contents, "trend", indicator.key, code)
    title = f"{indicator.label}, by period"
    mean, limits = _swings(change)
    return Figure(
        kind="trend",
        name=name,
        title=title,
        finding=finding,
        alt=shortened(
            f"{indicator.label} of {book.name(code)} by period, {first} to {last}, "
            f"{shown} points. {plain(finding)} Table follows."
        ),
        how_to_read="Each point is a period; the line through it is its 95% interval."
        + (
            " Solid: the mean; dashed: the ends of the usual swings."
            if limits is not None
            else ""
        ),
        table=_table(contents, name, title, indicator, points),
        view=_view(f"{title}: {book.name(code)}", indicator, points),
        made_up=contents.made_up,
        subtitle=subtitle_of(contents, indicator, book.name(code)),
        value_title=value_title(indicator),
        ratio=indicator.is_ratio,
        own=code,
        mean=mean,
        limits=limits,
    )


def _between_ends(book: Held, code: str, indicator: Indicator) -> Sequence[Point]:
    """Return every separate period from the first to the last figure, each with it.

    A period that has no figure keeps its place: what is not there is not passed over.
    """
    found = {p.period: p for p in book.apart(code, indicator.key)}
    if not found:
        return ()
    first, last = min(found), max(found)
    return [
        (period, found.get(period))
        for period in independent_periods(book.periods(indicator.key))
        if first <= period <= last
    ]


def _cells(indicator: Indicator, position: Position | None) -> tuple[Cell, ...]:
    if position is None:
        return (nothing_cell("not_reported"),) * 3 + (Cell(NOT_REPORTED),)
    return (
        value_cell(indicator, position),
        interval_cell(indicator, position),
        limits_cell(indicator, position),
        verdict_cell(position),
    )


def _swings(change: Change | None) -> tuple[float | None, tuple[float, float] | None]:
    """Return the mean and the usual swings, where there are points enough."""
    if change is None or change.lower is None or change.upper is None:
        return None, None
    return change.mean, (change.lower, change.upper)


def _table(
    contents: BookContents,
    name: str,
    title: str,
    indicator: Indicator,
    points: Sequence[Point],
) -> PublishedTable:
    return table_of(
        contents,
        name,
        title,
        COLUMNS,
        [
            (
                period_words(period),
                period.start,
                period.end,
                *((None,) * 3 if p is None else protected_values(p)),
                NOT_REPORTED if p is None else short_verdict(p.verdict),
            )
            for period, p in points
        ],
        notes_of(indicator),
    )


def _view(title: str, indicator: Indicator, points: Sequence[Point]) -> View:
    return View.of(
        title,
        (
            "Period",
            value_title(indicator),
            "95% interval",
            "Expected (inner limits)",
            "What may be said",
        ),
        [(period_words(period), *_cells(indicator, p)) for period, p in points],
        numeric=(False, True, True, True, False),
        notes=notes_of(indicator),
    )
