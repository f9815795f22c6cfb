"""Who may read this book, and what can be done about it?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render

from candela.errors import CandelaError
from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.books import actions
from candela.web.books.attachments import whole_book
from candela.web.books.forms import RenameBook, ShareBook
from candela.web.books.models import Book
from candela.web.books.states import choices_of, line
from candela.web.books.versions import earlier_version
from candela.web.jobs.models import Job
from candela.web.jobs.words import progress
from candela.web.parts import JobProgress

__all__ = [
    "download",
    "propose",
    "publish",
    "remove",
    "rename",
    "restore",
    "settings",
    "share",
    "take_back",
    "unpublish",
    "unshare",
    "withdraw",
]


@member(Permission.SEE_BOOKS)
def settings(request: Any, book_id: str) -> HttpResponse:
    """Show how a book stands, who may read it, and what can be done."""
    return _page(request, _book(request, book_id))


def _book(request: Any, book_id: str, *, to_change: bool = False) -> Book:
    """Return a book of the organisation; locked, where it is going to be changed."""
    books = Book.objects.filter(public_id=book_id)
    if to_change:
        book = books.select_for_update().first()
    else:
        book = books.select_related("added_by", "proposed_by", "published_by").first()
    if book is None:
        raise Http404
    book.organisation = request.organisation
    return book


def _page(request: Any, book: Book, **forms: Any) -> HttpResponse:
    """Return the page, perhaps with a form that was sent back."""
    if book.state == Book.State.READY:
        request.book = book  # its name, and that it is made up, stand round the page
    shares = list(book.shares.select_related("reader", "shared_by"))
    check = actions.check_of(book) if book.state == Book.State.CHECKING else None
    check_over = check is None or check.is_over
    context = {
        "caption": book.title,
        "organisation": request.organisation,
        "book": book,
        "line": line(
            book, [share.reader.name for share in shares], check_over=check_over
        ),
        "shares": shares,
        "choices": choices_of(book, request.membership, check_over=check_over),
        "check": check,
        "progress": _progress(request, check),
        "earlier": earlier_version(book, request.user),
        "rename_form": RenameBook(initial={"title": book.title}),
        "share_form": ShareBook(book=book),
        "in_error": any(form.errors for form in forms.values()),
        "sent_back": next(iter(forms.values()), None),
        **forms,
    }
    return render(request, "books/book.html", context)


def _progress(request: Any, check: Job | None) -> JobProgress | None:
    """Return how far a check is, for who may see jobs."""
    if check is None or not request.membership.may(Permission.SEE_JOBS):
        return None
    return progress(check, request.organisation.slug, datetime.now(UTC))


def _sent(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lead who only opens the address of a change to the page of the book."""

    @wraps(view)
    def checked(request: Any, book_id: str) -> HttpResponse:
        if request.method != "POST":
            return redirect("book-settings", request.organisation.slug, book_id)
        return view(request, book_id)

    return checked


def _change(
    request: Any, book: Book, change: Callable[..., object], words: str, **more: object
) -> HttpResponse:
    """Change a book; say what was done, or why it cannot be."""
    try:
        change(book=book, by=request.user, **more)
    except CandelaError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, words.format(title=book.title))
    return redirect("book-settings", request.organisation.slug, book.public_id)


@member(Permission.ADD_BOOKS, writes=True)
@_sent
def rename(request: Any, book_id: str) -> HttpResponse:
    """Give a book another title."""
    book = _book(request, book_id, to_change=True)
    form = RenameBook(request.POST)
    if not form.is_valid():
        return _page(request, book, rename_form=form)
    title = form.cleaned_data["title"]
    done = "The book is now called “{title}”."
    return _change(request, book, actions.rename, done, title=title)


