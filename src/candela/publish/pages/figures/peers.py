"""How does the organisation compare with its peers?  Intervals, by name."""

from __future__ import annotations

from collections.abc import Sequence

from candela.publish.contents import BookContents
from candela.publish.csv_tables import PublishedTable
from candela.publish.pages.cells import (
    interval_cell,
    nothing_cell,
    value_cell,
    verdict_cell,
)
from candela.publish.pages.figures.drawn import (
    NAME,
    ORG,
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
from candela.publish.pages.parts import Cell, Figure, Sentence, Target, View, plain
from candela.publish.pages.records import Indicator, Position, period_key
from candela.publish.pages.rounding import digits_for, figure, shown
from candela.publish.pages.values import in_a_sentence, money, period_words, unit_words
from candela.publish.pages.verdicts import short_verdict
from candela.tables import Period

__all__ = ["peers_figure"]

Row = tuple[str, Position | None]
NOT_REPORTED = "not reported"


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
    others = [
        (peer, book.position(peer, indicator.key, period))
        for peer in sorted(set(peers), key=lambda c: (book.name(c).casefold(), c))
        if peer != code
    ]
    drawn = [p for _, p in others if p is not None and p.value is not None]
    if own is None or own.value is None or not drawn:
        return None
    finding = _finding(book.name(code), indicator, own, drawn, of=len(others))
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
        table=_table(contents, name, title, indicator, [(code, own), *others]),
        view=_view(
            book,
            f"{title}: {book.name(code)} and its peers",
            indicator,
            [(code, own), *others],
        ),
        made_up=contents.made_up,
        subtitle=subtitle_of(contents, indicator, f"{book.name(code)} and its peers"),
        value_title=value_title(indicator),
        ratio=indicator.is_ratio,
        own=code,
        ringed=tuple(peer for peer, _ in others),
    )


def _finding(
    name: str,
    indicator: Indicator,
    own: Position,
    drawn: Sequence[Position],
    *,
    of: int,
) -> Sentence:
    """Return the figure beside the smallest and the largest of its peers."""
    digits, unit = digits_for(indicator, own), money(indicator)

    def said(position: Position) -> str:
        value = position.value or 0.0
        return figure(shown(indicator, value), digits, unit) if value else "0"

    low, high = (end(drawn, key=lambda p: p.value or 0.0) for end in (min, max))
    start: Sentence = (
        f"{name}: ",
        own.number("value", said(own)),
        f" {unit_words(indicator)}; ",
    )
    if len(drawn) == 1:
        return (*start, "the one peer shown: ", low.number("value", said(low)), ".")
    who = f"its {len(drawn)} peers"
    if len(drawn) < of:
        who = f"the {len(drawn)} of its {of} peers that can be shown"
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
    rows: Sequence[Row],
) -> PublishedTable:
    book = held(contents)
    return table_of(
        contents,
        name,
        title,
        (ORG, NAME, *VALUES, VERDICT),
        [
            (
                code,
                book.name(code),
                *((None,) * 3 if p is None else protected_values(p)),
                NOT_REPORTED if p is None else short_verdict(p.verdict),
            )
            for code, p in rows
        ],
        notes_of(indicator),
    )


def _cells(
    book: Held, code: str, indicator: Indicator, position: Position | None
) -> tuple[Cell, ...]:
    if position is not None:
        return (
            value_cell(indicator, position),
            interval_cell(indicator, position),
            verdict_cell(position),
        )
    listed = book.organisations.get(code)
    if indicator.is_ratio and listed is not None and listed.has_outcome is False:
        return (nothing_cell("does_not_apply"),) * 2 + (Cell("does not apply"),)
    return (nothing_cell("not_reported"),) * 2 + (Cell(NOT_REPORTED),)


def _view(book: Held, title: str, indicator: Indicator, rows: Sequence[Row]) -> View:
    return View.of(
        title,
        ("Organisation", value_title(indicator), "95% interval", "What may be said"),
        [
            (
                Cell(book.name(code), target=Target("organisation", code)),
                *_cells(book, code, indicator, p),
            )
            for code, p in rows
        ],
        numeric=(False, True, True, False),
        notes=notes_of(indicator),
        own=frozenset({0}),
    )
