"""Small books as values, for tests of what their pages say.

Four made-up organisations: ``A`` (Quillmere) took over from ``OLD`` (Brackenford);
``B`` (Harrowbeck) and ``C`` (Tansyvale) stand beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

from candela.publish.contents import BookContents, BookTable
from candela.publish.pages.parts import Number

A, B, C, OLD = "ZA1", "ZB2", "ZC3", "ZX9"
NAMES = {
    A: "Quillmere Hospitals",
    B: "Harrowbeck Infirmary",
    C: "Tansyvale Hospital",
    OLD: "Brackenford Cottage Hospital",
}
JOINED = "participants_recruited_by_staff_clinical_fte"
INDICATORS: tuple[dict[str, Any], ...] = (
    {
        "indicator": "shmi",
        "label": "Deaths compared with expected (SHMI)",
        "question": "Do as many people die as would be expected?",
        "definition": "Deaths, divided by the deaths expected from who was admitted",
        "unit": "times the deaths expected",
        "kind": "outcome",
        "measure": "SHMI",
        "denominator": "expected",
        "per": 1.0,
        "counts_people": False,
        "method": "shmi",
    },
    {
        "indicator": JOINED,
        "label": "Participants recruited, all studies",
        "question": "How many people join studies, for our size?",
        "definition": "People who joined any study in the year, by size",
        "unit": "people per 100 doctors and nurses",
        "kind": "activity",
        "measure": "participants_recruited",
        "denominator": "staff_clinical_fte",
        "per": 100.0,
        "counts_people": True,
        "method": "activity",
    },
)
NOTHING = dict.fromkeys(
    (
        "count",
        "size",
        "value",
        "lower",
        "upper",
        "expected",
        "lower95",
        "upper95",
        "lower998",
        "upper998",
        "third",
        "sustained_years",
    )
)


def year(first: int) -> dict[str, date]:
    """Return the columns of a financial year."""
    return {
        "period_start": date(first, 4, 1),
        "period_end": date(first + 1, 3, 31),
    }


def deaths(code: str = A, first: int = 2022, **more: Any) -> dict[str, Any]:
    """Return a figure of deaths: 1,050 of 1,000 expected, not different."""
    row = {
        **NOTHING,
        "org_code": code,
        "indicator": "shmi",
        **year(first),
        "count": 1050.0,
        "size": 1000.0,
        "value": 1.05,
        "lower": 0.987,
        "upper": 1.115,
        "expected": 1.0,
        "lower95": 0.83,
        "upper95": 1.2,
        "lower998": 0.75,
        "upper998": 1.33,
        "verdict": "as_expected",
        "nothing": "",
    }
    return {**row, **more}


def joined(code: str = A, first: int = 2022, **more: Any) -> dict[str, Any]:
    """Return a figure of recruitment: 415 people by 2,000 doctors and nurses."""
    row = {
        **NOTHING,
        "org_code": code,
        "indicator": JOINED,
        **year(first),
        "count": 415.0,
        "size": 2000.0,
        "value": 20.75,
        "lower": 18.8,
        "upper": 22.8,
        "expected": 20.2,
        "lower95": 8.0,
        "upper95": 51.2,
        "lower998": 4.7,
        "upper998": 87.0,
        "verdict": "as_expected",
        "nothing": "",
        "third": 2.0,
        "sustained_years": 3.0,
    }
    return {**row, **more}


HIDDEN = {
    "count": "*",
    "value": "*",
    "lower": "*",
    "upper": "*",
    "verdict": "no_limits",
    "nothing": "hidden",
    "third": None,
    "sustained_years": None,
}
NOT_REPORTED = {
    **NOTHING,
    "verdict": "no_limits",
    "nothing": "not_reported",
}


def summary(indicator: str = "shmi", first: int = 2022, **more: Any) -> dict[str, Any]:
    """Return all organisations together: 3 of 141 outside the outer limits."""
    row = {
        "indicator": indicator,
        **year(first),
        "organisations": 141.0,
        "outside95": 14.0,
        "expected_outside95": 7.05,
        "outside998": 3.0,
        "expected_outside998": 0.282,
        "between_sd": 0.089,
        "lower_quartile": 0.935,
        "median": 1.0,
        "upper_quartile": 1.05,
        "why_no_limits": "",
    }
    return {**row, **more}


def change(
    kind: str, code: str = A, indicator: str = "shmi", **more: Any
) -> dict[str, Any]:
    """Return what a series says of change."""
    row = {
        "org_code": code,
        "indicator": indicator,
        "points": {"one_point": 1.0, "two_points": 2.0, "short": 8.0}.get(kind, 14.0),
        "kind": kind,
        "previous": 1.02,
        "latest": 1.05,
        "mean": None,
        "lower": None,
        "upper": None,
        "signal_period_start": None,
        "signal_period_end": None,
        "signal": "",
    }
    return {**row, **more}


def table(name: str, rows: Iterable[Mapping[str, Any]]) -> BookTable:
    """Return a table with the columns of its first row."""
    found = tuple(rows)
    columns = tuple(
        {"name": column, "datatype": "string", "description": f"the {column}"}
        for column in (found[0] if found else ())
    )
    return BookTable(
        name, f"Table {name}", columns, found, (), {"function": f"make.{name}"}
    )


OF_THE_BOOK = (
    "words",
    "numbers",
    "origins",
    "inputs",
    "settings",
    "altered",
    "made_up",
    "seal",
    "built_on",
    "charts",
    "software",
    "choices",
    "left_out",
)


def book(*positions: Mapping[str, Any], **tables: Any) -> BookContents:
    """Return a book of these figures; other tables by name, the rest by keyword.

    ``words``, ``numbers``, ``inputs``, ``settings``, ``altered``, ``made_up``,
    ``seal`` and ``built_on`` are those of the book itself.
    """
    own = {key: tables.pop(key) for key in OF_THE_BOOK if key in tables}
    names = tables.pop("names", NAMES)
    rows = {
        "indicator": INDICATORS,
        "position": positions,
        "organisations": [
            {"org_code": code, "name": name, "has_outcome": True}
            for code, name in names.items()
        ],
        **tables,
    }
    return BookContents(
        **{
            "seal": "1a2b3c4d5e6f7a8b",
            "made_up": True,
            "built_on": date(2025, 5, 1),
            "software": {"candela": "0.1.0"},
            "settings": {"policy": "successor_at=2022-04-01", "protocol": "plan"},
            "inputs": (),
            "choices": (),
            "left_out": (),
            **own,
        },
        tables={name: table(name, of) for name, of in rows.items() if of is not None},
    )


MERGED = [
    {
        "org_code": OLD,
        "successors": A,
        "what": "counted for its successor",
        "why": None,
    }
]
DIVIDED = [
    {"org_code": OLD, "successors": f"{A} {B}", "what": "left out", "why": "no shares"}
]


def said(thing: Any) -> Iterator[str]:
    """Yield every text of a page: sentences whole, the rest as it stands."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, Number):
        yield thing.words
    elif isinstance(thing, tuple) and any(isinstance(part, Number) for part in thing):
        yield "".join(p if isinstance(p, str) else p.words for p in thing)
    elif isinstance(thing, tuple | list | frozenset):
        for part in thing:
            yield from said(part)
    elif is_dataclass(thing):
        for field in fields(thing):
            if field.name not in NOT_SAID:
                yield from said(getattr(thing, field.name))


