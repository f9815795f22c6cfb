"""How do patients fare, fairly compared?"""

from __future__ import annotations

from candela.outcomes.mortality import (
    StandardisedMortality,
    TrustMortality,
    standardised_mortality,
)
from candela.outcomes.published import (
    SHMI_CAUTION,
    Outcomes,
    PublishedOutcome,
    published_outcomes,
    recomputed_ratio,
)

__all__ = [
    "SHMI_CAUTION",
    "Outcomes",
    "PublishedOutcome",
    "StandardisedMortality",
    "TrustMortality",
    "published_outcomes",
    "recomputed_ratio",
    "standardised_mortality",
]
