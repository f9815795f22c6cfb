"""What does each answer look like?  JSON Schema, in small pieces put together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

__all__ = ["CELL", "ERROR", "Schema", "array", "fields", "maybe", "only"]

Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}
WHOLE: Schema = {"type": "integer"}
YES_NO: Schema = {"type": "boolean"}
DAY: Schema = {"type": "string", "format": "date"}
ADDRESS: Schema = {"type": "string", "description": "An address of this service."}
CELL: Schema = {
    "type": ["number", "string", "boolean", "null"],
    "description": "`*` is hidden to protect people; null is no figure.",
}
ANY: Schema = {"type": "object"}


def maybe(schema: Schema) -> Schema:
    """Return the schema of a thing that may be null."""
    return {**schema, "type": [schema["type"], "null"]}


def only(*words: str) -> Schema:
    """Return the schema of one of some words."""
    return {"type": "string", "enum": list(words)}


def array(of: Schema) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": of}


def fields(**of: Schema) -> Schema:
    """Return the schema of an object that has these fields and no other."""
    return {
        "type": "object",
        "properties": dict(of),
        "required": list(of),
        "additionalProperties": False,
    }


BOOK = fields(
    id=TEXT,
    title=TEXT,
    owner=TEXT,
    built_on=DAY,
    made_up=YES_NO,
    public=YES_NO,
    seal=TEXT,
    address=ADDRESS,
)
STORY = fields(
    id=TEXT,
    title=TEXT,
    organisation=TEXT,
    released_on=DAY,
    made_up=YES_NO,
    seal=TEXT,
    address=ADDRESS,
    data=ADDRESS,
)
PERIOD = fields(first_day=DAY, last_day=DAY, key=TEXT)
ORGANISATION = fields(code=TEXT, name=TEXT, address=ADDRESS)
INDICATOR = fields(
    key=TEXT,
    label=TEXT,
    question=TEXT,
    definition=TEXT,
    unit=TEXT,
    kind=TEXT,
    counts_people=YES_NO,
    method=TEXT,
    periods=array(PERIOD),
    address=ADDRESS,
)
VERDICTS = only(
    "higher",
    "possibly_higher",
    "as_expected",
    "possibly_lower",
    "lower",
    "no_limits",
)
NOTHING = only("", "none", "not_yet", "not_reported", "hidden", "does_not_apply")
POSITION = fields(
    organisation=TEXT,
    indicator=TEXT,
    period=PERIOD,
    count=maybe(NUMBER),
    size=maybe(NUMBER),
    value=maybe(NUMBER),
    lower=maybe(NUMBER),
    upper=maybe(NUMBER),
    expected=maybe(NUMBER),
    lower95=maybe(NUMBER),
    upper95=maybe(NUMBER),
    lower998=maybe(NUMBER),
    upper998=maybe(NUMBER),
    verdict=VERDICTS,
    nothing=NOTHING,
)
SUMMARY = fields(
    organisations=maybe(NUMBER),
    outside95=maybe(NUMBER),
    expected_outside95=maybe(NUMBER),
    outside998=maybe(NUMBER),
    expected_outside998=maybe(NUMBER),
    between_sd=maybe(NUMBER),
    lower_quartile=maybe(NUMBER),
    median=maybe(NUMBER),
    upper_quartile=maybe(NUMBER),
    why_no_limits=TEXT,
)
COLUMN = fields(name=TEXT, datatype=TEXT, description=TEXT, unit=TEXT)
PAGING = fields(
    page=WHOLE, pages=WHOLE, rows=WHOLE, next=maybe(ADDRESS), previous=maybe(ADDRESS)
)
FACT = fields(term=TEXT, words=TEXT)
PAGE_TABLE = fields(
    caption=TEXT, headings=array(TEXT), rows=array(array(TEXT)), notes=array(TEXT)
)
ERROR = fields(what=TEXT, where=TEXT, what_to_do=TEXT)


def answer(**of: Schema) -> Schema:
    """Return the schema of an answer about one book."""
    return fields(book=BOOK, **of, notes=array(TEXT))
