"""Which columns of a book's tables do pages rely on, and what may stand in them?

A table that is not named here is shown as it is.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["CHOICES", "FILLED", "NEEDED"]

# Columns that pages rely on, and what they hold.
NEEDED: Mapping[str, Mapping[str, str]] = {
    "indicator": {
        "indicator": "string",
        "label": "string",
        "question": "string",
        "definition": "string",
        "unit": "string",
        "kind": "string",
        "measure": "string",
        "denominator": "string",
        "per": "number",
        "counts_people": "boolean",
        "method": "string",
    },
    "position": {
        "org_code": "string",
        "indicator": "string",
        "period_start": "date",
        "period_end": "date",
        "count": "number",
        "size": "number",
        "value": "number",
        "lower": "number",
        "upper": "number",
        "expected": "number",
        "lower95": "number",
        "upper95": "number",
        "lower998": "number",
        "upper998": "number",
        "verdict": "string",
        "nothing": "string",
        "third": "number",
        "sustained_years": "number",
    },
    "position_summary": {
        "indicator": "string",
        "period_start": "date",
        "period_end": "date",
        "organisations": "number",
        "outside95": "number",
        "expected_outside95": "number",
        "outside998": "number",
        "expected_outside998": "number",
        "between_sd": "number",
        "lower_quartile": "number",
        "median": "number",
        "upper_quartile": "number",
        "why_no_limits": "string",
    },
    "change": {
        "org_code": "string",
        "indicator": "string",
        "points": "number",
        "kind": "string",
        "previous": "number",
        "latest": "number",
        "mean": "number",
        "lower": "number",
        "upper": "number",
        "signal_period_start": "date",
        "signal_period_end": "date",
        "signal": "string",
    },
    "feature": {
        "org_code": "string",
        "feature": "string",
        "label": "string",
        "value": "number",
        "unit": "string",
        "period_start": "date",
        "period_end": "date",
    },
    "peers": {
        "org_code": "string",
        "basis": "string",
        "place": "number",
        "peer_code": "string",
        "distance": "number",
    },
    "organisations": {"org_code": "string", "name": "string", "has_outcome": "boolean"},
    "succession": {"org_code": "string", "successors": "string", "what": "string"},
    "participation": {
        "org_code": "string",
        "period_start": "date",
        "period_end": "date",
        "measure": "string",
        "denominator": "string",
        "value": "number",
        "unit": "string",
    },
    "published_outcome": {
        "org_code": "string",
        "indicator": "string",
        "period_start": "date",
        "period_end": "date",
        "observed": "number",
        "expected": "number",
        "ratio": "number",
        "source_file": "string",
        "source_row": "number",
    },
    "sources": {
        "file": "string",
        "recognised_as": "string",
        "rows": "number",
        "period_start": "date",
        "period_end": "date",
        "sha256": "string",
        "publisher": "string",
        "licence": "string",
        "notes": "string",
    },
}

# Columns of those tables that are never empty.
FILLED: Mapping[str, frozenset[str]] = {
    "indicator": frozenset(("indicator", "label", "kind", "measure")),
    "position": frozenset(
        ("org_code", "indicator", "period_start", "period_end", "verdict")
    ),
    "position_summary": frozenset(
        ("indicator", "period_start", "period_end", "organisations")
    ),
    "change": frozenset(("org_code", "indicator", "points", "kind")),
    "feature": frozenset(("org_code", "feature", "label", "value")),
    "peers": frozenset(("org_code", "basis", "place", "peer_code", "distance")),
    "organisations": frozenset(("org_code",)),
    "succession": frozenset(("org_code",)),
    "sources": frozenset(("file",)),
}

CHOICES: Mapping[tuple[str, str], frozenset[str | None]] = {
    ("indicator", "kind"): frozenset(("outcome", "activity")),
    ("position", "verdict"): frozenset(
        (
            "higher",
            "possibly_higher",
            "as_expected",
            "possibly_lower",
            "lower",
            "no_limits",
        )
    ),
    ("position", "nothing"): frozenset((None, "hidden", "not_reported")),
    ("change", "kind"): frozenset(
        ("one_point", "two_points", "short", "no_signal", "signal")
    ),
}
