"""What does the report say, as plain data that a page can show and trace?

Each sentence is a list of its parts: text, and numbers by their name in the ledger.
"""

from __future__ import annotations

import json
from typing import Any

from candela.association import Protocol
from candela.publish.charts import Chart
from candela.publish.findings import Findings
from candela.publish.ledger import parts_of
from candela.publish.report import Report
from candela.publish.words import CANNOT_TELL_YOU

__all__ = ["words_json"]


def words_json(found: Findings, report: Report, protocol: Protocol) -> bytes:
    """Return the report's sentences as JSON."""
    summary = report.summary
    association = summary["association"] or {}
    funnel = next((c for c in report.charts if c.name == "funnel_shown"), None)
    words = {
        "finding": parts_of(association.get("finding", "")),
        "verdict": association.get("verdict", ""),
        "verdict_sentence": parts_of(association.get("verdict_sentence", "")),
        "control": parts_of(association.get("control", "")),
        "official": parts_of(summary["official"]),
        "funnel": [] if funnel is None else parts_of(funnel.finding),
        "comparison": parts_of(association.get("comparison", "")),
        "stand_ins": parts_of(association.get("stand_ins", "")),
        "cautions": list(found.cautions),
        "cannot_tell": list(CANNOT_TELL_YOU),
        "why_not": found.why_not,
        "charts": [_chart(chart) for chart in report.charts],
        "span": summary["span"],
        "trusts": len({row.org_code for row in found.outcomes.rows}),
        "periods": len(found.outcomes.periods),
        "protocol": _protocol(protocol, association.get("windows", [])),
        "refused": [f"{refusal}." for refusal in summary["refused"]],
        "left_out": [*summary["unused"], *association.get("left_out", [])],
        "doubts": [str(note) for note in summary["doubts"]],
    }
    content = {"made_up": found.made_up, "words": words}
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "name": chart.name,
        "title": chart.table.title,
        "finding": parts_of(chart.finding),
        "alt": chart.alt,
        "how_to_read": chart.how_to_read,
    }


def _protocol(protocol: Protocol, windows: list[str]) -> dict[str, Any]:
    """Return what was declared, and when research was counted."""
    return {
        "name": protocol.name,
        "title": protocol.title,
        "mirrors": protocol.mirrors,
        "doi": protocol.doi,
        "comparison": protocol.comparison,
        "departures": list(protocol.departures),
        "windows": list(windows),
        "smallest_ratio_that_matters": protocol.smallest_ratio_that_matters,
    }
