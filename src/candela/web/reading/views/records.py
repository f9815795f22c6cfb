"""Where do figures come from, and how are they taken away?"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePosixPath

from django.http import Http404, HttpRequest, HttpResponse

from candela.publish.pages.downloads import downloads_page
from candela.publish.pages.parts import Fact, plain
from candela.publish.pages.sources import sources_page
from candela.publish.pages.trace import TracePage, trace
from candela.web.access import book_reader
from candela.web.books.attachments import attachment
from candela.web.books.models import Book
from candela.web.books.shelf import book_files, open_shelved
from candela.web.reading.kept import kept
from candela.web.reading.showing import addresses_of, show

__all__ = ["downloads", "file", "number", "sources"]

REPORT = "report.html"
MOST_NUMBERS = 30  # of one sentence
QUESTION_OF_SEVERAL = "Where did these numbers come from?"
HEADINGS = ("What it is", "As printed")  # what a number is called, the first there is
ROWS = "From rows of "


@book_reader
def sources(request: HttpRequest, book: Book) -> HttpResponse:
    """Show every file that the book was made of."""
    page = kept(sources_page, open_shelved(book))
    return show(request, "sources.html", page, addresses_of(book))


@book_reader
def downloads(request: HttpRequest, book: Book) -> HttpResponse:
    """Show everything that can be taken away."""
    page = kept(downloads_page, open_shelved(book))
    names = book_files(book)
    places = {PurePosixPath(n).stem: n for n in names if n.endswith(".csv")}
    return show(
        request,
        "downloads.html",
        page,
        addresses_of(book),
        places=places,
        report=REPORT in names,
    )


@book_reader
def number(request: HttpRequest, book: Book, names: str) -> HttpResponse:
    """Show where printed numbers came from: rule, rows, value before rounding."""
    contents = open_shelved(book)
    asked = list(dict.fromkeys(names.split(",")))[:MOST_NUMBERS]
    pages = [page for name in asked if (page := trace(contents, name)) is not None]
    if not pages:
        raise Http404
    return show(
        request,
        "number.html",
        pages[0],
        addresses_of(book),
        numbers=[_NumberTraced.of(page) for page in pages],
        question=QUESTION_OF_SEVERAL if len(pages) > 1 else pages[0].question,
    )


@dataclass(frozen=True)
class _NumberTraced:
    """One number: what to call it, what is known, and the rows it came from."""

    heading: str
    facts: tuple[Fact, ...]
    rows: tuple[Fact, ...]

    @classmethod
    def of(cls, page: TracePage) -> _NumberTraced:
        rows = tuple(f for f in page.facts if f.term.startswith(ROWS))
        told = {fact.term: plain(fact.words) for fact in page.facts}
        heading_of = next((term for term in HEADINGS if told.get(term)), "")
        heading = told.get(heading_of, page.name)
        facts = tuple(f for f in page.facts if f not in rows and f.term != heading_of)
        return cls(heading[:1].upper() + heading[1:], facts, rows)


@book_reader
def file(request: HttpRequest, book: Book, path: str) -> HttpResponse:
    """Give out one file of the book, as it was written."""
    try:
        return attachment(book, path)
    except KeyError:
        raise Http404 from None