# Keys, file names and tables as data are not sentences.
NOT_SAID = frozenset(
    {"table_name", "key", "more", "kind", "code", "indicator", "name", "codes"}
    | {"peer_codes", "seal", "number", "target", "verdict", "nothing", "rows_drawn"}
    | {"own", "ringed", "highlighted", "differences", "doi"}
)

# Never about anything: worth a question, different from expected, went with ...
FORBIDDEN = re.compile(
    "|".join(
        (
            r"\brisks?\b",
            r"\bat risk\b",
            r"\bred\b",
            r"\bfail\w*",
            r"\bpoor\w*",
            r"\bworst\b",
            r"\bunderperform\w*",
            r"\bbest\b",
            r"\btop\b(?![- ](?:thirds?|ten)\b)",  # a third is no rank
            r"\bleading\b",
            r"\branks?\b",
            r"\branking\w*",
            r"\branked (?:first|second|third|\d)",
            r"\boutliers?\b",
            r"\beffects?\b",
            r"\bimpact\b",
            r"\bimprove\w*",
            r"\bsaves? lives\b",
            r"\bdue to\b",
            r"\bproves?\b",
            r"(?<!not )\bshows? that\b",
            r"\bsignifican\w*",
            r"(?<!little or )\bno difference\b",
            r"\bgaming\b",
            r"\bmanipulat\w*",
            r"\bsubjects?\b",
            r"\bsuppressed\b",
            r"\bredacted\b",
            r"\binvalid\b",
            r"\bsubmit\w*",
            r"\boops\b",
            r"\bplease note\b",
            r"\bKPI\b",
            r"\bXmR\b",
            r"\btrend\b",
            r"\b95% sure\b",
            r"\brefused to\b",
            r"\bnon-compliant\b",
            r"\bimpact score\b",
            r"\breturn on investment\b",
        )
    ),
    re.IGNORECASE,
)


def forbidden_in(text: str) -> list[str]:
    """Return the words of a text that may not be said."""
    return FORBIDDEN.findall(text)
