"""What happens to a request when the database goes away under it?

The database restarts, or somebody else holds it for too long.  What is only read is
asked for again, and its reader notices a wait at most.  A form that had reached its
page is not sent twice by itself: it may have been saved just before.  Its answer is
kept on a page that sends it again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template.backends.utils import csrf_input
from django.template.loader import get_template

__all__ = ["has_gone_away", "retry_reads", "try_again"]

Answer = Callable[[HttpRequest], HttpResponse]
READS = ("GET", "HEAD")
PAUSES = (0.0, 0.2, 0.4, 0.8, 1.6)  # seconds; a restart takes one or two
LONGEST = 5.0  # seconds, whatever each try took; then people are told
HELD = ("database is locked", "database table is locked")
# PostgreSQL's own codes: it is shutting down, has crashed, or takes nobody yet.
ENDED = ("57P01", "57P02", "57P03")
LOST = "08"  # how codes of a connection that is no more begin
TOKEN = "csrfmiddlewaretoken"
SECRETS = ("password", "token", "credential", "secret")


def retry_reads(answer: Answer) -> Answer:
    """Ask again for what has changed nothing, on a new connection to the database."""

    def middleware(request: HttpRequest) -> HttpResponse:
        until = time.monotonic() + LONGEST
        response = answer(request)
        for pause in PAUSES:
            if not getattr(response, "has_gone_away", False):
                break
            _forget_connection()
            if not response.was_cut or not _has_changed_nothing(request):
                break
            if time.monotonic() + pause > until:
                break
            time.sleep(pause)
            response = answer(request)
        return response

    return middleware


def _has_changed_nothing(request: HttpRequest) -> bool:
    """Say whether it was only read, or its page was never reached."""
    return request.method in READS or request.resolver_match is None


def has_gone_away(error: BaseException | None) -> bool:
    """Say whether the database cannot be reached, or is held by somebody else."""
    return _was_cut(error) or _is_held(error)


def _was_cut(error: BaseException | None) -> bool:
    """Say whether there is no connection to the database, or is no more."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    if connection.vendor == "sqlite":
        return False
    code = getattr(error.__cause__, "sqlstate", None)
    return code is None or code in ENDED or code.startswith(LOST)


def _is_held(error: BaseException | None) -> bool:
    """Say whether others held the database for as long as we wait: 20 seconds."""
    return isinstance(error, OperationalError) and any(w in str(error) for w in HELD)


def try_again(request: HttpRequest, error: BaseException) -> HttpResponse:
    """Answer that the database was away, with what was typed kept in the page."""
    context = {
        "was_read": request.method in READS,
        "address": request.get_full_path(),
        "kept": list(_kept(request)),
        "file_too": _is_typed(request) and bool(request.FILES),
        "reference": str(getattr(request, "reference", "")),
        "contact": settings.CONFIGURATION.contact,
        "csrf_input": csrf_input(request),
    }
    # Made without the request: the layout would ask the database who this is.
    page = get_template("errors/try-again.html").render(context)
    after = str(int(LONGEST))  # for programs
    response = HttpResponse(page, status=503, headers={"Retry-After": after})
    response.has_gone_away = True
    response.was_cut = _was_cut(error)
    return response


def _kept(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """Yield what was typed; nothing of a form with a secret in it."""
    if not _is_typed(request) or any(map(_is_secret, request.POST)):
        return
    for name, values in request.POST.lists():
        if name != TOKEN:  # the page gets a new one
            yield from ((name, value) for value in values)


def _is_typed(request: HttpRequest) -> bool:
    """Say whether there is a form that can be looked into without the database.

    Who may send a file is asked of the database, before the file is read.
    """
    if request.method in READS:
        return False
    has_been_read = request.resolver_match is not None
    return has_been_read or request.content_type == "application/x-www-form-urlencoded"


def _is_secret(name: str) -> bool:
    lower = name.lower()
    if lower == TOKEN:
        return False
    return lower == "code" or any(word in lower for word in SECRETS)


def _forget_connection() -> None:
    """Have the next query made on a new connection: this one may be dead."""
    if not connection.in_atomic_block:
        connection.close()
