"""How does somebody write other words, one question more or one less?"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from candela.errors import CandelaError
from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.questionnaires import actions, drafts, pages
from candela.web.questionnaires.forms import AddGate, ChangeWords
from candela.web.questionnaires.models import QuestionnaireVersion
from candela.web.questionnaires.views.changing import back, locked
from candela.web.questionnaires.wording import is_asked, place_of, places, written_at

__all__ = ["add", "change", "leave_out"]


@member(Permission.CHANGE_QUESTIONS, writes=True)
def change(request: Any, questionnaire_id: int) -> HttpResponse:
    """List the places of a draft that have words, or change the words of one."""
    version = locked(questionnaire_id)
    if version.state != version.State.DRAFT:
        if request.method == "POST":
            messages.error(request, actions.stays(version))
        return back(request, version)
    name = request.GET.get("place", "")
    if not name:
        return _list(request, version, AddGate(initial={"seen": version.checksum}))
    place = place_of(version.content, name)
    if place is None:
        raise Http404
    form = ChangeWords(
        request.POST if request.method == "POST" else None,
        initial={"seen": version.checksum},
        place=place,
        written=written_at(version.content, place),
    )
    if request.method == "POST" and form.is_valid():
        told = {"place": place, "words": form.written(), "version": version}
        if _kept(request, form, "The words are kept.", drafts.change_words, told):
            return _to_list(request, version)
    more = {"form": form, "place": place, "in_error": bool(form.errors)}
    return render(
        request, "questionnaires/change.html", _context(request, version, more)
    )


def _context(
    request: Any, version: QuestionnaireVersion, more: dict[str, Any]
) -> dict[str, Any]:
    caption = f"{version.key} {version.version}"
    about = {"organisation": request.organisation, "version": version}
    return {"caption": caption, **about, **more}


def _to_list(request: Any, version: QuestionnaireVersion) -> HttpResponse:
    return redirect("questionnaire-change", request.organisation.slug, version.pk)


def _list(request: Any, version: QuestionnaireVersion, form: AddGate) -> HttpResponse:
    """Show every place for words, and the form for one more question."""
    found: dict[str, list[Any]] = {}
    for place in places(version.content):
        line = (place, is_asked(version.content, place))
        found.setdefault(pages.form_in_words(place), []).append(line)
    more = {
        "places": found,
        "form": form,
        "in_error": bool(form.errors),
        "may_leave": pages.may_leave(version.content),
    }
    return render(
        request, "questionnaires/places.html", _context(request, version, more)
    )


def _kept(
    request: Any, form: forms.Form, words: str, deed: Any, told: dict[str, Any]
) -> bool:
    """Keep what was typed; what speaks against it is said at the form."""
    try:
        deed(**told, seen=form.cleaned_data["seen"], by=request.user)
    except CandelaError as error:
        form.add_error(None, str(error))
        return False
    messages.success(request, words)
    return True


@member(Permission.CHANGE_QUESTIONS, writes=True)
def add(request: Any, questionnaire_id: int) -> HttpResponse:
    """Ask about one more kind of change."""
    version = locked(questionnaire_id)
    if request.method != "POST":
        return _to_list(request, version)
    form = AddGate(request.POST)
    if form.is_valid():
        told = {n: form.cleaned_data[n] for n in ("kinds", "text", "hint")}
        told["version"] = version
        if _kept(request, form, "The question is added.", drafts.add_gate, told):
            return _to_list(request, version)
    return _list(request, version, form)


@member(Permission.CHANGE_QUESTIONS, writes=True)
def leave_out(request: Any, questionnaire_id: int) -> HttpResponse:
    """Ask one question less."""
    version = locked(questionnaire_id)
    if request.method != "POST":
        return _to_list(request, version)
    given = {name: request.POST.get(name, "") for name in ("code", "seen")}
    try:
        drafts.leave_out(version=version, **given, by=request.user)
    except CandelaError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "The question is left out.")
    return _to_list(request, version)
