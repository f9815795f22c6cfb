"""How does paper, or what somebody said in a conversation, become an answer?

Paper is found by the code at its foot; what is typed then is the same record as if the
person had answered on a page.  A conversation is marked as one.  Whoever wants to be
sure has paper typed in twice, and sees where the two differ.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse

from candela.errors import CandelaError, InputError
from candela.impact.answers import Value
from candela.impact.questions import Form, Format
from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.answering import drafts
from candela.web.answering.asking import Questions, in_words, shown_questions
from candela.web.answering.drafts import Kept
from candela.web.answering.models import Response
from candela.web.answering.sending import Sent
from candela.web.answering.typed import interview, paper, take_in
from candela.web.answering.visits import Visit
from candela.web.answering.words import (
    about_choices,
    about_given,
    asks_about,
    quote_choices,
)
from candela.web.answering.writing import QUOTE, QUOTE_NAMED
from candela.web.campaigns.models import Campaign, Group
from candela.web.questionnaires.reading import form_of, formats_of

__all__ = ["type_in"]


@member(Permission.TYPE_ANSWERS, writes=True)
def type_in(request: Any, campaign_id: int) -> HttpResponse:
    """Ask which paper or conversation it is, show its questions, take the answers."""
    campaign = get_object_or_404(
        Campaign.objects.select_related("study"), pk=campaign_id
    )
    now = datetime.now(UTC)
    try:
        visit = _chosen(request, campaign, now)
    except InputError as error:
        return _which(request, campaign, problem=str(error))
    if visit is None:
        return _which(request, campaign)
    return _typed(request, campaign, visit, now)


def _chosen(request: Any, campaign: Campaign, now: datetime) -> Visit | None:
    """Return the paper or the conversation that the address names."""
    if "code" in request.GET:
        return paper(campaign, request.GET["code"], now)
    number = request.GET.get("group", "")
    if not number.isascii() or not number.isdigit():
        return None
    group = get_object_or_404(
        Group.objects.select_related("questionnaire", "campaign__study"),
        pk=number,
        campaign=campaign,
    )
    once = request.POST.get("once", "") or secrets.token_urlsafe(32)
    return interview(group, once, now)


def _which(request: Any, campaign: Campaign, problem: str = "") -> HttpResponse:
    context = {
        "caption": campaign.study.short_title,
        "organisation": request.organisation,
        "campaign": campaign,
        "groups": [
            (group.get_role_display(), group.pk)
            for group in campaign.groups.exclude(questionnaire=None)
        ],
        "problem": problem,
        "typed": request.GET.get("code", ""),
        "in_error": bool(problem),
    }
    status = 422 if problem else 200
    return render(request, "answering/type-in.html", context, status=status)


def _typed(
    request: Any, campaign: Campaign, visit: Visit, now: datetime
) -> HttpResponse:
    form = _form(request, visit)
    kept = drafts.read(visit.token, to_change=request.method == "POST") or Kept()
    if request.method != "POST":
        return _questions(request, visit, form, kept, Questions(form.questions, {}))
    questions = Questions(form.questions, {}, request.POST)
    way = request.POST.get("go", "send")
    if not questions.is_valid():
        return _questions(request, visit, form, kept, questions, status=422)
    if way == "twice":
        before = Kept(typed_before=questions.given)
        drafts.save(visit.token, visit.group, before, today=now.date())
        messages.success(
            request, "Kept. Somebody types it a second time, with the code."
        )
        return _again(request, campaign)
    if way != "sure" and kept.typed_before is not None:
        differ = _differences(form, kept.typed_before, questions)
        if differ:
            return _questions(
                request, visit, form, kept, questions, status=422, differ=True
            )
    return _taken(request, campaign, visit, form, questions, now)


def _form(request: Any, visit: Visit) -> Form:
    """Return the questions in the format of the paper, or as a script to read out."""
    version = visit.group.questionnaire
    wanted = request.GET.get("format", "")
    known = {format.value for format, locale in formats_of(version)}
    if wanted in known:
        return form_of(version, format=Format(wanted))
    is_talk = "group" in request.GET and Format.INTERVIEWER.value in known
    return form_of(version, format=Format.INTERVIEWER if is_talk else Format.STANDARD)


def _differences(
    form: Form, before: dict[str, Value] | Any, questions: Questions
) -> bool:
    """Say at each field what was typed the first time, where it differs."""
    found = False
    for asked in form.questions:
        first, second = before.get(asked.code), questions.given.get(asked.code)
        if first != second:
            words = in_words(asked, first) if first is not None else "(nothing)"
            questions.add_error(
                asked.code, f"The first time this was typed: {words}. Look again."
            )
            found = True
    return found


def _questions(
    request: Any,
    visit: Visit,
    form: Form,
    kept: Kept,
    questions: Questions,
    *,
    status: int = 200,
    differ: bool = False,
) -> HttpResponse:
    context = {
        "caption": visit.campaign.study.short_title,
        "organisation": request.organisation,
        "questions": shown_questions(questions, is_page=False),
        "form": questions,
        "in_error": status == 422,
        "intro": form.first_page,
        "is_paper": "code" in request.GET,
        "once": request.POST.get("once", "") or secrets.token_urlsafe(32),
        "second_time": kept.typed_before is not None,
        "differ": differ,
        "quote_choices": quote_choices(
            may_name=visit.group.mode == Group.Mode.IDENTIFIED,
            chosen=request.POST.get("quote", ""),
        ),
        "about": about_choices() if asks_about(visit.group.role) else (),
        "role": visit.group.get_role_display(),
    }
    return render(request, "answering/type-in-form.html", context, status=status)


def _taken(
    request: Any,
    campaign: Campaign,
    visit: Visit,
    form: Form,
    questions: Questions,
    now: datetime,
) -> HttpResponse:
    quote = request.POST.get("quote", "")
    ways: Any = Response.How
    how = ways.PAPER if "code" in request.GET else ways.INTERVIEW
    what = Sent(
        answers=questions.given,
        quote=quote if quote in (QUOTE, QUOTE_NAMED) else "",
        about=about_given(request.POST) if asks_about(visit.group.role) else {},
        how=how.value,
        entered_by=request.user.pk,
        format=form.format.value,
        locale=form.locale,
    )
    try:
        receipt = take_in(visit=visit, sent=what, by=request.user, now=now)
    except CandelaError as error:
        messages.error(request, str(error))
        return _again(request, campaign)
    told = "The answers were taken."
    if receipt.code:
        told += f" With this code they can be taken back: {receipt.code}."
    messages.success(request, told)
    return _again(request, campaign)


def _again(request: Any, campaign: Campaign) -> HttpResponse:
    slug = request.organisation.slug
    return HttpResponseRedirect(reverse("type-in", args=[slug, campaign.pk]))
