"""How does somebody take a version into use, copy it, drop it or retire it?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from candela.errors import CandelaError
from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.questionnaires import actions, drafts, pages
from candela.web.questionnaires.models import QuestionnaireVersion

__all__ = [
    "activate",
    "back",
    "draft",
    "drop",
    "locked",
    "questionnaires",
    "retire",
    "take",
    "use_again",
]


@member(Permission.SEE_IMPACT)
def questionnaires(request: Any) -> HttpResponse:
    """List the questionnaires with their versions."""
    versions = list(QuestionnaireVersion.objects.all())
    context = {
        "caption": request.organisation.name,
        "organisation": request.organisation,
        "table": pages.list_table(request.organisation, versions),
        "not_used_yet": pages.not_used_yet(versions),
        "in_use": len({v.key for v in versions if v.state == v.State.ACTIVE}),
        "may_change": request.membership.may(Permission.CHANGE_QUESTIONS),
    }
    return render(request, "questionnaires/list.html", context)


@member(Permission.CHANGE_QUESTIONS, writes=True)
def take(request: Any) -> HttpResponse:
    """Take a questionnaire that came with Candela into use."""
    if request.method != "POST":
        return redirect("questionnaires", request.organisation.slug)
    try:
        version = actions.take_into_use(
            organisation=request.organisation,
            key=request.POST.get("key", ""),
            by=request.user,
            now=datetime.now(UTC),
        )
    except CandelaError as error:
        messages.error(request, str(error))
        return redirect("questionnaires", request.organisation.slug)
    messages.success(request, f"Version {version.version} is in use.")
    return redirect("questionnaire", request.organisation.slug, version.pk)


def _sent(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Do what was sent; whoever only opens the address is shown the version."""

    @wraps(view)
    def checked(request: Any, questionnaire_id: int) -> HttpResponse:
        version = locked(questionnaire_id)
        if request.method != "POST":
            return back(request, version)
        return view(request, version)

    return checked


def locked(questionnaire_id: int) -> QuestionnaireVersion:
    """Return a version that is going to be changed, or that there is none."""
    rows = QuestionnaireVersion.objects.select_for_update(of=("self",))
    return get_object_or_404(rows, pk=questionnaire_id)


def back(request: Any, version: QuestionnaireVersion) -> HttpResponse:
    """Go to the page of a version."""
    return redirect("questionnaire", request.organisation.slug, version.pk)


def _done(request: Any, words: str, deed: Callable[..., object], **told: Any) -> bool:
    """Do something; say what was done, or why it cannot be."""
    try:
        deed(by=request.user, **told)
    except CandelaError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, words)
    return True


@member(Permission.CHANGE_QUESTIONS, writes=True)
@_sent
def draft(request: Any, version: QuestionnaireVersion) -> HttpResponse:
    """Begin a new version as a copy of this one."""
    try:
        made = drafts.draft_of(version=version, by=request.user, now=datetime.now(UTC))
    except CandelaError as error:
        messages.error(request, str(error))
        return back(request, version)
    messages.success(request, "This is the new version. Change what it says.")
    return redirect("questionnaire-change", request.organisation.slug, made.pk)


@member(Permission.CHANGE_QUESTIONS, writes=True)
@_sent
def activate(request: Any, version: QuestionnaireVersion) -> HttpResponse:
    """Take a draft into use."""
    words = "The new version is in use. New campaigns ask it."
    seen = request.POST.get("seen", "")
    now = datetime.now(UTC)
    _done(request, words, actions.activate, version=version, seen=seen, now=now)
    return back(request, version)


@member(Permission.CHANGE_QUESTIONS, writes=True)
@_sent
def retire(request: Any, version: QuestionnaireVersion) -> HttpResponse:
    """Let no new campaign use a version."""
    words = f"Version {version.version} is retired. You can use it again."
    _done(request, words, actions.retire, version=version)
    return back(request, version)


@member(Permission.CHANGE_QUESTIONS, writes=True)
@_sent
def use_again(request: Any, version: QuestionnaireVersion) -> HttpResponse:
    """Take a retired version into use again."""
    words = f"Version {version.version} is in use again."
    _done(request, words, actions.use_again, version=version)
    return back(request, version)


@member(Permission.CHANGE_QUESTIONS, writes=True)
@_sent
def drop(request: Any, version: QuestionnaireVersion) -> HttpResponse:
    """Delete a draft."""
    if _done(request, "The draft is deleted.", drafts.drop, version=version):
        return redirect("questionnaires", request.organisation.slug)
    return back(request, version)
