"""Do the two go together, how sure are we, what else could explain it?"""

from __future__ import annotations

from candela.association.gathering import build_panel
from candela.association.material import Material
from candela.association.panel import Left, Panel
from candela.association.primary import primary_analysis
from candela.association.protocol import Covariate, Exposure, Protocol, shipped_protocol
from candela.association.result import (
    Analysis,
    Association,
    DoseCurve,
    NotDone,
    Third,
    p_words,
)
from candela.association.trust_level import associate
from candela.association.verdict import Verdict, verdict_of

__all__ = [
    "Analysis",
    "Association",
    "Covariate",
    "DoseCurve",
    "Exposure",
    "Left",
    "Material",
    "NotDone",
    "Panel",
    "Protocol",
    "Third",
    "Verdict",
    "associate",
    "build_panel",
    "p_words",
    "primary_analysis",
    "shipped_protocol",
    "verdict_of",
]
