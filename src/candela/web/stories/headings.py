"""Under which headings of other schemes would our verified statements be filed?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

from candela.impact.claims import Claim
from candela.impact.crosswalk import gaps, schemes
from candela.impact.framework import framework
from candela.impact.rollup import Rollup
from candela.publish.csv_tables import PublishedColumn, PublishedTable, csv_text
from candela.publish.ledger import Origin

__all__ = ["headings_csv", "headings_json"]

NO_HOME = "(no heading of its own)"
COLUMNS = (
    ("label", "Label of the statement"),
    ("study", "Study"),
    ("title", "Title of the statement"),
    ("statement", "The statement"),
    ("kind", "Code of the kind of change"),
    ("kind_label", "Kind of change"),
    ("direction", "Which way it changed"),
    ("scheme", "The other scheme"),
    ("heading", "Where it would be filed there"),
)


def headings_csv(rolled: Rollup, studies: dict[str, str]) -> str:
    """Return the statements, a row for each heading of each scheme."""
    table = PublishedTable(
        name="statements-by-heading",
        title="Verified statements under the headings of other schemes",
        columns=tuple(PublishedColumn(name, words) for name, words in COLUMNS),
        rows=[list(row) for row in _rows(rolled, studies)],
        origin=Origin("candela.impact.crosswalk.crosswalk", ()),
    )
    return csv_text(table)


def _rows(rolled: Rollup, studies: dict[str, str]) -> Iterator[tuple[str, ...]]:
    for claim in rolled.counted:
        told = _told(claim, studies)
        for scheme in schemes().values():
            for heading in scheme.kinds.get(claim.kind, ()) or (NO_HOME,):
                yield (*told, scheme.title, heading)


def _told(claim: Claim, studies: dict[str, str]) -> tuple[str, ...]:
    kind = framework().kinds.get(claim.kind)
    return (
        claim.label,
        studies.get(claim.study, ""),
        claim.title,
        claim.text,
        claim.kind,
        "" if kind is None else kind.label,
        claim.direction.words,
    )


def headings_json(
    rolled: Rollup, studies: dict[str, str], *, organisation: str, today: date
) -> bytes:
    """Return the same as JSON, with the kinds that have no home in each scheme."""
    kinds = framework().kinds
    content: dict[str, Any] = {
        "schema": "candela-headings-1",
        "organisation": organisation,
        "dated": today.isoformat(),
        "coverage": {
            "eligible": rolled.coverage.eligible,
            "asked": rolled.coverage.asked,
            "with_statements": rolled.coverage.with_claims,
        },
        "schemes": {
            code: {
                "title": scheme.title,
                "no_home": [kinds[kind].label for kind in gaps(code)],
            }
            for code, scheme in schemes().items()
        },
        "statements": [
            {
                **dict(
                    zip((n for n, _ in COLUMNS), _told(claim, studies), strict=False)
                ),
                "headings": {
                    code: list(scheme.kinds.get(claim.kind, ()))
                    for code, scheme in schemes().items()
                },
            }
            for claim in rolled.counted
        ],
    }
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode()
