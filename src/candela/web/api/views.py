"""What does each address answer?"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest
from django.urls import reverse

from candela.publish.pages.analyses import analyses_page
from candela.publish.pages.analysis import analysis_page
from candela.publish.pages.funnel import funnel_page
from candela.publish.pages.held import held
from candela.publish.pages.home import home_page
from candela.publish.pages.indicator import period_chosen
from candela.publish.pages.nothings import kind_of_nothing
from candela.publish.pages.organisation import organisation_page
from candela.publish.pages.parts import plain
from candela.publish.pages.trace import trace
from candela.web.accounts.models import User
from candela.web.api.answers import (
    RULES,
    about,
    indicator_answer,
    notes_of,
    organisation_answer,
    period_answer,
    position_answer,
    summary_answer,
    table_cells,
    view_answer,
)
from candela.web.api.asking import NotUnderstood, about_a_book, about_everything
from candela.web.api.endpoints import MOST_ROWS, ROWS
from candela.web.api.openapi import document
from candela.web.books.models import Book, readable_books
from candela.web.books.shelf import open_shelved
from candela.web.reading.kept import kept
from candela.web.scoping import across_organisations
from candela.web.stories.public_list import public_rows

__all__ = ["VIEWS", "nothing_here", "openapi"]

Answer = dict[str, Any]
WHOLE = re.compile(r"[0-9]{1,6}")


@about_everything
def openapi(request: HttpRequest) -> Answer:
    """Describe every address."""
    return document()


@about_everything
def nothing_here(request: HttpRequest, rest: str) -> Answer:
    """Answer that there is no such address."""
    raise Http404


@about_everything
def books(request: HttpRequest) -> Answer:
    """List the books that this person may read."""
    user = request.user if isinstance(request.user, User) else None
    with across_organisations():
        found = list(readable_books(user).select_related("organisation"))
    return {"books": [about(book) for book in found], "notes": list(RULES)}


@about_everything
def stories(request: HttpRequest) -> Answer:
    """List the reports of what research changed that anybody may read."""
    return {
        "stories": [
            {
                "id": row.public_id,
                "title": row.title,
                "organisation": row.organisation,
                "released_on": row.released.isoformat(),
                "made_up": row.made_up,
                "seal": row.seal,
                "address": row.address,
                "data": reverse("story-file", args=[row.public_id, "json"]),
            }
            for row in public_rows()
        ],
        "notes": list(RULES),
    }


@about_a_book
def book(request: HttpRequest, book: Book) -> Answer:
    """Tell what a book says first, and what it holds."""
    contents = open_shelved(book)
    return {
        "book": about(book),
        "finding": plain(kept(home_page, contents).finding),
        "software": dict(contents.software),
        "tables": [
            {
                "name": name,
                "title": contents.tables[name].title,
                "address": reverse("api-table", args=[book.public_id, name]),
            }
            for name in contents.tables
        ],
        "altered": sorted(contents.altered),
        "notes": notes_of(contents),
    }


@about_a_book
def organisations(request: HttpRequest, book: Book) -> Answer:
    """List the organisations of a book."""
    contents = open_shelved(book)
    known = held(contents)
    return {
        "book": about(book),
        "organisations": [
            organisation_answer(book, code, known.name(code)) for code in known.codes
        ],
        "notes": notes_of(contents),
    }


@about_a_book
def organisation(request: HttpRequest, book: Book, code: str) -> Answer:
    """Tell where one organisation stands on every indicator."""
    contents = open_shelved(book)
    page = kept(organisation_page, contents, code, ())
    if page is None:
        raise Http404
    known = held(contents)
    positions = []
    for indicator in known.indicators.values():
        period = period_chosen(known, indicator, "", code=code)
        position = known.position(code, indicator.key, period) if period else None
        if position is not None and period is not None:
            nothing = kind_of_nothing(known, code, indicator, period)
            positions.append(position_answer(position, nothing))
    return {
        "book": about(book),
        "organisation": organisation_answer(book, code, known.name(code)),
        "finding": plain(page.finding),
        "positions": positions,
        "cannot_tell": list(page.cannot_tell),
        "notes": notes_of(contents),
    }


@about_a_book
def indicators(request: HttpRequest, book: Book) -> Answer:
    """List the indicators of a book."""
    contents = open_shelved(book)
    known = held(contents)
    return {
        "book": about(book),
        "indicators": [
            indicator_answer(book, known, one) for one in known.indicators.values()
        ],
        "notes": notes_of(contents),
    }


@about_a_book
def indicator(request: HttpRequest, book: Book, key: str) -> Answer:
    """Tell where every organisation stands on one indicator."""
    contents = open_shelved(book)
    known = held(contents)
    one = known.indicators.get(key)
    if one is None:
        raise Http404
    asked = request.GET.get("period", "")
    period = period_chosen(known, one, asked)
    page = kept(funnel_page, contents, key, asked, "", ())
    if period is None or page is None or period not in known.periods(key):
        raise NotUnderstood(
            "period",
            "this indicator has no such period",
            "Take the `key` of one of its periods, or leave it out for the latest.",
        )
    return {
        "book": about(book),
        "indicator": indicator_answer(book, known, one),
        "period": period_answer(period),
        "finding": plain(page.finding),
        "summary": summary_answer(known.summaries.get((key, period))),
        "positions": [
            position_answer(p, kind_of_nothing(known, p.org_code, one, period))
            for p in known.in_period(key, period)
        ],
        "cannot_tell": list(page.cannot_tell),
        "notes": notes_of(contents),
    }


@about_a_book
def analyses(request: HttpRequest, book: Book) -> Answer:
    """Tell what was planned and what was run."""
    contents = open_shelved(book)
    page = kept(analyses_page, contents)
    listed = []
    for first, *_ in page.table.rows:
        if first.target is not None:
            place = reverse("api-analysis", args=[book.public_id, first.target.key])
            name = first.target.key
            listed.append({"name": name, "title": first.words, "address": place})
    return {
        "book": about(book),
        "finding": plain(page.finding),
        "analyses": listed,
        "notes": notes_of(contents),
    }


@about_a_book
def analysis(request: HttpRequest, book: Book, analysis: str) -> Answer:
    """Tell the result of one declared protocol."""
    contents = open_shelved(book)
    page = kept(analysis_page, contents, analysis)
    if page is None:
        raise Http404
    return {
        "book": about(book),
        "name": page.name,
        "title": page.title,
        "question": page.question,
        "verdict": page.verdict,
        "finding": plain(page.finding),
        "how_sure": plain(page.how_sure),
        "explanations": view_answer(page.explanations),
        "analyses": view_answer(page.analyses),
        "departures": list(page.departures),
        "cautions": list(page.cautions),
        "cannot_tell": list(page.cannot_tell),
        "notes": notes_of(contents),
    }


@about_a_book
def table(request: HttpRequest, book: Book, table: str) -> Answer:
    """Give some rows of a table, and where the next ones are."""
    contents = open_shelved(book)
    found = contents.tables.get(table)
    if found is None:
        raise Http404
    rows = _whole(request, "rows", ROWS, MOST_ROWS)
    pages = max(1, -(-len(found.rows) // rows))
    page = _whole(request, "page", 1, pages)

    def place(n: int) -> str | None:
        if not 1 <= n <= pages:
            return None
        here = reverse("api-table", args=[book.public_id, table])
        return f"{here}?{urlencode({'page': n, 'rows': rows})}"

    return {
        "book": about(book),
        "name": found.name,
        "title": found.title,
        "columns": [dict(column) for column in found.columns],
        "rows": table_cells(found, (page - 1) * rows, rows),
        "paging": {
            "page": page,
            "pages": pages,
            "rows": len(found.rows),
            "next": place(page + 1),
            "previous": place(page - 1),
        },
        "notes": notes_of(contents, *found.notes),
    }


@about_a_book
def number(request: HttpRequest, book: Book, printed: str) -> Answer:
    """Tell where a printed number came from."""
    contents = open_shelved(book)
    page = trace(contents, printed)
    if page is None:
        raise Http404
    return {
        "book": about(book),
        "name": page.name,
        "facts": [{"term": f.term, "words": plain(f.words)} for f in page.facts],
        "notes": notes_of(contents),
    }


def _whole(request: HttpRequest, name: str, usual: int, most: int) -> int:
    """Return a whole number from 1 to ``most`` that may stand in the address."""
    given = request.GET.get(name, "")
    if not given:
        return usual
    number = int(given) if WHOLE.fullmatch(given) else 0
    if not 1 <= number <= most:
        raise NotUnderstood(
            name,
            f"`{name}` is not a whole number from 1 to {most}",
            f"Give one, or leave it out for {usual}.",
        )
    return number


VIEWS = {
    "books": books,
    "stories": stories,
    "book": book,
    "organisations": organisations,
    "organisation": organisation,
    "indicators": indicators,
    "indicator": indicator,
    "analyses": analyses,
    "analysis": analysis,
    "table": table,
    "number": number,
}
