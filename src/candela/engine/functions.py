"""Which functions does each engine spell its own way?

They are made under one name when an engine opens, so that one text of SQL runs on all.

``days_between(first, last)``
    Whole days from one date to another, negative if the second is earlier.
``iso_date(text)``
    The date written as ``2020-03-31``, or null.
``compact_date(text)``
    The date written as ``20200331``, or null.
``whole_number(text)``
    The number written with digits alone (a minus is allowed), or null.
``text_matches(text, pattern)``
    Whether a pattern is found in a text; keep to classes, repeats and anchors.
"""

from __future__ import annotations

__all__ = ["DUCKDB_FUNCTIONS", "SPARK_FUNCTIONS"]

ISO = "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
COMPACT = "^[0-9]{8}$"
WHOLE = "^-?[0-9]{1,9}$"
DASHED = "SUBSTR(t, 1, 4) || '-' || SUBSTR(t, 5, 2) || '-' || SUBSTR(t, 7, 2)"

DUCKDB_FUNCTIONS = (
    "days_between(a, b) AS CAST(DATE_DIFF('day', CAST(a AS DATE), CAST(b AS DATE))"
    " AS INT)",
    f"iso_date(t) AS CASE WHEN REGEXP_MATCHES(t, '{ISO}') THEN TRY_CAST(t AS DATE) END",
    f"compact_date(t) AS CASE WHEN REGEXP_MATCHES(t, '{COMPACT}')"
    f" THEN TRY_CAST({DASHED} AS DATE) END",
    f"whole_number(t) AS CASE WHEN REGEXP_MATCHES(t, '{WHOLE}')"
    " THEN TRY_CAST(t AS INT) END",
    "text_matches(t, p) AS REGEXP_MATCHES(t, p)",
)
SPARK_FUNCTIONS = (
    "days_between(a DATE, b DATE) RETURNS INT RETURN DATEDIFF(b, a)",
    f"iso_date(t STRING) RETURNS DATE RETURN CASE WHEN t RLIKE '{ISO}'"
    " THEN TRY_CAST(t AS DATE) END",
    f"compact_date(t STRING) RETURNS DATE RETURN CASE WHEN t RLIKE '{COMPACT}'"
    f" THEN TRY_CAST({DASHED} AS DATE) END",
    f"whole_number(t STRING) RETURNS INT RETURN CASE WHEN t RLIKE '{WHOLE}'"
    " THEN TRY_CAST(t AS INT) END",
    "text_matches(t STRING, p STRING) RETURNS BOOLEAN RETURN t RLIKE p",
)
