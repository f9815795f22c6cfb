"""What do all pages of who holds a link have around them?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.core import signing
from django.db import transaction
from django.http import HttpResponse, HttpResponseRedirect
from django.template.backends.utils import csrf_input
from django.template.loader import get_template
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode

from candela.impact.questions import Form, Format
from candela.web.access import Kind, Rule, declare, link_holder
from candela.web.answering import drafts, visits
from candela.web.answering.drafts import Kept
from candela.web.answering.visits import Visit
from candela.web.answering.words import format_words
from candela.web.campaigns.models import Campaign, Group
from candela.web.questionnaires.reading import HOME_LOCALE, form_of, formats_of
from candela.web.scoping import organisation_scope

__all__ = [
    "address",
    "already_sent",
    "around",
    "common_words",
    "form_for",
    "go",
    "holds_link",
    "is_ticket",
    "private",
    "reads_freely",
    "sends_once",
    "shown",
    "ticket",
    "told_address",
]

View = Callable[..., HttpResponse]
TICKET = "candela.web.answering.ticket"
TICKET_SECONDS = 3600


def holds_link(view: View) -> View:
    """Let in who holds a link that works; hand the view the visit and the moment.

    Wrong, used, taken back, too old, not yet: all are answered with the same words.
    """

    def refused(request: Any, token: str) -> HttpResponse:
        return common_words(request)

    return _with_visit(view, refused)


def sends_once(view: View) -> View:
    """Let in like ``holds_link``; tell who sends the same page again that it was sent.

    The same page, and not a link that never was: it holds its ticket.
    """

    def refused(request: Any, token: str) -> HttpResponse:
        if request.method == "POST" and (
            visits.was_sent(token) or is_ticket(token, request.POST.get("ticket", ""))
        ):
            return already_sent(request)
        return common_words(request)

    return _with_visit(view, refused)


def _with_visit(view: View, refused: Callable[[Any, str], HttpResponse]) -> View:
    @wraps(view)
    def checked(request: Any, token: str, *args: Any, **more: Any) -> HttpResponse:
        now = datetime.now(UTC)
        visit = visits.find(token, now)
        if visit is None:
            return refused(request, token)
        request.made_up = visit.group.organisation.is_training
        with organisation_scope(visit.group.organisation):
            return private(view(request, visit, now, *args, **more))

    return reads_freely(checked)


def reads_freely(view: View) -> View:
    """Let a view that writes be opened without the one writer's lock of SQLite.

    In the last hour of a campaign most that is asked for is only read.  What is sent
    has its transaction as everywhere.
    """
    read, write = link_holder(view), link_holder(view, writes=True)

    @transaction.non_atomic_requests
    @wraps(view)
    def chosen(request: Any, *args: Any, **more: Any) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            return read(request, *args, **more)
        with transaction.atomic():
            return write(request, *args, **more)

    return declare(Rule(Kind.LINK_HOLDER, writes=True), chosen)


def shown(
    request: Any, name: str, context: Mapping[str, Any], *, status: int = 200
) -> HttpResponse:
    """Return a page with what it needs and nothing of the rest of the service.

    Made without the request: else doors, books and who is signed in are asked for.
    """
    given = {
        **context,
        "made_up": getattr(request, "made_up", False),
        "csrf_input": csrf_input(request),
        "messages": get_messages(request),
        "contact": settings.CONFIGURATION.contact,
    }
    page = get_template(f"answering/{name}.html").render(given)
    return HttpResponse(page, status=status)


def common_words(request: Any) -> HttpResponse:
    """Answer that a link cannot be used, without saying why."""
    return private(shown(request, "unusable", {}, status=404))


def already_sent(request: Any) -> HttpResponse:
    """Answer that it was sent already, to who sends the same page again."""
    return private(shown(request, "already-sent", {}, status=409))


def private(response: HttpResponse) -> HttpResponse:
    """Keep a page out of caches and search engines."""
    response.headers["Cache-Control"] = "no-store, private"
    response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response


def ticket(token: str) -> str:
    """Return proof that a page was shown to the holder of a link, for an hour.

    It is kept nowhere: a used link needs no row to say thank you.
    """
    signed = signing.TimestampSigner(salt=TICKET).sign(token)
    return signed.removeprefix(token)


def is_ticket(token: str, given: str) -> bool:
    """Say whether this proof is one for this link."""
    try:
        signing.TimestampSigner(salt=TICKET).unsign(
            token + given, max_age=TICKET_SECONDS
        )
    except signing.BadSignature:
        return False
    return True


def form_for(request: Any, visit: Visit, kept: Kept | None) -> Form:
    """Return the questions as somebody asked for them, now or before."""
    format, locale = _wanted(request, kept)
    version = visit.group.questionnaire
    if not format_words(format, locale) or (format, locale) not in formats_of(version):
        format, locale = Format.STANDARD, HOME_LOCALE
    return form_of(version, format=format, locale=locale)


def _wanted(request: Any, kept: Kept | None) -> tuple[Format, str]:
    before = (kept or Kept()).format, (kept or Kept()).locale
    if "format" not in request.GET and "lang" not in request.GET:
        return before
    try:
        format = Format(request.GET.get("format", Format.STANDARD.value))
    except ValueError:
        return before
    return format, request.GET.get("lang", HOME_LOCALE)


def address(name: str, visit: Visit, *more: str, form: Form | None = None) -> str:
    """Return the address of one of somebody's pages, in their format and language."""
    path = reverse(name, args=[visit.token, *more])
    told = {}
    if form is not None and form.format is not Format.STANDARD:
        told["format"] = form.format.value
    if form is not None and form.locale != HOME_LOCALE:
        told["lang"] = form.locale
    return f"{path}?{urlencode(told)}" if told else path


def go(name: str, visit: Visit, *more: str, form: Form | None = None) -> HttpResponse:
    """Lead to one of somebody's pages."""
    return HttpResponseRedirect(address(name, visit, *more, form=form))


def around(visit: Visit, form: Form | None = None) -> dict[str, Any]:
    """Return what stands round every page: who asks, and where help is."""
    campaign: Campaign = visit.campaign
    group: Group = visit.group
    return {
        "asks": group.organisation.name,
        "study": campaign.study.plain_name,
        "help_now": campaign.help_now,
        "whom_to_ask": campaign.contact,
        "token": visit.token,
        "form_lang": form.locale if form and form.locale != HOME_LOCALE else "",
        "large": bool(form and form.format is Format.LARGE_PRINT),
        "closes_on": campaign.closes_on,
    }


def kept_of(visit: Visit, *, to_change: bool = False) -> Kept | None:
    """Return what somebody has answered so far."""
    return drafts.read(visit.token, to_change=to_change)


def told_address(campaign: Campaign) -> str:
    """Return where it will be said what came of it."""
    try:
        return reverse("told", args=[campaign.public_id])
    except NoReverseMatch:  # pragma: no cover - the page is another app's
        return ""
