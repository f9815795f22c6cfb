"""Who may ask, and how is a refusal said to a program?

The rule is that of the pages.  Where a page would lead to the sign-in, a program is
told 401; what belongs to others is not found.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from candela.errors import CandelaError
from candela.web.access import Kind, Rule, declare, find_book
from candela.web.errors import something_broke
from candela.web.scoping import organisation_scope, read_transaction

__all__ = ["NotUnderstood", "about_a_book", "about_everything"]

View = Callable[..., HttpResponse]


class NotUnderstood(Exception):
    """A choice in the address is not one of those there are."""

    def __init__(self, where: str, what: str, todo: str) -> None:
        super().__init__(what)
        self.where, self.what, self.todo = where, what, todo


def about_everything(view: Callable[..., dict[str, Any]]) -> View:
    """Let anybody ask; the answer holds what this person may see."""

    @wraps(view)
    def asked(request: HttpRequest, **parts: str) -> HttpResponse:
        with read_transaction(), organisation_scope(None):
            return _said(request, lambda: view(request, **parts))

    return _finished(asked, Rule(Kind.PUBLIC))


def about_a_book(view: Callable[..., dict[str, Any]]) -> View:
    """Let in who may read the book; hands the view the book itself."""

    @wraps(view)
    def asked(request: HttpRequest, book_id: str, **parts: str) -> HttpResponse:
        with read_transaction():
            book = find_book(request, book_id)
            if book is None and not request.user.is_authenticated:
                return _sign_in()
            if book is None:
                return not_found()
            with organisation_scope(None):
                return _said(request, lambda: view(request, book, **parts))

    return _finished(asked, Rule(Kind.BOOK_READER))


def _finished(view: View, rule: Rule) -> View:
    return declare(rule, transaction.non_atomic_requests(require_safe(view)))


def _said(request: HttpRequest, make: Callable[[], dict[str, Any]]) -> HttpResponse:
    """Return an answer, or what went wrong in the form of an answer."""
    try:
        return JsonResponse(make())
    except Http404:
        return not_found()
    except NotUnderstood as error:
        return _error(400, error.what, error.where, error.todo)
    except CandelaError as error:
        return _error(422, str(error), "the book", "Ask who added the book.")
    except Exception:
        status = something_broke(request).status_code  # writes it to the log
        number = getattr(request, "reference", "")
        return _error(
            status,
            "something in this service is broken",
            f"request {number}",
            "Try again in a minute, or tell who keeps this service the number.",
        )


def not_found() -> HttpResponse:
    """Answer that there is no such thing, or none for this person."""
    return _error(
        404,
        "there is no such thing, or none that you may see",
        "the address",
        "See openapi.json for the addresses and books/ for the books.",
    )


def _sign_in() -> HttpResponse:
    answer = _error(
        401,
        "you are not signed in, and this is not public",
        "the request",
        "Sign in with a browser and send its session, or ask for a public book.",
    )
    # No scheme of a header lets anybody in; without one the answer would break a rule.
    answer["WWW-Authenticate"] = 'Session realm="Candela"'
    return answer


def _error(status: int, what: str, where: str, todo: str) -> HttpResponse:
    said = {"what": what, "where": where, "what_to_do": todo}
    return JsonResponse(said, status=status)
