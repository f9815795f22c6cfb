"""What is one row, in what unit, from where?"""

from __future__ import annotations

from candela.tables.measures import DENOMINATORS, MEASURES, Denominator, Measure
from candela.tables.names import (
    NAME_MATCHES,
    NameMatch,
    NameMatches,
    match_names,
    name_key,
)
from candela.tables.period import Period, independent_periods, span_words
from candela.tables.published import (
    NAMED_MEASURES,
    ORGANISATION_MEASURES,
    ORGANISATIONS,
    PUBLISHED_OUTCOMES,
    RATINGS,
    STUDIES,
    SUCCESSIONS,
)
from candela.tables.succession import Carried, Policy, Refusal, Succession
from candela.tables.table import Column, SourceFile, Table, TableSpec

__all__ = [
    "DENOMINATORS",
    "MEASURES",
    "NAMED_MEASURES",
    "NAME_MATCHES",
    "ORGANISATIONS",
    "ORGANISATION_MEASURES",
    "PUBLISHED_OUTCOMES",
    "RATINGS",
    "STUDIES",
    "SUCCESSIONS",
    "Carried",
    "Column",
    "Denominator",
    "Measure",
    "NameMatch",
    "NameMatches",
    "Period",
    "Policy",
    "Refusal",
    "SourceFile",
    "Succession",
    "Table",
    "TableSpec",
    "independent_periods",
    "match_names",
    "name_key",
    "span_words",
]
