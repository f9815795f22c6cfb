"""Is this what I want to say?  Check, send, and what happens then."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from candela.errors import InputError
from candela.impact.answers import Value
from candela.impact.questions import Form, Style, page_before, visible_pages
from candela.web.access import public
from candela.web.answering import drafts, news
from candela.web.answering.asking import NHS_NUMBER, in_words
from candela.web.answering.drafts import Kept
from candela.web.answering.drawing import drawn_choices
from candela.web.answering.looking import Noticed, noticed, without_identifiers
from candela.web.answering.sending import AlreadySent, NotNow, Sent, said, send
from candela.web.answering.views.frame import (
    address,
    already_sent,
    around,
    common_words,
    form_for,
    go,
    is_ticket,
    kept_of,
    private,
    reads_freely,
    sends_once,
    shown,
    ticket,
    told_address,
)
from candela.web.answering.visits import Visit
from candela.web.answering.withdrawing import code_of, take_back
from candela.web.answering.words import (
    about_choices,
    about_given,
    asks_about,
    quote_choices,
)
from candela.web.answering.writing import QUOTE, QUOTE_NAMED, names_of
from candela.web.campaigns import links
from candela.web.campaigns.models import Group
from candela.web.scoping import organisation_scope

__all__ = ["check", "sent", "take_back_page"]

NHS_KIND = "NHS number"
QUOTES = ("", QUOTE, QUOTE_NAMED)


@sends_once
def check(request: Any, visit: Visit, now: datetime) -> HttpResponse:
    """Show what will be sent; send it once."""
    is_sent = request.method == "POST"
    kept = kept_of(visit, to_change=is_sent) or Kept()
    form = form_for(request, visit, kept)
    if is_sent and "take_out" in request.POST:
        return _taken_out(visit, form, kept, request.POST["take_out"], now)
    answers = said(form, kept.answers)
    found = list(noticed(form, answers, names_of(visit.group)))
    is_blocked = any(NHS_KIND in item.words for item in found)
    if is_sent and not is_blocked:
        return _send(request, visit, form, kept, now)
    return _shown(request, visit, form, kept, found, is_blocked=is_blocked)


def _shown(
    request: Any,
    visit: Visit,
    form: Form,
    kept: Kept,
    found: list[Noticed],
    *,
    is_blocked: bool,
) -> HttpResponse:
    is_sent = request.method == "POST"
    answers = said(form, kept.answers)
    last = page_before(form, kept.answers, "")
    texts = [a for a in form.questions if a.code in answers and _is_text(a.style)]
    context = {
        **around(visit, form),
        "in_error": is_sent,
        "nhs_number": NHS_NUMBER if is_blocked else "",
        "noticed": found,
        "rows": list(_rows(visit, form, kept, answers)),
        "is_empty": not answers,
        "may_quote": bool(texts),
        "quote_choices": quote_choices(
            may_name=visit.group.mode == Group.Mode.IDENTIFIED,
            chosen=request.POST.get("quote", ""),
        ),
        "anonymous": visit.is_anonymous,
        "about": about_choices() if asks_about(visit.group.role) else (),
        "ticket": ticket(visit.token),
        "back": address("tell-page", visit, last.code, form=form) if last else "",
    }
    return shown(request, "check", context, status=422 if is_sent else 200)


def _rows(
    visit: Visit, form: Form, kept: Kept, answers: Mapping[str, Value]
) -> Iterator[tuple[str, str, str]]:
    """Yield question, answer and where it is changed; boxes that stayed shut are not
    there."""
    for page in visible_pages(form, kept.answers):
        for asked in page.questions:
            if asked.code in answers or asked is page.questions[0]:
                given = answers.get(asked.code)
                words = "" if given is None else in_words(asked, given)
                yield (
                    asked.text,
                    words,
                    address("tell-page", visit, page.code, form=form),
                )


def _is_text(style: Style) -> bool:
    return style in (Style.LONG_TEXT, Style.SHORT_TEXT)


def _taken_out(
    visit: Visit, form: Form, kept: Kept, code: str, now: datetime
) -> HttpResponse:
    """Put words in place of what may tell who somebody is."""
    cleaned = without_identifiers(kept.answers, code, names_of(visit.group))
    kept = replace(kept, answers=cleaned)
    drafts.save(visit.token, visit.group, kept, today=now.date())
    return go("tell-check", visit, form=form)


def _send(
    request: Any, visit: Visit, form: Form, kept: Kept, now: datetime
) -> HttpResponse:
    quote = request.POST.get("quote", "")
    quote = quote if quote in QUOTES else ""
    if quote == QUOTE_NAMED and visit.group.mode != Group.Mode.IDENTIFIED:
        quote = QUOTE
    what = Sent(
        answers=said(form, kept.answers),
        quote=quote,
        about=about_given(request.POST) if asks_about(visit.group.role) else {},
        format=form.format.value,
        locale=form.locale,
    )
    try:
        send(visit=visit, sent=what, now=now)
    except AlreadySent:
        return already_sent(request)
    except NotNow:
        return common_words(request)
    proof = ticket(visit.token)
    where = reverse("tell-sent", args=[visit.token])
    group = "" if visit.invitation else f"&g={news.named(visit.group)}"
    return HttpResponseRedirect(f"{where}?t={proof}{group}")


@reads_freely
def sent(request: Any, token: str) -> HttpResponse:
    """Say thank you, and what happens now; take a wish to be told, apart from it."""
    if not is_ticket(token, request.GET.get("t", "")):
        return common_words(request)
    group = news.group_of(token, request)
    if group is None:
        return common_words(request)
    with organisation_scope(group.organisation):
        return private(_thanks(request, token, group))


def _thanks(request: Any, token: str, group: Group) -> HttpResponse:
    invitation = links.find(token)
    asked_for, problem = False, ""
    if request.method == "POST":
        try:
            news.tell(
                group=group,
                invitation=invitation,
                address=request.POST.get("address", ""),
            )
            asked_for = True
        except InputError as error:
            problem = str(error)
    context = {
        **around(Visit(token, group, invitation)),
        "read_by": group.campaign.read_by,
        "told_by": group.campaign.told_by,
        "told": request.build_absolute_uri(told_address(group.campaign)),
        "code": "" if group.mode == Group.Mode.ANONYMOUS else code_of(token),
        "asked_for": asked_for,
        "problem": problem,
        "typed": request.POST.get("address", ""),
        "needs_address": invitation is None or not invitation.contact_sealed,
        "in_error": bool(problem),
    }
    return shown(request, "sent", context, status=422 if problem else 200)


@public(writes=True)
def take_back_page(request: Any) -> HttpResponse:
    """Let somebody take back what they sent, with the code they got for it."""
    problem, done = "", ""
    if request.method == "POST":
        everything = request.POST.get("what") == "everything"
        try:
            take_back(
                code=request.POST.get("code", ""),
                everything=everything,
                today=datetime.now(UTC).date(),
            )
            done = "everything" if everything else "quotes"
        except InputError as error:
            problem = str(error)
    context = {
        "problem": problem,
        "done": done,
        "typed": request.POST.get("code", ""),
        "what_choices": drawn_choices(
            "what",
            "What shall we take back?",
            (("quotes", "Do not quote me"), ("everything", "Delete everything I said")),
            chosen="quotes",
        ),
        "in_error": bool(problem),
    }
    status = 422 if problem else 200
    return private(shown(request, "take-back", context, status=status))
