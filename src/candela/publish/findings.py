"""What does a book have to say?  Everything the rooms below found, in one value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from candela.association import Association
from candela.indicators import (
    DEFAULT_METHOD,
    Change,
    Feature,
    Funnel,
    Peer,
    Standing,
)
from candela.outcomes import Outcomes
from candela.participation import Concentration, Rate
from candela.sources import Folder
from candela.tables import Carried, Policy, Table

__all__ = ["Findings"]


@dataclass(frozen=True)
class Findings:
    """Everything a book says.

    Attributes
    ----------
    association, why_not
        The declared protocol's results; or nothing, and why it could not be run.
    outcomes
        Outcomes as reported: the funnels are of these, as the official ones are.
    published
        The ``PUBLISHED_OUTCOMES`` table they were read from.
    policy, carried
        How organisations were followed in everything else, and where each went.
    rates
        Research activity by organisation and year, and years running.
    standings, changes
        Where each organisation stands on each indicator, and whether that changed.
    features, peers
        The sizes of each organisation, and who is most like it in them.
    names
        Organisation names by code, the latest known.
    made_up
        Whether the figures are of the made-up nation.
    """

    folder: Folder
    published: Table
    ratings: Table
    name_matches: Table | None
    outcomes: Outcomes
    funnels: tuple[Funnel, ...]
    association: Association | None
    why_not: str
    policy: Policy
    carried: Carried
    rates: tuple[Rate, ...]
    standings: tuple[Standing, ...]
    changes: tuple[Change, ...]
    features: tuple[Feature, ...]
    peers: tuple[Peer, ...]
    concentrations: tuple[Concentration, ...]
    names: Mapping[str, str]
    made_up: bool
    cautions: tuple[str, ...]

    @property
    def latest_funnel(self) -> Funnel | None:
        """The funnel shown first: the last independent period, the default method."""
        shown = [
            f
            for f in self.funnels
            if f.method == DEFAULT_METHOD and f.period in self.outcomes.independent
        ]
        return shown[-1] if shown else None

    def official_funnel(self) -> Funnel | None:
        """The official rule's funnel of the same period."""
        latest = self.latest_funnel
        for funnel in self.funnels:
            if latest and funnel.period == latest.period and funnel.method == "shmi":
                return funnel
        return None
