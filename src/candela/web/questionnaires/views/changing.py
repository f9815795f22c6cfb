"""How does somebody take a version into use, copy it, change its words or retire it?"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from candela.errors import CandelaError
from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.questionnaires import actions, pages
from candela.web.questionnaires.forms import ChangeWords
from candela.web.questionnaires.models import QuestionnaireVersion
from candela.web.questionnaires.wording import place_of, places, written_at

__all__ = [
    "activate",
    "change",
    "draft",
    "drop",
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
        version = _locked(questionnaire_id)
        if request.method != "POST":
            return _back(request, version)
        return view(request, version)

    return checked


def _locked(questionnaire_id: int) -> QuestionnaireVersion:
    rows = QuestionnaireVersion.objects.select_for_update(of=("self",))
    return get_object_or_404(rows, pk=questionnaire_id)


def _back(request: Any, version: QuestionnaireVersion) -> HttpResponse:
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
        made = actions.draft_of(version=version, by=request.user, now=datetime.now(UTC))
    except CandelaError as error:
        messages.error(request, str(error))
        return _back(request, version)
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
    return _back(request, version)


@member(Permission.CHANGE_QUESTIONS, writes=True)
@_sent
def retire(request: Any, version: QuestionnaireVersion) -> HttpResponse:
    """Let no new campaign use a version."""
    words = f"Version {version.version} is retired. You can use it again."
    _done(request, words, actions.retire, version=version)
    return _back(request, version)


@member(Permission.CHANGE_QUESTIONS, writes=True)
@_sent
def use_again(request: Any, version: QuestionnaireVersion) -> HttpResponse:
    """Take a retired version into use again."""
    words = f"Version {version.version} is in use again."
    _done(request, words, actions.use_again, version=version)
    return _back(request, version)


@member(Permission.CHANGE_QUESTIONS, writes=True)
@_sent
def drop(request: Any, version: QuestionnaireVersion) -> HttpResponse:
    """Delete a draft."""
    if _done(request, "The draft is deleted.", actions.drop, version=version):
        return redirect("questionnaires", request.organisation.slug)
    return _back(request, version)


@member(Permission.CHANGE_QUESTIONS, writes=True)
def change(request: Any, questionnaire_id: int) -> HttpResponse:
    """List the places of a draft that have words, or change the words of one."""
    version = _locked(questionnaire_id)
    if version.state != version.State.DRAFT:
        if request.method == "POST":
            messages.error(request, actions.stays(version))
        return _back(request, version)
    name = request.GET.get("place", "")
    context = {
        "caption": f"{version.key} {version.version}",
        "organisation": request.organisation,
        "version": version,
    }
    if not name:
        return _list_of_places(request, version, context)
    place = place_of(version.content, name)
    if place is None:
        raise Http404
    form = ChangeWords(
        request.POST if request.method == "POST" else None,
        initial={"seen": version.checksum},
        place=place,
        written=written_at(version.content, place),
    )
    if request.method == "POST" and form.is_valid() and _saved(request, version, form):
        return redirect("questionnaire-change", request.organisation.slug, version.pk)
    more = {"form": form, "place": place, "in_error": bool(form.errors)}
    return render(request, "questionnaires/change.html", {**context, **more})


def _list_of_places(
    request: Any, version: QuestionnaireVersion, context: dict[str, Any]
) -> HttpResponse:
    found: dict[str, list[Any]] = {}
    for place in places(version.content):
        found.setdefault(pages.form_in_words(place), []).append(place)
    return render(request, "questionnaires/places.html", {**context, "places": found})


def _saved(request: Any, version: QuestionnaireVersion, form: ChangeWords) -> bool:
    """Save the words; what speaks against them is said at the form."""
    try:
        actions.change_words(
            version=version,
            place=form.place,
            words=form.written(),
            seen=form.cleaned_data["seen"],
            by=request.user,
        )
    except CandelaError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, "The words are kept.")
    return True
