"""How is each organisation's place on an indicator published, and its change?

A hidden count takes its figure, interval, verdict and third with it.  What is said over
organisations rests on a stand-in, see ``candela.publish.disclosure``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from candela.indicators import Change, Position, Standing
from candela.publish.book_tables.columns import END, ORG, START, number
from candela.publish.csv_tables import PublishedColumn, PublishedTable
from candela.publish.disclosure import HIDDEN, NOTE, Count, hidden_counts
from candela.publish.findings import Findings
from candela.publish.indicator_words import indicator_words
from candela.publish.ledger import Origin
from candela.tables import MEASURES

__all__ = [
    "change_table",
    "indicator_table",
    "position_summary_table",
    "position_table",
]

QUARTILE_DIGITS = 3
KEY = PublishedColumn("indicator", "key of the indicator; see indicator.csv")
METHOD_PAGES = {"outcome": "shmi", "activity": "activity"}
STAND_IN = (
    "What is said over organisations takes a hidden count as 4, the middle of 1 to 7, "
    "or as a number worked out from a shown total. A hidden organisation is not among "
    "those counted."
)


def indicator_table(found: Findings) -> PublishedTable:
    """Return what each indicator is."""
    indicators = list(dict.fromkeys(s.indicator for s in found.standings))
    rows = []
    for indicator in indicators:
        words = indicator_words(indicator)
        known = MEASURES.get(indicator.measure)
        rows.append(
            (
                indicator.key,
                words.label,
                words.question,
                words.definition,
                words.unit,
                indicator.kind,
                indicator.measure,
                indicator.denominator,
                indicator.per,
                known is not None and known.counts_people,
                METHOD_PAGES[indicator.kind],
            )
        )
    return PublishedTable(
        "indicator",
        "Indicators in this book",
        (
            KEY,
            PublishedColumn("label", "what it is called"),
            PublishedColumn("question", "what it asks"),
            PublishedColumn("definition", "what it is, in at most 25 words"),
            PublishedColumn("unit", "unit of its figures"),
            PublishedColumn("kind", "outcome or activity"),
            PublishedColumn("measure", "what is counted"),
            PublishedColumn("denominator", "what it is divided by"),
            number("per", "for how many units of that it is quoted"),
            PublishedColumn(
                "counts_people", "small counts of it are hidden", "boolean"
            ),
            PublishedColumn("method", "name of the page that explains it"),
        ),
        rows,
        Origin("candela.publish.indicator_words.indicator_words", ()),
    )


def position_table(found: Findings) -> PublishedTable:
    """Return where each organisation stands on each indicator in each period."""
    hidden = hidden_counts(found.rates)
    return PublishedTable(
        "position",
        "Where each organisation stands on each indicator",
        (
            ORG,
            KEY,
            START,
            END,
            number("count", "what was counted, or * where hidden"),
            number("size", "what it is divided by"),
            number("value", "the figure, or * where hidden"),
            number("lower", "lower end of its exact 95% interval"),
            number("upper", "upper end of its exact 95% interval"),
            number("expected", "figure of the middle organisation, or 1"),
            number("lower95", "lower inner limit of the figure"),
            number("upper95", "upper inner limit of the figure"),
            number("lower998", "lower outer limit of the figure"),
            number("upper998", "upper outer limit of the figure"),
            PublishedColumn(
                "verdict",
                "higher, possibly_higher, as_expected, possibly_lower, lower or "
                "no_limits",
            ),
            PublishedColumn(
                "nothing",
                "why there is no figure: hidden, or not_reported (also where a "
                "publisher hid it or no size is known); empty where there is one",
            ),
            number("third", "third of research activity that year, 3 the most"),
            number("sustained_years", "years running at or above the middle"),
        ),
        [
            _position_row(standing, position, hidden)
            for standing in found.standings
            for position in standing.positions
        ],
        _origin("candela.indicators.activity.activity_standings", found.standings),
        (
            NOTE,
            STAND_IN,
            "Deaths are of organisations as reported; research activity follows the "
            f"policy {found.policy}.",
            "Limits of activity allow for chance and for how much organisations of one "
            "size differ. They allow for size only, not for the kind of hospital. "
            "People are recruited in studies and not one by one, so chance alone says "
            "too little.",
        ),
    )


def _position_row(
    standing: Standing, p: Position, hidden_in: frozenset[Count]
) -> tuple[Any, ...]:
    key = (p.org_code, standing.indicator.key, p.period.start, p.period.end)
    limits = p.limits
    expected = (
        (None,) * 5
        if limits is None
        else (
            limits.expected,
            limits.lower95,
            limits.upper95,
            limits.lower998,
            limits.upper998,
        )
    )
    count = (p.org_code, p.period, standing.indicator.measure)
    if p.stood_in or count in hidden_in:
        hidden = (HIDDEN, p.size, HIDDEN, HIDDEN, HIDDEN)
        return (*key, *hidden, *expected, "no_limits", "hidden", None, None)
    nothing = "" if p.value is not None else "not_reported"
    return (
        *key,
        p.count,
        p.size,
        p.value,
        p.lower,
        p.upper,
        *expected,
        p.verdict,
        nothing,
        p.third,
        p.sustained_years,
    )


def position_summary_table(found: Findings) -> PublishedTable:
    """Return how many organisations are outside, and how many would be by chance."""
    return PublishedTable(
        "position_summary",
        "How many organisations are outside the limits of each indicator",
        (
            KEY,
            START,
            END,
            number("organisations", "organisations with a figure that is shown"),
            number("outside95", "of them outside the inner limits"),
            number("expected_outside95", "outside the inner limits if none differed"),
            number("outside998", "of them outside the outer limits"),
            number("expected_outside998", "outside the outer limits if none differed"),
            number("between_sd", "standard deviation between organisations, log scale"),
            number("lower_quartile", "a quarter of the figures lie below"),
            number("median", "half of the figures lie below"),
            number("upper_quartile", "three quarters of the figures lie below"),
            PublishedColumn("why_no_limits", "why there are none; empty where made"),
        ),
        [
            (
                s.indicator.key,
                s.period.start,
                s.period.end,
                len(s.counted),
                s.outside95,
                s.expected_outside95,
                s.outside998,
                s.expected_outside998,
                s.between_sd,
                *((None,) * 3 if s.quartiles is None else map(_rounded, s.quartiles)),
                s.why_no_limits,
            )
            for s in found.standings
        ],
        _origin("candela.indicators.activity.activity_standings", found.standings),
        (
            STAND_IN,
            f"Quartiles are rounded to {QUARTILE_DIGITS} digits, and given from 10 "
            "organisations on.",
        ),
    )


def change_table(found: Findings) -> PublishedTable:
    """Return what each series says of change."""
    rows = {row for change in found.changes for row in change.rows}
    return PublishedTable(
        "change",
        "Whether each organisation's figures have changed beyond their usual swings",
        (
            ORG,
            KEY,
            number("points", "figures of separate periods up to the last gap"),
            PublishedColumn(
                "kind", "one_point, two_points, short (under 12), no_signal or signal"
            ),
            number("previous", "figure before the latest, or * where any is hidden"),
            number("latest", "latest figure, or * where any is hidden"),
            number("mean", "mean, from 12 points on"),
            number("lower", "usual swings from, from 12 points on"),
            number("upper", "usual swings to, from 12 points on"),
            PublishedColumn(
                "signal_period_start", "first day of the signal's first period", "date"
            ),
            PublishedColumn(
                "signal_period_end", "last day of the signal's first period", "date"
            ),
            PublishedColumn("signal", "what speaks for a change, in words"),
        ),
        [_change_row(change) for change in found.changes],
        Origin("candela.indicators.trend.changes", tuple(sorted(rows))),
        (
            NOTE,
            "Usual swings are the mean and 2.66 times the mean moving range on each "
            "side (XmR). A signal is one point outside them, or 8 running on one side "
            "of the mean; the latest is told.",
        ),
    )


def _change_row(change: Change) -> tuple[Any, ...]:
    swings, period = change.swings, change.signal_period
    figures: tuple[Any, ...] = (
        change.previous,
        change.latest,
        None if swings is None else swings.mean,
        None if swings is None else swings.lower,
        None if swings is None else swings.upper,
    )
    if change.stood_in:
        figures = tuple(None if figure is None else HIDDEN for figure in figures)
    return (
        change.org_code,
        change.indicator,
        change.points,
        change.kind,
        *figures,
        None if period is None else period.start,
        None if period is None else period.end,
        "" if swings is None or swings.signal is None else swings.signal.words,
    )


def _rounded(value: float) -> float:
    return float(f"{value:.{QUARTILE_DIGITS}g}")


def _origin(function: str, standings: Iterable[Standing]) -> Origin:
    rows = {row for s in standings for p in s.positions for row in p.rows}
    return Origin(function, tuple(sorted(rows)))
