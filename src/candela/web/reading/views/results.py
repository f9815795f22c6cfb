"""Did the two go together, and what changed since last time?"""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse

from candela.publish.contents import BookContents
from candela.publish.pages.analyses import analyses_page
from candela.publish.pages.analysis import analysis_page
from candela.publish.pages.compare import ComparePage, compare_page
from candela.publish.pages.parts import Target
from candela.web.access import book_reader, find_book
from candela.web.books.models import Book
from candela.web.books.shelf import open_shelved
from candela.web.parts import Link
from candela.web.reading.differences import differences_table
from candela.web.reading.kept import kept, kept_markup
from candela.web.reading.sent import csv_file
from candela.web.reading.showing import addresses_of, show, stored_pictures

__all__ = ["analyses", "analysis", "compare", "differences"]


@book_reader
def analyses(request: HttpRequest, book: Book) -> HttpResponse:
    """Show what was planned and what was run."""
    page = kept(analyses_page, open_shelved(book))
    return show(request, "analyses.html", page, addresses_of(book))


@book_reader
def analysis(request: HttpRequest, book: Book, name: str) -> HttpResponse:
    """Show the result of one declared protocol."""
    contents = open_shelved(book)
    page = kept(analysis_page, contents, name)
    if page is None:
        raise Http404
    to = addresses_of(book)
    return show(
        request,
        "analysis.html",
        page,
        to,
        above=[Link("Analyses", to(Target("analyses")))],
        caption=page.title,
        pictures=kept_markup(stored_pictures, contents, to, name),
    )


@book_reader
def compare(request: HttpRequest, book: Book, other_id: str) -> HttpResponse:
    """Show what differs between two books that this person may read."""
    found = _two_books(request, book, other_id)
    if isinstance(found, HttpResponse):
        return found
    older, newer = found
    page = kept(_compared, open_shelved(newer), open_shelved(older))
    to = addresses_of(newer, other=older)
    return show(request, "compare.html", page, to)


@book_reader
def differences(request: HttpRequest, book: Book, other_id: str) -> HttpResponse:
    """Give out every figure that differs."""
    found = _two_books(request, book, other_id)
    if isinstance(found, HttpResponse):
        return found
    older, newer = found
    return csv_file(differences_table(open_shelved(older), open_shelved(newer)))


def _two_books(
    request: HttpRequest, book: Book, other_id: str
) -> tuple[Book, Book] | HttpResponse:
    """Return two books, the older first; or the way to the sign-in."""
    other = find_book(request, other_id)
    if other is None and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    if other is None or other == book:
        raise Http404
    older, newer = sorted((book, other), key=lambda b: (str(b.built_on), b.added_at))
    return older, newer


def _compared(newer: BookContents, older: BookContents) -> ComparePage:
    return compare_page(older, newer)
