"""How are deaths, limits and ratings published?"""

from __future__ import annotations

from candela.publish.book_tables.columns import (
    END,
    INDICATOR,
    ORG,
    START,
    number,
    outcome_rows,
    table_rows,
)
from candela.publish.csv_tables import PublishedColumn, PublishedTable
from candela.publish.disclosure import HIDDEN
from candela.publish.findings import Findings
from candela.publish.ledger import Origin
from candela.tables import Table

__all__ = [
    "funnel_summary_table",
    "funnel_table",
    "published_outcome_table",
    "ratings_table",
]


def published_outcome_table(found: Findings) -> PublishedTable:
    """Return the published outcomes as read, with the row of each."""
    table = found.published
    rows = []
    for r in table.rows():
        hidden = HIDDEN if r["value_status"] == "suppressed" else None
        rows.append(
            (
                r["org_code"],
                r["indicator"],
                r["period_start"],
                r["period_end"],
                hidden or r["observed"],
                hidden or r["expected"],
                hidden or r["ratio"],
                r["rounding_base"],
                r["source_file"],
                r["source_row"],
            )
        )
    return PublishedTable(
        "published_outcome",
        "Deaths observed and expected as published",
        (
            ORG,
            INDICATOR,
            START,
            END,
            number("observed", "deaths observed", "deaths"),
            number("expected", "deaths expected", "deaths"),
            number("ratio", "ratio as published, never recomputed"),
            number("rounding_base", "counts are multiples of this"),
            PublishedColumn("source_file", "file the row came from"),
            number("source_row", "row in that file, counted from 1"),
        ),
        rows,
        Origin("candela.sources.folder.read_folder", table_rows(table)),
        (f"`{HIDDEN}` means that the publisher hid the figure.", *found.cautions),
    )


def funnel_table(found: Findings) -> PublishedTable:
    """Return every organisation against its limits, by period and method."""
    rows = [
        (
            funnel.indicator,
            funnel.period.start,
            funnel.period.end,
            funnel.method,
            r.org_code,
            r.observed,
            r.expected,
            r.ratio,
            r.lower95,
            r.upper95,
            r.lower998,
            r.upper998,
            r.band,
        )
        for funnel in found.funnels
        for r in funnel.rows
    ]
    return PublishedTable(
        "funnel",
        "Each organisation against its control limits, by method",
        (
            INDICATOR,
            START,
            END,
            PublishedColumn("method", "how the limits were made; see the methods"),
            ORG,
            number("observed", "deaths observed", "deaths"),
            number("expected", "deaths expected", "deaths"),
            number("ratio", "ratio as published"),
            number("lower95", "lower inner limit of the ratio"),
            number("upper95", "upper inner limit of the ratio"),
            number("lower998", "lower outer limit of the ratio"),
            number("upper998", "upper outer limit of the ratio"),
            PublishedColumn("band", "higher, as_expected or lower, by inner limits"),
        ),
        rows,
        Origin("candela.indicators.funnel.funnel_of", outcome_rows(found.outcomes)),
        (
            "Organisations as reported, as in the official publication.",
            "Method shmi repeats the official rule: 95% limits over-dispersed, 99.8% "
            "limits exact Poisson.",
            "Bands are not judgements; see funnel_summary for how many would fall "
            "outside by chance.",
        ),
    )


def funnel_summary_table(found: Findings) -> PublishedTable:
    """Return how many were outside, and how many would be by chance."""
    rows = [
        (
            f.indicator,
            f.period.start,
            f.period.end,
            f.method,
            len(f.rows),
            f.outside95,
            f.expected_outside95,
            f.outside998,
            f.expected_outside998,
            f.between_sd,
            f.scale,
            f.dispersion,
            " ".join(f.cautions),
        )
        for f in found.funnels
    ]
    return PublishedTable(
        "funnel_summary",
        "How many organisations were outside the limits, and how many by chance",
        (
            INDICATOR,
            START,
            END,
            PublishedColumn("method", "how the limits were made"),
            number("organisations", "organisations in the funnel"),
            number("outside95", "outside the inner limits"),
            number("expected_outside95", "outside the inner limits if none differed"),
            number("outside998", "outside the outer limits"),
            number("expected_outside998", "outside the outer limits if none differed"),
            number("between_sd", "standard deviation between organisations"),
            PublishedColumn("scale", "scale of that standard deviation"),
            number("dispersion", "mean squared z-score by the method's own rule"),
            PublishedColumn("cautions", "what to know"),
        ),
        rows,
        Origin("candela.indicators.funnel.funnel_of", outcome_rows(found.outcomes)),
    )


def ratings_table(ratings: Table) -> PublishedTable:
    """Return the inspection ratings as read; used in no analysis of this book."""
    columns = tuple(
        PublishedColumn(
            c.name, c.description, "number" if c.kind == "number" else c.kind
        )
        for c in ratings.spec.columns
    )
    return PublishedTable(
        "ratings",
        "Care Quality Commission ratings as published",
        columns,
        [tuple(row.values()) for row in ratings.rows()],
        Origin("candela.sources.folder.read_folder", table_rows(ratings)),
    )
