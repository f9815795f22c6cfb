"""What would the data look like if we knew the truth?"""

from __future__ import annotations

from candela.nation.design import NationDesign
from candela.nation.files import forget_nation, write_nation
from candela.nation.society import Nation, make_nation
from candela.nation.structure import Structure, Takeover, Trust
from candela.nation.trust_years import TrustYears, trust_years
from candela.nation.truth import Truth

__all__ = [
    "Nation",
    "NationDesign",
    "Structure",
    "Takeover",
    "Trust",
    "TrustYears",
    "Truth",
    "forget_nation",
    "make_nation",
    "trust_years",
    "write_nation",
]
