"""Which tables does a book hold, and what is in their columns?"""

from __future__ import annotations

from candela.publish.book_tables.association import (
    association_origin,
    association_table,
    left_out_one_table,
    not_done_table,
    panel_table,
)
from candela.publish.book_tables.basis import (
    name_matches_table,
    organisations_table,
    sources_table,
    succession_table,
)
from candela.publish.book_tables.outcomes import (
    funnel_summary_table,
    funnel_table,
    published_outcome_table,
    ratings_table,
)
from candela.publish.book_tables.participation import (
    concentration_table,
    participation_table,
)
from candela.publish.book_tables.peers import feature_table, peers_table
from candela.publish.book_tables.positions import (
    change_table,
    indicator_table,
    position_summary_table,
    position_table,
)
from candela.publish.csv_tables import PublishedTable
from candela.publish.disclosure import hidden_counts
from candela.publish.findings import Findings

__all__ = ["all_tables", "association_origin"]


def all_tables(found: Findings) -> tuple[PublishedTable, ...]:
    """Return every table of the book, in the order in which a reader wants them."""
    tables = [
        participation_table(found),
        published_outcome_table(found),
        funnel_table(found),
        funnel_summary_table(found),
        concentration_table(found),
        indicator_table(found),
        position_table(found),
        position_summary_table(found),
        change_table(found),
        feature_table(found),
        peers_table(found),
        organisations_table(found),
        succession_table(found),
        sources_table(found),
    ]
    if found.association is not None:
        hidden = hidden_counts(found.rates)
        tables[3:3] = [
            association_table(found.association, hidden),
            panel_table(found.association, hidden),
            left_out_one_table(found.association),
            not_done_table(found.association),
        ]
    if len(found.ratings):
        tables.append(ratings_table(found.ratings))
    if found.name_matches is not None:
        tables.append(name_matches_table(found.name_matches))
    return tuple(tables)
