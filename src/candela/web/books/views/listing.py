"""Which books are here, and how is one added?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import redirect, render

from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.books import actions
from candela.web.books.forms import AddBook
from candela.web.books.models import Book, BookShare, books_shared_with
from candela.web.books.states import finding, line
from candela.web.books.uploads import refusal_of
from candela.web.books.versions import earlier_of
from candela.web.scoping import across_organisations

__all__ = ["add", "books"]


@member(Permission.SEE_BOOKS)
def books(request: Any) -> HttpResponse:
    """List the organisation's books, and those that others let it read."""
    every = list(
        Book.objects.select_related("added_by", "proposed_by", "published_by")
        .prefetch_related(
            Prefetch("shares", BookShare.objects.select_related("reader"))
        )
        .order_by("-added_at")
    )
    for book in every:
        book.organisation = request.organisation
    ready = [book for book in every if book.state == Book.State.READY]
    lines = [
        line(
            book,
            [share.reader.name for share in book.shares.all()],
            earlier=earlier_of(book, ready) if book in ready else None,
            check_over=book.state == Book.State.CHECKING
            and actions.is_check_over(book),
        )
        for book in every
    ]
    with across_organisations():
        given = list(books_shared_with(request.organisation))
    context = {
        "caption": request.organisation.name,
        "organisation": request.organisation,
        "finding": finding(every, sum(bool(b.shares.all()) for b in every)),
        "lines": lines,
        "given": given,
        "may_add": request.membership.may(Permission.ADD_BOOKS),
    }
    return render(request, "books/books.html", context)


@member(Permission.ADD_BOOKS, writes=True)
def add(request: Any) -> HttpResponse:
    """Take a book and show how far its check is."""
    form = AddBook(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        organisation=request.organisation,
        refusal=refusal_of(request),
    )
    if request.method == "POST" and form.is_valid():
        book = actions.add_book(
            organisation=request.organisation,
            title=form.cleaned_data["title"],
            upload=Path(form.cleaned_data["file"].temporary_file_path()),
            by=request.user,
        )
        messages.success(request, f"“{book.title}” was added, and is being checked.")
        return redirect("book-settings", request.organisation.slug, book.public_id)
    context = {
        "caption": request.organisation.name,
        "organisation": request.organisation,
        "form": form,
        "in_error": bool(form.errors),
    }
    return render(request, "books/add.html", context)
