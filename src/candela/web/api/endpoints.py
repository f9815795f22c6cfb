"""Which addresses can a program ask, and what does it get?  The one table.

The addresses of Django, ``openapi.json``, the reference page and the tests all follow
from it.  Nothing here needs a database.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from candela.web.api import schemas
from candela.web.api.schemas import Schema, answer, array, fields

__all__ = ["ENDPOINTS", "IN_PATH", "MOST_ROWS", "Endpoint", "Parameter"]

MOST_ROWS = 1000
ROWS = 100


@dataclass(frozen=True)
class Parameter:
    """Something that may stand in the query of an address."""

    name: str
    words: str
    schema: Schema


@dataclass(frozen=True)
class Endpoint:
    """One address below ``/api/v1/``.

    ``path`` has its parts in braces, such as ``{book}``; ``everything`` says that it
    answers about all books and not one.
    """

    name: str
    path: str
    summary: str
    schema: Schema
    query: tuple[Parameter, ...] = field(default=())
    everything: bool = False


# Parts of addresses, their kind in Django's addresses, and what they are.
IN_PATH: Mapping[str, tuple[str, str]] = {
    "book": ("book", "what names the book in addresses"),
    "code": ("name", "code of an organisation"),
    "key": ("name", "key of an indicator"),
    "analysis": ("name", "name of an analysis"),
    "table": ("name", "name of a table"),
    "printed": ("name", "name of a number, as in the link “Where from?”"),
}

PERIOD = Parameter(
    "period",
    "First and last day, such as 2022-04-01_2023-03-31; without it the latest.",
    schemas.TEXT,
)

ENDPOINTS = (
    Endpoint(
        "books",
        "books/",
        "The books that you may read",
        fields(books=array(schemas.BOOK), notes=array(schemas.TEXT)),
        everything=True,
    ),
    Endpoint(
        "stories",
        "stories/",
        "Public reports of what research changed",
        fields(stories=array(schemas.STORY), notes=array(schemas.TEXT)),
        everything=True,
    ),
    Endpoint(
        "book",
        "books/{book}/",
        "One book: what it says first, and what it holds",
        answer(
            finding=schemas.TEXT,
            software=schemas.ANY,
            tables=array(
                fields(name=schemas.TEXT, title=schemas.TEXT, address=schemas.ADDRESS)
            ),
            altered=array(schemas.TEXT),
        ),
    ),
    Endpoint(
        "organisations",
        "books/{book}/organisations/",
        "The organisations of a book",
        answer(organisations=array(schemas.ORGANISATION)),
    ),
    Endpoint(
        "organisation",
        "books/{book}/organisations/{code}/",
        "One organisation on every indicator, in its latest period",
        answer(
            organisation=schemas.ORGANISATION,
            finding=schemas.TEXT,
            positions=array(schemas.POSITION),
            cannot_tell=array(schemas.TEXT),
        ),
    ),
    Endpoint(
        "indicators",
        "books/{book}/indicators/",
        "The indicators of a book",
        answer(indicators=array(schemas.INDICATOR)),
    ),
    Endpoint(
        "indicator",
        "books/{book}/indicators/{key}/",
        "Every organisation on one indicator in one period",
        answer(
            indicator=schemas.INDICATOR,
            period=schemas.PERIOD,
            finding=schemas.TEXT,
            summary=schemas.maybe(schemas.SUMMARY),
            positions=array(schemas.POSITION),
            cannot_tell=array(schemas.TEXT),
        ),
        (PERIOD,),
    ),
    Endpoint(
        "analyses",
        "books/{book}/analyses/",
        "What was planned and what was run",
        answer(
            finding=schemas.TEXT,
            analyses=array(
                fields(name=schemas.TEXT, title=schemas.TEXT, address=schemas.ADDRESS)
            ),
        ),
    ),
    Endpoint(
        "analysis",
        "books/{book}/analyses/{analysis}/",
        "The result of one declared protocol",
        answer(
            name=schemas.TEXT,
            title=schemas.TEXT,
            question=schemas.TEXT,
            verdict=schemas.TEXT,
            finding=schemas.TEXT,
            how_sure=schemas.TEXT,
            explanations=schemas.maybe(schemas.PAGE_TABLE),
            analyses=schemas.maybe(schemas.PAGE_TABLE),
            departures=array(schemas.TEXT),
            cautions=array(schemas.TEXT),
            cannot_tell=array(schemas.TEXT),
        ),
    ),
    Endpoint(
        "table",
        "books/{book}/tables/{table}/",
        "One table of a book, page by page",
        answer(
            name=schemas.TEXT,
            title=schemas.TEXT,
            columns=array(schemas.COLUMN),
            rows=array(array(schemas.CELL)),
            paging=schemas.PAGING,
        ),
        (
            Parameter("page", "Page, from 1.", {"type": "integer", "minimum": 1}),
            Parameter(
                "rows",
                f"Rows of a page, {ROWS} without it.",
                {"type": "integer", "minimum": 1, "maximum": MOST_ROWS},
            ),
        ),
    ),
    Endpoint(
        "number",
        "books/{book}/numbers/{printed}/",
        "Where a printed number came from",
        answer(name=schemas.TEXT, facts=array(schemas.FACT)),
    ),
)
