"""How are the sizes of organisations published, and who is most like whom?"""

from __future__ import annotations

from candela.publish.book_tables.columns import END, ORG, START, number
from candela.publish.csv_tables import PublishedColumn, PublishedTable
from candela.publish.findings import Findings
from candela.publish.ledger import Origin
from candela.tables import Measure

__all__ = ["feature_table", "peers_table"]

UNITS = {"count": "", "fte": "whole-time equivalents", "beds": "beds, daily average"}


def feature_table(found: Findings) -> PublishedTable:
    """Return the sizes of each organisation."""
    return PublishedTable(
        "feature",
        "The sizes by which organisations are compared",
        (
            ORG,
            PublishedColumn("feature", "key of the size"),
            PublishedColumn("label", "what it is called"),
            number("value", "the size"),
            PublishedColumn("unit", "its unit"),
            START,
            END,
        ),
        [
            (
                f.org_code,
                f.measure.name,
                f.measure.label[0].upper() + f.measure.label[1:],
                f.value,
                _unit(f.measure),
                f.period.start,
                f.period.end,
            )
            for f in found.features
        ],
        _origin(found, "candela.indicators.peers.features_of"),
        (f"Organisations are followed by the policy {found.policy}.",),
    )


def peers_table(found: Findings) -> PublishedTable:
    """Return the nearest organisations of each, by each size and by all."""
    return PublishedTable(
        "peers",
        "The organisations most like each in size",
        (
            ORG,
            PublishedColumn("basis", "a size of feature.csv, or all of them"),
            number("place", "1 for the nearest"),
            PublishedColumn("peer_code", "code of the organisation in that place"),
            number("distance", "in standard deviations of the logarithm"),
        ),
        [(p.org_code, p.basis, p.place, p.peer_code, p.distance) for p in found.peers],
        _origin(found, "candela.indicators.peers.peers_of"),
        (
            "Over all sizes the distance is the root of the mean square over those "
            "that both have, at least half of them.",
        ),
    )


def _unit(measure: Measure) -> str:
    return UNITS[measure.unit] or measure.label


def _origin(found: Findings, function: str) -> Origin:
    rows = {row for feature in found.features for row in feature.rows}
    return Origin(function, tuple(sorted(rows)))
