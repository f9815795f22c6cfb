"""How does the organisation compare with its peers?  Intervals, by name."""

from __future__ import annotations

from collections.abc import Sequence

from candela.publish.contents import BookContents
from candela.publish.csv_tables import PublishedTable
from candela.publish.pages.cells import interval_cell, value_cell, verdict_cell
from candela.publish.pages.figures.drawn import (
    NAME,
    ORG,
    VALUES,
    VERDICT,
    figure_name,
    named,
    notes_of,
    protected_values,
    shortened,
    subtitle_of,
    table_of,
    value_title,
)
from candela.publish.pages.held import Held, held
from candela.publish.pages.parts import Cell, Figure, Sentence, Target, View, plain
from candela.publish.pages.records import Indicator, Position, period_key
from candela.publish.pages.rounding import digits_for, figure, shown
from candela.publish.pages.values import in_a_sentence, money, period_words, unit_words
from candela.publish.pages.verdicts import short_verdict
from candela.tables import Period

__all__ = ["peers_figure"]


def peers_figure(
    contents: BookContents,
    code: str,
    indicator: Indicator,
    period: Period,
    peers: Sequence[str],
) -> Figure | None:
    """Return the organisation's interval above those of its peers, by name.

    Nothing where its own figure, or that of every peer, cannot be shown.
    """
    book = held(contents)
    own = book.position(code, indicator.key, period)
    wanted = set(peers)
    others = [p for p in book.in_period(indicator.key, period) if p.org_code in wanted]
    drawn = [p for p in others if p.value is not None]
    if own is None or own.value is None or not drawn:
        return None
    finding = _finding(book.name(code), indicator, own, others, drawn)
    name = figure_name(contents, "peers", indicator.key, period_key(period), code)
    title = f"{indicator.label}, {period_words(period)}"
    return Figure(
        kind="peers",
        name=name,
        title=title,
        finding=finding,
        alt=shortened(
            f"Intervals of {in_a_sentence(indicator.label)} for {book.name(code)} "
            f"and {len(drawn)} peers, by name. {plain(finding)} Table follows."
        ),
        how_to_read=(
            f"Each line is a 95% interval. {book.name(code)} stands first, with a "
            "diamond; its peers follow by name."
        ),
        table=_table(contents, name, title, indicator, [own, *others]),
        view=_view(
            book,
            f"{title}: {book.name(code)} and its peers",
            indicator,
            [own, *others],
        ),
        made_up=contents.made_up,
        subtitle=subtitle_of(contents, f"{book.name(code)} and its peers"),
        value_title=value_title(indicator),
        ratio=indicator.is_ratio,
        own=code,
        ringed=tuple(p.org_code for p in others),
    )


def _finding(
    name: str,
    indicator: Indicator,
    own: Position,
    others: Sequence[Position],
    drawn: Sequence[Position],
) -> Sentence:
    """Return the figure beside the smallest and the largest of its peers."""
    digits, unit = digits_for(indicator, own), money(indicator)

    def said(position: Position) -> str:
        return figure(shown(indicator, position.value or 0.0), digits, unit)

    low, high = (end(drawn, key=lambda p: p.value or 0.0) for end in (min, max))
    start: Sentence = (
        f"{name}: ",
        own.number("value", said(own)),
        f" {unit_words(indicator)}; ",
    )
    if len(drawn) == 1:
        return (*start, "the one peer shown: ", low.number("value", said(low)), ".")
    who = f"its {len(drawn)} peers"
    if len(drawn) < len(others):
        who = f"the {len(drawn)} of its {len(others)} peers that can be shown"
    return (
        *start,
        f"{who} run from ",
        low.number("value", said(low)),
        " to ",
        high.number("value", said(high)),
        ".",
    )


def _table(
    contents: BookContents,
    name: str,
    title: str,
    indicator: Indicator,
    rows: Sequence[Position],
) -> PublishedTable:
    book = held(contents)
    return table_of(
        contents,
        name,
        title,
        (ORG, NAME, *VALUES, VERDICT),
        [
            (*named(book, p), *protected_values(p), short_verdict(p.verdict))
            for p in rows
        ],
        notes_of(indicator),
    )


def _view(
    book: Held, title: str, indicator: Indicator, rows: Sequence[Position]
) -> View:
    return View.of(
        title,
        ("Organisation", value_title(indicator), "95% interval", "What may be said"),
        [
            (
                Cell(book.name(p.org_code), target=Target("organisation", p.org_code)),
                value_cell(indicator, p),
                interval_cell(indicator, p),
                verdict_cell(p),
            )
            for p in rows
        ],
        numeric=(False, True, True, False),
        notes=notes_of(indicator),
        own=frozenset({0}),
    )
