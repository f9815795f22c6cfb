"""Where does each organisation stand, has it changed, and who is like it?

The indicators of a book: deaths compared with expected, and each measure of research
activity at hand by one size, that of the protocol's own analysis where it could be run.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from candela.association import Association, Material, Protocol
from candela.indicators import (
    Change,
    Feature,
    Funnel,
    Indicator,
    Peer,
    Standing,
    activity_standings,
    changes,
    features_of,
    outcome_standings,
    peers_of,
)
from candela.outcomes import Outcomes
from candela.publish.disclosure import Count
from candela.tables import DENOMINATORS, MEASURES, Measure, Policy

__all__ = ["Placed", "placed"]

EXPECTED = "expected"  # what deaths are divided by: those expected


@dataclass(frozen=True)
class Placed:
    """Everything that is said of single organisations on the book's indicators."""

    standings: tuple[Standing, ...]
    changes: tuple[Change, ...]
    features: tuple[Feature, ...]
    peers: tuple[Peer, ...]


def placed(
    material: Material,
    protocol: Protocol,
    policy: Policy,
    *,
    outcomes: Outcomes,
    funnels: Sequence[Funnel],
    association: Association | None,
    stand_ins: Mapping[Count, float],
) -> Placed:
    """Return the standings, changes, sizes and peers of a book.

    Parameters
    ----------
    outcomes, funnels
        As reported: deaths are placed as the official publication places them.
    stand_ins
        What takes the place of each count that may not be shown.
    """
    deaths = outcomes.indicator
    series = [
        outcome_standings(
            outcomes,
            funnels,
            indicator=Indicator(deaths.lower(), "outcome", deaths, EXPECTED, 1),
        )
    ]
    followed = material.outcomes_of(deaths, policy)
    sizes = _sizes(material, protocol, association)
    series += [
        _activity(material, policy, measure, sizes, followed, stand_ins)
        for measure in MEASURES.values()
        if measure.kind == "activity" and material.has(measure.name)
    ]
    found = [standings for standings in series if standings]
    features = _features(material, policy, followed, found)
    return Placed(
        tuple(standing for standings in found for standing in standings),
        tuple(change for standings in found for change in changes(standings)),
        features,
        peers_of(features),
    )


def _sizes(
    material: Material, protocol: Protocol, association: Association | None
) -> list[str]:
    """Return the sizes at hand in the order in which activity is divided by them."""
    wanted = [name for e in protocol.exposures for name in e.denominators]
    if association is not None:
        wanted.insert(0, association.panel.design.denominator)
    return [n for n in dict.fromkeys((*wanted, *DENOMINATORS)) if material.has(n)]


def _activity(
    material: Material,
    policy: Policy,
    measure: Measure,
    sizes: Sequence[str],
    followed: Outcomes,
    stand_ins: Mapping[Count, float],
) -> tuple[Standing, ...]:
    """Return the standings of one measure by the first size that gives any."""
    own = {
        (code, period): value
        for (code, period, of), value in stand_ins.items()
        if of == measure.name
    }
    for size in sizes:
        found = activity_standings(
            material.figures_of(measure.name, policy),
            material.figures_of(size, policy),
            indicator=Indicator(
                f"{measure.name}_by_{size}",
                "activity",
                measure.name,
                size,
                DENOMINATORS[size].per,
            ),
            outcomes=followed,
            stand_ins=own,
        )
        if found:
            return found
    return ()


def _features(
    material: Material,
    policy: Policy,
    followed: Outcomes,
    series: Sequence[Sequence[Standing]],
) -> tuple[Feature, ...]:
    """Return the sizes of every organisation with a position, at the last period."""
    last = max(
        (standing.period for standings in series for standing in standings),
        key=lambda period: (period.end, period.start),
    )
    codes = {
        position.org_code
        for standings in series
        for standing in standings
        for position in standing.positions
    } | {row.org_code for row in followed.rows}
    sizes = [
        material.figures_of(measure.name, policy)
        for measure in MEASURES.values()
        if measure.kind == "structure" and material.has(measure.name)
    ]
    return features_of(sizes, codes, period=last)
