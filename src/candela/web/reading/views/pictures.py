"""How does a picture of a page, or the table under it, reach the reader?"""

from __future__ import annotations

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_cache_control

from candela.web.access import book_reader
from candela.web.books.models import Book
from candela.web.books.shelf import open_shelved
from candela.web.reading.asked import asked_exactly
from candela.web.reading.drawing import (
    Kind,
    Suffix,
    Wanted,
    drawing,
    drawing_tag,
    figure_of,
)
from candela.web.reading.sent import csv_file, named

__all__ = ["chart"]

CONTENT = {
    "svg": "image/svg+xml; charset=utf-8",
    "png": "image/png",
}
AN_HOUR = 3600


@book_reader
def chart(request: HttpRequest, book: Book, kind: Kind, suffix: Suffix) -> HttpResponse:
    """Give out a figure drawn on request, or its table."""
    contents = open_shelved(book)
    indicator = request.GET.get("indicator", "")
    found = asked_exactly(request, contents, indicator=indicator)
    wanted = Wanted(kind, found.organisation, indicator, found.period, found.peers)
    figure = figure_of(contents, wanted)
    if figure is None:
        raise Http404
    if suffix == "csv":
        return csv_file(replace(figure.table, name=figure.name))
    tag = f'"{drawing_tag(contents, wanted)}-{suffix}"'
    answer = get_conditional_response(request, etag=tag)
    if answer is None:
        drawn = drawing(contents, wanted, suffix)
        answer = HttpResponse(drawn, content_type=CONTENT[suffix])
        named(answer, f"{figure.name}.{suffix}", attachment=False)
    answer["ETag"] = tag
    patch_cache_control(answer, private=True, max_age=AN_HOUR)
    return answer
