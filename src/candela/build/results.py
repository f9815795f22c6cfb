"""What do the results look like to a program?  Typed results as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from candela.association import Association
from candela.publish.findings import Findings

__all__ = ["results_of"]


def results_of(found: Findings) -> dict[str, bytes]:
    """Return the typed results of a book, by file name."""
    written: dict[str, Any] = {
        "funnels": [
            {
                "indicator": f.indicator,
                "period": str(f.period),
                "method": f.method,
                "organisations": len(f.rows),
                "outside95": f.outside95,
                "expected_outside95": f.expected_outside95,
                "outside998": f.outside998,
                "expected_outside998": f.expected_outside998,
                "between_sd": f.between_sd,
                "scale": f.scale,
                "dispersion": f.dispersion,
                "cautions": list(f.cautions),
            }
            for f in found.funnels
        ],
        "association": {"why_not": found.why_not}
        if found.association is None
        else _association(found.association),
    }
    return {
        f"results/{name}.json": (
            json.dumps(
                {"made_up": found.made_up, name: content}, indent=1, ensure_ascii=False
            )
            + "\n"
        ).encode()
        for name, content in written.items()
    }


def _association(a: Association) -> dict[str, Any]:
    panel = a.panel
    return {
        "protocol": a.protocol.name,
        "protocol_sha256": a.protocol.sha256,
        "policy": str(panel.policy),
        "exposure": a.primary.exposure,
        "dose_low": a.dose_low,
        "dose_high": a.dose_high,
        "adjusted_for": list(panel.covariate_names),
        "outcome_periods": [str(p) for p in panel.distinct_periods],
        "exposure_windows": [
            {"outcome": str(o), "from": str(s), "to": str(e)}
            for o, s, e in panel.exposure_windows
        ],
        "verdict": {
            "kind": a.verdict.kind.value,
            "smallest_ratio_that_matters": a.verdict.smallest_ratio_that_matters,
            "times_information": a.verdict.times_information,
        },
        "analyses": [
            {
                "name": x.name,
                "label": x.label,
                "primary": x.primary,
                "design": x.design,
                "exposure": x.exposure,
                "p_holm": x.p_holm,
                **asdict(x.estimate),
            }
            for x in a.analyses
        ],
        "not_done": [asdict(n) for n in a.not_done],
        "left_out": [asdict(left) for left in panel.left],
        "refused": [str(r) for r in panel.refused],
    }
