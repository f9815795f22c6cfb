"""How are activity and its concentration published?"""

from __future__ import annotations

from candela.publish.book_tables.columns import END, ORG, START, number, rate_rows
from candela.publish.csv_tables import PublishedColumn, PublishedTable
from candela.publish.disclosure import HIDDEN, NOTE, hidden_counts, protected
from candela.publish.findings import Findings
from candela.publish.ledger import Origin

__all__ = ["concentration_table", "participation_table"]


UNKNOWN = "A figure that its publisher hid or left blank has no row: it is not zero."


def participation_table(found: Findings) -> PublishedTable:
    """Return research activity by organisation and year."""
    hidden = hidden_counts(found.rates)
    rows = [
        (
            r.org_code,
            r.period.start,
            r.period.end,
            r.measure,
            r.denominator,
            HIDDEN if (r.org_code, r.period, r.measure) in hidden else r.value,
            r.unit,
        )
        for r in found.rates
    ]
    return PublishedTable(
        "participation",
        "Research activity of each organisation by year",
        (
            ORG,
            START,
            END,
            PublishedColumn("measure", "what was counted"),
            PublishedColumn("denominator", "size it is divided by, or none"),
            number("value", "the figure, or * where hidden"),
            PublishedColumn("unit", "unit of the value"),
        ),
        rows,
        Origin("candela.participation.rates.rates", rate_rows(found.rates)),
        (NOTE, UNKNOWN, f"Organisations are followed by the policy {found.policy}."),
    )


def concentration_table(found: Findings) -> PublishedTable:
    """Return how concentrated each measure was, by year."""
    rows = [
        (
            c.measure,
            c.period.start,
            c.period.end,
            c.organisations,
            c.total,
            c.gini,
            c.gini_lower,
            c.gini_upper,
            c.top_ten_share,
            c.top_lower,
            c.top_upper,
        )
        for c in map(protected, found.concentrations)
    ]
    return PublishedTable(
        "concentration",
        "How concentrated research is between organisations, by year",
        (
            PublishedColumn("measure", "what was counted"),
            START,
            END,
            number("organisations", "organisations with a figure"),
            number("total", "all of them together"),
            number("gini", "0: all the same; near 1: one has all"),
            number("gini_lower", "lower end of its 95% bootstrap interval"),
            number("gini_upper", "upper end of its 95% bootstrap interval"),
            number("top_ten_share", "share of the ten with most (0 to 1)"),
            number("top_lower", "lower end of its 95% bootstrap interval"),
            number("top_upper", "upper end of its 95% bootstrap interval"),
        ),
        rows,
        Origin(
            "candela.participation.concentration.concentration",
            rate_rows(found.rates),
        ),
        (
            "Totals of people have 4 in the place of each hidden count, or a number "
            "worked out from a shown total. They are rounded to the nearest 5 on their "
            "own, and shares of them to the digits that do not give the total away.",
        ),
    )