@member(Permission.PROPOSE_BOOKS, writes=True)
@_sent
def propose(request: Any, book_id: str) -> HttpResponse:
    """Propose that anybody may read a book."""
    book = _book(request, book_id, to_change=True)
    seal = request.POST.get("seal", "")
    done = "“{title}” is proposed. A publisher decides whether anybody may read it."
    return _change(request, book, actions.propose, done, seal=seal)


@member(Permission.SEE_BOOKS, writes=True)
@_sent
def take_back(request: Any, book_id: str) -> HttpResponse:
    """End a proposal, as its author or as a publisher."""
    book = _book(request, book_id, to_change=True)
    publishes = request.membership.may(Permission.PUBLISH_BOOKS)
    done = "“{title}” is no longer proposed."
    return _change(request, book, actions.take_back, done, publishes=publishes)


@member(Permission.PUBLISH_BOOKS, writes=True)
@_sent
def publish(request: Any, book_id: str) -> HttpResponse:
    """Let anybody read a book that another person proposed."""
    book = _book(request, book_id, to_change=True)
    seal = request.POST.get("seal", "")
    done = "Anybody can now read “{title}”."
    return _change(request, book, actions.publish, done, seal=seal)


@member(Permission.PUBLISH_BOOKS, writes=True)
@_sent
def unpublish(request: Any, book_id: str) -> HttpResponse:
    """Let only members read a book again."""
    book = _book(request, book_id, to_change=True)
    done = "“{title}” is no longer public. Copies that others took are still theirs."
    return _change(request, book, actions.unpublish, done)


@member(Permission.PUBLISH_BOOKS, writes=True)
@_sent
def share(request: Any, book_id: str) -> HttpResponse:
    """Let another organisation read a book."""
    book = _book(request, book_id, to_change=True)
    form = ShareBook(request.POST, book=book)
    if not form.is_valid():
        return _page(request, book, share_form=form)
    done = "“{title}” is now shared. All members of that organisation can read it."
    reader = form.cleaned_data["reader"]
    return _change(request, book, actions.share, done, reader=reader)


@member(Permission.PUBLISH_BOOKS, writes=True)
@_sent
def unshare(request: Any, book_id: str) -> HttpResponse:
    """Stop letting another organisation read a book."""
    book = _book(request, book_id, to_change=True)
    number = request.POST.get("reader", "")
    reader = int(number) if number.isascii() and number.isdigit() else 0
    done = "“{title}” is no longer shared with them."
    return _change(request, book, actions.unshare, done, reader_id=reader)


@member(Permission.PUBLISH_BOOKS, writes=True)
@_sent
def withdraw(request: Any, book_id: str) -> HttpResponse:
    """Let nobody read a book, for 30 days until it is deleted."""
    book = _book(request, book_id, to_change=True)
    done = "“{title}” was withdrawn. You can restore it for 30 days."
    return _change(request, book, actions.withdraw, done)


@member(Permission.PUBLISH_BOOKS, writes=True)
@_sent
def restore(request: Any, book_id: str) -> HttpResponse:
    """Give a withdrawn book back to all who could read it."""
    book = _book(request, book_id, to_change=True)
    done = "“{title}” was restored. Whoever could read it before can read it again."
    return _change(request, book, actions.restore, done)


@member(Permission.ADD_BOOKS, writes=True)
@_sent
def remove(request: Any, book_id: str) -> HttpResponse:
    """Take a book off the list that was never shown."""
    book = _book(request, book_id, to_change=True)
    answer = _change(request, book, actions.remove, "“{title}” is off the list.")
    return answer if book.pk else redirect("books", request.organisation.slug)


@member(Permission.SEE_BOOKS, writes=True)
@_sent
def download(request: Any, book_id: str) -> HttpResponse | StreamingHttpResponse:
    """Give out the whole book as a ZIP, and note that it was taken."""
    book = _book(request, book_id)
    try:
        answer = whole_book(book)
        actions.note_download(book=book, by=request.user)
    except CandelaError as error:
        messages.error(request, str(error))
        return redirect("book-settings", request.organisation.slug, book_id)
    return answer
