"""Which sets of peers does the organisation keep?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from candela.publish.pages.held import held
from candela.web.access import find_book, member
from candela.web.accounts.permissions import Permission
from candela.web.books import peer_sets
from candela.web.books.forms import SavePeers
from candela.web.books.keeping import BIN
from candela.web.books.models import Book, PeerSet
from candela.web.books.shelf import open_shelved

__all__ = ["peers", "remove", "restore"]


@member(Permission.SAVE_PEERS, writes=True)
def peers(request: Any) -> HttpResponse:
    """List the sets, and keep the one that the address or the form holds."""
    given = request.POST if request.method == "POST" else request.GET
    book = _named_book(request, given.get("book", ""))
    form = _form(request, book, given) if book is not None else None
    if form is not None and request.method == "POST" and form.is_valid():
        _save(request, form)
        return redirect("peer-sets", request.organisation.slug)
    kept = PeerSet.objects.select_related("saved_by")
    gone = kept.filter(removed_at__gt=datetime.now(UTC) - BIN)
    context = {
        "caption": request.organisation.name,
        "organisation": request.organisation,
        "lines": peer_sets.lines(list(kept.filter(removed_at=None)), request.user),
        "gone": gone,
        "form": form,
        "about": _about(form) if form is not None else "",
        "in_error": form is not None and bool(form.errors),
    }
    return render(request, "books/peers.html", context)


def _named_book(request: Any, book_id: str) -> Book | None:
    """Return the book that peers were chosen in; one that is named must be readable."""
    if not book_id:
        return None
    book = find_book(request, book_id)
    if book is None:
        raise Http404
    return book


def _form(request: Any, book: Book, given: Any) -> SavePeers:
    contents = open_shelved(book)
    code, basis = given.get("org", ""), given.get("basis", "") or peer_sets.ALL
    if not held(contents).knows(code):
        raise Http404
    if request.method == "POST":
        return SavePeers(request.POST, contents=contents)
    chosen = [c.strip() for part in given.getlist("peers") for c in part.split(",")]
    near = peer_sets.suggested(contents, code, basis)
    return SavePeers(
        initial={
            "book": book.public_id,
            "org": code,
            "basis": basis,
            "peers": ", ".join([c for c in chosen if c] or near),
        },
        contents=contents,
    )


def _about(form: SavePeers) -> str:
    """Return the name of the organisation that the set is for."""
    code = form["org"].value() or ""
    return held(form.contents).name(code)


def _save(request: Any, form: SavePeers) -> None:
    saved = peer_sets.save_peers(
        organisation=request.organisation,
        name=form.cleaned_data["name"],
        org_code=form.cleaned_data["org"],
        basis=form.cleaned_data["basis"],
        peers=form.cleaned_data["peers"],
        reason=form.cleaned_data["reason"],
        by=request.user,
    )
    messages.success(request, f"The set “{saved.name}” is kept.")


@member(Permission.SAVE_PEERS, writes=True)
def remove(request: Any, peer_set_id: int) -> HttpResponse:
    """Remove a set."""
    if request.method == "POST":
        found = get_object_or_404(PeerSet, pk=peer_set_id, removed_at=None)
        peer_sets.remove_peers(peers=found, by=request.user)
        messages.success(
            request, f"The set “{found.name}” was removed. It can be restored below."
        )
    return redirect("peer-sets", request.organisation.slug)


@member(Permission.SAVE_PEERS, writes=True)
def restore(request: Any, peer_set_id: int) -> HttpResponse:
    """Give a removed set back."""
    if request.method == "POST":
        found = get_object_or_404(
            PeerSet,
            pk=peer_set_id,
            removed_at__gt=datetime.now(UTC) - BIN,
        )
        peer_sets.restore_peers(peers=found, by=request.user)
        messages.success(request, f"The set “{found.name}” is back.")
    return redirect("peer-sets", request.organisation.slug)
