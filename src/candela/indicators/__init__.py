"""What would a regulator see?"""

from __future__ import annotations

from candela.indicators.activity import activity_standings
from candela.indicators.funnel import (
    DEFAULT_METHOD,
    Funnel,
    FunnelRow,
    funnel_of,
    outcome_funnels,
)
from candela.indicators.peers import Feature, Peer, features_of, peers_of
from candela.indicators.position import (
    Indicator,
    Limits,
    Position,
    Standing,
    Verdict,
    outcome_standings,
)
from candela.indicators.trend import FALSE_ALARMS, Change, changes

__all__ = [
    "DEFAULT_METHOD",
    "FALSE_ALARMS",
    "Change",
    "Feature",
    "Funnel",
    "FunnelRow",
    "Indicator",
    "Limits",
    "Peer",
    "Position",
    "Standing",
    "Verdict",
    "activity_standings",
    "changes",
    "features_of",
    "funnel_of",
    "outcome_funnels",
    "outcome_standings",
    "peers_of",
]
