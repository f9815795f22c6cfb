"""What would a regulator see?"""

from __future__ import annotations

from candela.indicators.funnel import (
    DEFAULT_METHOD,
    Funnel,
    FunnelRow,
    funnel_of,
    outcome_funnels,
)

__all__ = ["DEFAULT_METHOD", "Funnel", "FunnelRow", "funnel_of", "outcome_funnels"]
