"""What happens to every request and every answer?"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.backends.base import UpdateError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

__all__ = [
    "addresses_of_text",
    "reference_numbers",
    "second_factor",
    "security_headers",
    "session_limits",
]

Answer = Callable[[HttpRequest], HttpResponse]
PERMISSIONS_POLICY = (
    "camera=(), microphone=(), geolocation=(), payment=(), usb=(), "
    "publickey-credentials-get=(self), publickey-credentials-create=(self)"
)
SEEN_EVERY_SECONDS = 300  # an open page does not write on each reading


def reference_numbers(answer: Answer) -> Answer:
    """Give each request a number that a person can read out."""

    def middleware(request: HttpRequest) -> HttpResponse:
        request.reference = secrets.token_hex(4).upper()  # type: ignore[attr-defined]
        return answer(request)

    return middleware


def security_headers(answer: Answer) -> Answer:
    """Put on every answer what Django's own middleware leaves out."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response.headers.setdefault("X-Frame-Options", "DENY")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if not response.headers.get("Cache-Control"):
            response.headers["Cache-Control"] = "no-store, private"
        return response

    return middleware


def addresses_of_text(answer: Answer) -> Answer:
    """Find nothing at an address with a null character: PostgreSQL keeps none."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise Http404
        return answer(request)

    return middleware


def session_limits(answer: Answer) -> Answer:
    """End a session after 30 minutes of nothing, and after 12 hours in any case.

    The clock starts at sign-in (``accounts.noticed``).  The time last seen is kept with
    the session and renewed every five minutes at most.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.user.is_authenticated:
            now = _now()
            began = request.session.get("began", now)
            seen = request.session.get("seen", now)
            if now - seen > settings.SESSION_IDLE.total_seconds():
                _end_session(request, "nothing done for long")
            elif now - began > settings.SESSION_LONGEST.total_seconds():
                _end_session(request, "signed in for long")
            elif "began" not in request.session or now - seen > SEEN_EVERY_SECONDS:
                _note_seen(request, began, now)
        return answer(request)

    return middleware


def _note_seen(request: HttpRequest, began: float, now: float) -> None:
    """Renew the session before the page is made; where the disk is full, leave it.

    Somebody who only reads must not notice, and nothing is written after the page.
    """
    request.session["began"], request.session["seen"] = began, now
    with suppress(UpdateError):  # how the session says that it was not written
        request.session.save()
    request.session.modified = False


def _now() -> float:
    return datetime.now(UTC).timestamp()


def _end_session(request: HttpRequest, because: str) -> None:
    from candela.web.accounts.noticed import signed_out

    signed_out(request.user, because=because)
    logout(request)


# What somebody without a second factor may still open: enough to set one up or leave.
WITHOUT_SECOND_FACTOR = (
    "/account/ways-in/",
    "/account/again/",
    "/sign-out/",
    "/static/",
    "/health",
)


def second_factor(answer: Answer) -> Answer:
    """Where a second factor is asked for, let nobody pass who has not shown one.

    Who has none yet is sent to set one up.  Who has one and did not show it came in
    before it was there: that session ends, since its holder may be somebody else.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.REQUIRE_SECOND_FACTOR and request.user.is_authenticated:
            from candela.web.accounts.second_factor import has_factor, was_shown

            if not was_shown(request):
                if has_factor(request.user):
                    _end_session(request, "second factor not shown")
                    return redirect("account_login")
                if not request.path.startswith(WITHOUT_SECOND_FACTOR):
                    return redirect("mfa_index")
        return answer(request)

    return middleware
