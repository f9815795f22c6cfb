"""A claim with everything in order, for tests to change one thing of."""

from __future__ import annotations

from datetime import date
from typing import Any

from candela.impact.claims import (
    Beneficiary,
    Claim,
    Contribution,
    Direction,
    Evidence,
    EvidenceKind,
    EvidenceQuality,
    Horizon,
    Intent,
    Level,
    Pathway,
    Realised,
    Role,
    Sensitivity,
    Verification,
)

ROTA = Evidence(
    label="E1",
    kind=EvidenceKind.DOCUMENT,
    title="Ward rota",
    dated=date(2025, 1, 14),
    quality=EvidenceQuality.INTERNAL,
    sensitivity=Sensitivity.INTERNAL,
)


def a_claim(**changes: Any) -> Claim:
    """Return a claim that could be verified, with these things changed."""
    usual: dict[str, Any] = {
        "label": "S-17",
        "study": "heron",
        "service": "diabetes",
        "title": "Foot checks on the ward",
        "text": "The ward now checks feet at admission.",
        "kind": "W1",
        "direction": Direction.POSITIVE,
        "intent": Intent.INTENDED,
        "beneficiaries": frozenset({Beneficiary.OTHER_PATIENTS}),
        "level": Level.SERVICE,
        "horizon": Horizon.DURING,
        "realised": Realised.REALISED,
        "pathway": Pathway.TAKING_PART,
        "contribution": Contribution.SHARED,
        "verification": Verification.SELF_REPORT,
        "state": "verified",
        "groups": frozenset({Role.CLINICIAN}),
        "evidence": (ROTA,),
    }
    return Claim(**(usual | changes))
