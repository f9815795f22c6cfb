"""What do you want to know, and which organisation is it about?"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from candela.publish.contents import BookContents
from candela.publish.pages.compare import compare_page
from candela.publish.pages.find import find as find_in
from candela.publish.pages.home import HomePage, home_page
from candela.web.access import book_reader, public, signed_in
from candela.web.books.models import Book
from candela.web.books.shelf import open_shelved
from candela.web.reading.at_hand import OpenBook, book_before, first_book, own_place
from candela.web.reading.kept import kept
from candela.web.reading.showing import addresses_of, show
from candela.web.stories.door import what_is_behind

__all__ = ["book", "book_find", "find", "home", "my_organisation"]


@public
def home(request: HttpRequest) -> HttpResponse:
    """Show the first page of the book that opens first."""
    opened = first_book(request)
    return _first_page(request, opened) if opened else _no_book(request)


@book_reader
def book(request: HttpRequest, book: Book) -> HttpResponse:
    """Show the first page of one book."""
    return _first_page(request, OpenBook(book, open_shelved(book)))


@public
def find(request: HttpRequest) -> HttpResponse:
    """Find an organisation in the book that opens first."""
    opened = first_book(request)
    return _found(request, opened) if opened else _no_book(request)


@book_reader
def book_find(request: HttpRequest, book: Book) -> HttpResponse:
    """Find an organisation in one book."""
    return _found(request, OpenBook(book, open_shelved(book)))


@signed_in
def my_organisation(request: HttpRequest) -> HttpResponse:
    """Lead to one's own organisation in the newest book that knows it."""
    opened, code = own_place(request)
    if opened is not None:
        return redirect("organisation", opened.book.public_id, code)
    return render(request, "reading/no-place.html", {"code": code})


def _first_page(request: HttpRequest, opened: OpenBook) -> HttpResponse:
    request.book = opened.book  # type: ignore[attr-defined]
    before = book_before(request, opened.book)
    page = kept(_home, opened.contents, before.contents if before else None)
    to = addresses_of(opened.book, other=before.book if before else None)
    behind = what_is_behind(request)
    return show(request, "home.html", page, to, why=opened.why, behind=behind)


def _home(contents: BookContents, before: BookContents | None) -> HomePage:
    changed = compare_page(before, contents).finding if before is not None else ()
    return home_page(contents, changed=changed)


def _found(request: HttpRequest, opened: OpenBook) -> HttpResponse:
    request.book = opened.book  # type: ignore[attr-defined]
    page = find_in(opened.contents, request.GET.get("q", ""))
    return show(request, "find.html", page, addresses_of(opened.book))


def _no_book(request: HttpRequest) -> HttpResponse:
    return render(request, "reading/no-book.html")
