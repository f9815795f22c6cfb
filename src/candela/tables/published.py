"""What does one row of each table read from a published file stand for?"""

from __future__ import annotations

from candela.tables.measures import MEASURES
from candela.tables.table import Column, TableSpec

__all__ = [
    "NAMED_MEASURES",
    "ORGANISATIONS",
    "ORGANISATION_MEASURES",
    "PUBLISHED_OUTCOMES",
    "RATINGS",
    "STUDIES",
    "SUCCESSIONS",
]

SOURCE_FILE = Column("source_file", "text", "file the row came from")
SOURCE_ROW = Column(
    "source_row", "count", "row in that file, counted from 1", minimum=1
)
ORG_CODE = Column("org_code", "text", "organisation code (ODS)")
PERIOD_START = Column("period_start", "date", "first day covered")
PERIOD_END = Column("period_end", "date", "last day covered")
VALUE_STATUS = Column(
    "value_status",
    "text",
    "missing, suppressed and zero are three different things",
    allowed=("ok", "suppressed", "missing"),
)

PUBLISHED_OUTCOMES = TableSpec(
    "published_outcomes",
    "one published, risk-adjusted outcome of one organisation in one period",
    ("indicator", "org_code", "period_start", "period_end"),
    (
        ORG_CODE,
        Column("org_name", "text", "name as published", nullable=True),
        Column("indicator", "text", "SHMI, or another standardised ratio"),
        PERIOD_START,
        PERIOD_END,
        Column("spells", "count", "spells in the period", nullable=True, minimum=0),
        Column("observed", "count", "deaths observed", nullable=True, minimum=0),
        Column("expected", "number", "deaths expected", nullable=True, minimum=0),
        Column("ratio", "number", "ratio as published", nullable=True, minimum=0),
        Column("rounding_base", "count", "counts are multiples of this", minimum=1),
        VALUE_STATUS,
        Column(
            "banding",
            "text",
            "published band",
            nullable=True,
            allowed=("higher", "as_expected", "lower"),
        ),
        Column("od95_lower", "number", "published 95% limit", nullable=True),
        Column("od95_upper", "number", "published 95% limit", nullable=True),
        Column("po998_lower", "number", "published 99.8% limit", nullable=True),
        Column("po998_upper", "number", "published 99.8% limit", nullable=True),
        SOURCE_FILE,
        SOURCE_ROW,
    ),
)

ORGANISATION_MEASURES = TableSpec(
    "organisation_measures",
    "one measure of one organisation in one period",
    ("org_code", "period_start", "period_end", "measure"),
    (
        ORG_CODE,
        Column("org_name", "text", "name as published", nullable=True),
        PERIOD_START,
        PERIOD_END,
        Column("measure", "text", "what was counted", allowed=tuple(MEASURES)),
        Column("value", "number", "the figure", nullable=True, minimum=0),
        VALUE_STATUS,
        SOURCE_FILE,
        SOURCE_ROW,
    ),
)

NAMED_MEASURES = TableSpec(
    "named_measures",
    "one measure of one organisation, known by its name only, in one period",
    ("org_name", "period_start", "period_end", "measure"),
    (
        Column("org_name", "text", "name as published"),
        Column("org_type", "text", "type as published", nullable=True),
        PERIOD_START,
        PERIOD_END,
        Column("measure", "text", "what was counted", allowed=tuple(MEASURES)),
        Column("value", "number", "the figure", nullable=True, minimum=0),
        VALUE_STATUS,
        SOURCE_FILE,
        SOURCE_ROW,
    ),
)

ORGANISATIONS = TableSpec(
    "organisations",
    "one organisation in one list",
    ("org_code", "source_file"),
    (
        ORG_CODE,
        Column("org_name", "text", "name in the list"),
        Column("region_code", "text", "national grouping (Y..)", nullable=True),
        Column("postcode", "text", "postcode of the head office", nullable=True),
        Column("open_date", "date", "day it opened", nullable=True),
        Column("close_date", "date", "day it closed", nullable=True),
        SOURCE_FILE,
        SOURCE_ROW,
    ),
)

SUCCESSIONS = TableSpec(
    "successions",
    "one organisation taking over from another on one day",
    ("predecessor_code", "successor_code", "effective_date"),
    (
        Column("predecessor_code", "text", "code that ended or gave something up"),
        Column("successor_code", "text", "code that took over"),
        Column("effective_date", "date", "first day of the new arrangement"),
        Column(
            "share",
            "number",
            "share of the predecessor taken over (0 to 1), where it is known",
            nullable=True,
            minimum=0,
        ),
        SOURCE_FILE,
        SOURCE_ROW,
    ),
)

STUDIES = TableSpec(
    "studies",
    "one study of the NIHR portfolio",
    ("study_id",),
    (
        Column("study_id", "text", "CPMS study identifier"),
        Column("short_name", "text", "short name of the study", nullable=True),
        Column("specialty", "text", "managing specialty", nullable=True),
        Column("lead_country", "text", "lead country", nullable=True),
        Column("status", "text", "study status", nullable=True),
        SOURCE_FILE,
        SOURCE_ROW,
    ),
)

RATINGS = TableSpec(
    "ratings",
    "one rating by the Care Quality Commission, as published on one day",
    (),
    (
        Column("provider_code", "text", "provider (for trusts the ODS code)"),
        Column(
            "location_code", "text", "location; empty for a provider", nullable=True
        ),
        Column("org_name", "text", "name as published", nullable=True),
        Column("provider_type", "text", "provider or location type", nullable=True),
        Column("service_group", "text", "service or population group"),
        Column("domain", "text", "Overall, Safe, Effective, ..."),
        Column("rating", "text", "rating as published"),
        Column(
            "rating_score",
            "number",
            "1 inadequate, 2 requires improvement, 3 good, 4 outstanding",
            nullable=True,
            minimum=1,
        ),
        Column("publication_date", "date", "day of publication", nullable=True),
        SOURCE_FILE,
        SOURCE_ROW,
    ),
)
