"""How are we doing, who is like us, and what does one indicator say?"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse

from candela.publish.contents import BookContents
from candela.publish.pages.funnel import funnel_page
from candela.publish.pages.indicator import indicator_page
from candela.publish.pages.organisation import OrganisationPage, organisation_page
from candela.publish.pages.parts import Target
from candela.publish.pages.peers import peers_page
from candela.web.access import book_reader
from candela.web.books.models import Book
from candela.web.books.shelf import open_shelved
from candela.web.parts import Link
from candela.web.reading.asked import asked
from candela.web.reading.at_hand import book_before
from candela.web.reading.kept import kept, kept_markup
from candela.web.reading.showing import (
    addresses_of,
    funnel_pictures,
    hidden_or_not_found,
    indicator_pictures,
    show,
)

__all__ = ["funnel", "indicator", "organisation", "peers"]


@book_reader
def organisation(request: HttpRequest, book: Book, code: str) -> HttpResponse:
    """Show one organisation: what is worth a question first."""
    contents = open_shelved(book)
    choices = asked(request, contents, code=code)
    before = book_before(request, book)
    earlier = before.contents if before is not None else None
    page = kept(_organisation, contents, code, choices.peers, earlier)
    if page is None:
        raise Http404
    return show(
        request,
        "organisation.html",
        page,
        addresses_of(book, choices, other=before.book if before is not None else None),
        notes=choices.notes,
        caption=page.name,
    )


def _organisation(
    contents: BookContents,
    code: str,
    peers: tuple[str, ...],
    earlier: BookContents | None,
) -> OrganisationPage | None:
    return organisation_page(contents, code, peers, earlier=earlier)


@book_reader
def peers(request: HttpRequest, book: Book, code: str) -> HttpResponse:
    """Show who is most like an organisation, and let peers be chosen."""
    contents = open_shelved(book)
    choices = asked(request, contents, code=code)
    page = kept(peers_page, contents, code, choices.basis or "all", choices.peers)
    if page is None:
        raise Http404
    to = addresses_of(book, choices)
    return show(
        request,
        "peers.html",
        page,
        to,
        above=[Link(page.name, to(Target("organisation", code)))],
        notes=choices.notes,
        caption=page.name,
        basis=choices.basis,
    )


@book_reader
def indicator(request: HttpRequest, book: Book, code: str, key: str) -> HttpResponse:
    """Show what one indicator says about one organisation."""
    contents = open_shelved(book)
    choices = asked(request, contents, code=code, indicator=key)
    to = addresses_of(book, choices)
    page = kept(indicator_page, contents, code, key, choices.period, choices.peers)
    if page is None:
        return hidden_or_not_found(request, contents, to)
    return show(
        request,
        "indicator.html",
        page,
        to,
        above=[Link(page.name, to(Target("organisation", code)))],
        notes=choices.notes,
        caption=f"{page.name}, {page.period}",
        pictures=kept_markup(indicator_pictures, contents, to, code, key),
    )


@book_reader
def funnel(request: HttpRequest, book: Book, key: str) -> HttpResponse:
    """Show all organisations on one indicator."""
    contents = open_shelved(book)
    choices = asked(request, contents, indicator=key)
    to = addresses_of(book, choices)
    page = kept(
        funnel_page, contents, key, choices.period, choices.organisation, choices.peers
    )
    if page is None:
        return hidden_or_not_found(request, contents, to)
    return show(
        request,
        "funnel.html",
        page,
        to,
        notes=choices.notes,
        caption=f"{page.label}, {page.period}",
        pictures=kept_markup(funnel_pictures, contents, to, key),
    )
