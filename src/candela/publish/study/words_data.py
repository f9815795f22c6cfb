"""What does the report of a study say, as plain data that a page can show and trace?

The words that every book has stand first, about the first outcome; what a study has
besides stands under ``study``.
"""

from __future__ import annotations

import json
from typing import Any

from candela.publish.charts import Chart
from candela.publish.ledger import parts_of
from candela.publish.report import Report
from candela.publish.study.shown import ShownStudy
from candela.publish.study.words import CANNOT_TELL_YOU

__all__ = ["study_words"]


def study_words(found: ShownStudy, report: Report) -> bytes:
    """Return the report's sentences as JSON."""
    told = report.summary["outcomes"]
    first: dict[str, Any] = told[0] if told else {}
    trusts = {t.org_code for o in found.outcomes for t in o.trusts}
    periods = {t.period for o in found.outcomes for t in o.trusts}
    words = {
        "finding": parts_of(first.get("finding", "")),
        "verdict": first.get("verdict", ""),
        "verdict_sentence": parts_of(first.get("verdict_sentence", "")),
        "control": [],
        "official": [],
        "funnel": [],
        "comparison": parts_of(first.get("compared", "")),
        "cautions": list(found.cautions),
        "cannot_tell": [*found.cannot_tell, *CANNOT_TELL_YOU],
        "why_not": "" if told else "No outcome of the protocol could be counted.",
        "charts": [_chart(chart) for chart in report.charts],
        "span": f"{found.first_month} to {found.last_month}",
        "trusts": len(trusts),
        "periods": len(periods),
        "protocol": _protocol(found),
        "refused": [],
        "left_out": [],
        "doubts": [],
        "study": {
            "flow": parts_of(report.summary["flow"]),
            "outcomes": [_outcome(found, n, told[n]) for n in range(len(told))],
        },
    }
    content = {"made_up": found.made_up, "words": words}
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()


def _outcome(found: ShownStudy, place: int, told: dict[str, Any]) -> dict[str, Any]:
    outcome = found.outcomes[place]
    return {
        "name": outcome.name,
        "label": outcome.label,
        "question": outcome.question,
        "organisations": outcome.organisations,
        "finding": parts_of(told["finding"]),
        "verdict": told["verdict"],
        "verdict_sentence": parts_of(told["verdict_sentence"]),
        "relative": parts_of(told["relative"]),
        "compared": parts_of(told["compared"]),
        "sufficiency": [parts_of(sentence) for sentence in told["sufficiency"]],
        "cautions": list(outcome.cautions),
    }


def _chart(chart: Chart) -> dict[str, Any]:
    return {
        "name": chart.name,
        "title": chart.table.title,
        "finding": parts_of(chart.finding),
        "alt": chart.alt,
        "how_to_read": chart.how_to_read,
    }


def _protocol(found: ShownStudy) -> dict[str, Any]:
    protocol = found.protocol
    return {
        "name": protocol.name,
        "title": protocol.title,
        "mirrors": protocol.mirrors,
        "doi": protocol.doi,
        "comparison": protocol.comparison,
        "departures": list(protocol.departures),
        "windows": [
            f"{e.label}: {e.lag_years} year{'' if e.lag_years == 1 else 's'} before"
            for e in protocol.exposures
        ],
        "smallest_ratio_that_matters": float(
            min(o.smallest_ratio_that_matters for o in protocol.outcomes)
        ),
    }
