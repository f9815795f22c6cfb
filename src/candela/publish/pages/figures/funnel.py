"""Is the difference more than size and luck explain?  All organisations by size."""

from __future__ import annotations

from collections.abc import Sequence

from candela.publish.book_tables.columns import number
from candela.publish.contents import BookContents
from candela.publish.csv_tables import PublishedTable
from candela.publish.pages.cells import (
    count_cell,
    interval_cell,
    limits_cell,
    value_cell,
    verdict_cell,
)
from candela.publish.pages.figures.drawn import (
    LIMITS,
    NAME,
    ORG,
    VALUES,
    VERDICT,
    capital,
    figure_name,
    named,
    notes_of,
    protected_values,
    shortened,
    subtitle_of,
    table_of,
    value_title,
)
from candela.publish.pages.held import held
from candela.publish.pages.parts import Cell, Figure, Sentence, Target, View, plain
from candela.publish.pages.records import Indicator, Position, Summary, period_key
from candela.publish.pages.rounding import about, counted
from candela.publish.pages.values import in_a_sentence, period_words, size_noun
from candela.publish.pages.verdicts import short_verdict
from candela.tables import Period

__all__ = ["funnel_figure", "funnel_view", "outside_sentence"]

FEWEST_DRAWN = 10


def outside_sentence(summary: Summary | None, start: str = "") -> Sentence:
    """Return how many lie outside the outer limits, beside how many would by chance.

    ``start`` are words before it, such as ``In 2022/23``.
    """
    if summary is None or summary.outside998 is None:
        return ()
    k, n = summary.outside998, summary.organisations or 0.0
    none = "none" if start else "None"
    return (
        f"{start} " if start else "",
        summary.number("outside998", counted(k) if k else none),
        " of ",
        summary.number("organisations", counted(n)),
        f" organisations {'lies' if k < 2 else 'lie'} outside the outer limits; ",
        summary.number("expected_outside998", about(summary.expected_outside998 or 0)),
        " would by chance.",
    )


def funnel_figure(
    contents: BookContents,
    indicator: Indicator,
    period: Period,
    *,
    own: str = "",
    peers: Sequence[str] = (),
) -> Figure | None:
    """Return every organisation against the limits for its size.

    Nothing where fewer than 10 organisations have a figure.
    """
    book = held(contents)
    drawn = [
        p
        for p in book.in_period(indicator.key, period)
        if p.value is not None and p.size is not None
    ]
    if len(drawn) < FEWEST_DRAWN:
        return None
    ours = next((p for p in drawn if p.org_code == own), None)
    limits = any(p.has_limits for p in drawn)
    finding = _finding(contents, indicator, period, ours, limits=limits)
    name = figure_name(contents, "funnel", indicator.key, period_key(period), own)
    title = f"{indicator.label}, {period_words(period)}, by size"
    return Figure(
        kind="funnel",
        name=name,
        title=title,
        finding=finding,
        alt=shortened(
            f"{'Funnel' if limits else 'Points'} of {in_a_sentence(indicator.label)} "
            f"against {size_noun(indicator)} for {len(drawn)} organisations. "
            f"{plain(finding)} Table follows."
        ),
        how_to_read=_how_to_read(
            book.name(own) if ours else "", peers=bool(peers), limits=limits
        ),
        table=_table(contents, name, title, indicator, period),
        view=funnel_view(contents, indicator, period, own=own),
        made_up=contents.made_up,
        subtitle=subtitle_of(contents, indicator),
        value_title=value_title(indicator),
        size_title=capital(size_noun(indicator)),
        ratio=indicator.is_ratio,
        logarithmic=limits,
        own=own if ours is not None else "",
        ringed=tuple(peers),
    )


def funnel_view(
    contents: BookContents, indicator: Indicator, period: Period, *, own: str = ""
) -> View:
    """Return the table of all organisations, by name."""
    book = held(contents)
    found = book.in_period(indicator.key, period)
    rows = [
        (
            Cell(
                book.name(p.org_code),
                target=Target("indicator", p.org_code, indicator.key),
            ),
            count_cell(p, "size"),
            value_cell(indicator, p),
            interval_cell(indicator, p),
            limits_cell(indicator, p),
            limits_cell(indicator, p, outer=True),
            verdict_cell(p),
        )
        for p in found
    ]
    return View.of(
        f"{indicator.label}, {period_words(period)}: every organisation, by name",
        (
            "Organisation",
            capital(size_noun(indicator)),
            value_title(indicator),
            "95% interval",
            "Expected (inner limits)",
            "Outer limits",
            "What may be said",
        ),
        rows,
        numeric=(False, True, True, True, True, True, False),
        notes=notes_of(indicator),
        own=frozenset(n for n, p in enumerate(found) if p.org_code == own),
    )


def _finding(
    contents: BookContents,
    indicator: Indicator,
    period: Period,
    ours: Position | None,
    *,
    limits: bool,
) -> Sentence:
    book = held(contents)
    summary = book.summaries.get((indicator.key, period))
    why = summary.why_no_limits if summary is not None else ""
    finding: Sentence = (f"No limits could be drawn. {why}".strip(),)
    if limits:
        finding = outside_sentence(summary)
    if ours is None or not limits:
        return finding
    verdict = short_verdict(ours.verdict)
    return (*finding, f" {book.name(ours.org_code)}: {verdict}.")


def _table(
    contents: BookContents, name: str, title: str, indicator: Indicator, period: Period
) -> PublishedTable:
    book = held(contents)
    return table_of(
        contents,
        name,
        title,
        (ORG, NAME, number("size", size_noun(indicator)), *VALUES, *LIMITS, VERDICT),
        [
            (
                *named(book, p),
                p.size,
                *protected_values(p),
                p.expected,
                p.lower95,
                p.upper95,
                p.lower998,
                p.upper998,
                short_verdict(p.verdict),
            )
            for p in book.in_period(indicator.key, period)
        ],
        notes_of(indicator),
    )


def _how_to_read(own: str, *, peers: bool, limits: bool) -> str:
    parts = ["Each mark is an organisation."]
    if own:
        parts = [f"Diamond: {own}.", "Ringed: its peers." if peers else ""]
        parts.append("Each other mark is an organisation.")
    if limits:
        parts.append(
            "Dashed: inner limits, where about 1 in 20 ordinary organisations fall "
            "outside; solid: outer limits, about 1 in 500."
        )
    return " ".join(part for part in parts if part)
