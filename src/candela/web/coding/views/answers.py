"""What are people telling us?  One answer at a time."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from candela.errors import CandelaError
from candela.impact.framework import framework
from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.answering.models import Answer
from candela.web.coding import identifying, workspace, writing
from candela.web.coding.agreement import agreement
from candela.web.coding.forms import (
    AttachAnswer,
    HideWords,
    NewStatement,
    SecondCoding,
)
from candela.web.coding.models import Coding, Source
from candela.web.coding.reading import kinds_in_words
from candela.web.coding.views.fetching import answer_at, done, only_sent

__all__ = [
    "answer",
    "answers",
    "attach",
    "clear",
    "code_again",
    "hide",
    "look_again",
    "nothing",
    "undo_nothing",
    "untie",
    "write",
]

OPEN = "answer"


@member(Permission.CODE_ANSWERS)
def answers(request: Any) -> HttpResponse:
    """Show how far the reading is, and where to go on."""
    found = workspace.reading(request.user)
    context = {
        "caption": request.organisation.name,
        "organisation": request.organisation,
        "reading": found,
        "second": workspace.second_answer(request.user),
    }
    return render(request, "coding/answers.html", context)


@member(Permission.CODE_ANSWERS)
def answer(request: Any, answer_id: str) -> HttpResponse:
    """Show one answer, and what can be done with it."""
    return _page(request, answer_at(answer_id))


def _page(request: Any, found: Answer, **sent: forms.Form) -> HttpResponse:
    """Return the page, perhaps with a form that was sent back."""
    names = identifying.known_names()
    shown = workspace.seen_as(found, request.membership)
    is_locked = identifying.is_locked(found, names)
    sources = workspace.sources_of(found)
    context = {
        "caption": found.response.group.campaign.study.short_title,
        "organisation": request.organisation,
        "shown": shown,
        "about": kinds_in_words(shown.kinds),
        "pieces": workspace.pieces(found, names),
        "is_locked": is_locked,
        "was_looked_at": found.redaction in identifying.LOOKED_AT,
        "was_hidden": found.redaction == Answer.Redaction.REDACTED,
        "sources": [(s, writing.is_fresh(s, request.user)) for s in sources],
        "is_nothing": Coding.objects.filter(
            answer=found, nothing=True, is_second=False
        ).exists(),
        "following": workspace.next_to_read(found),
        "kinds": framework().domains,
        "write_form": NewStatement.about(shown),
        "attach_form": AttachAnswer(),
        "hide_form": _hide_form(found, names),
        "sent_back": next(iter(sent.values()), None),
        "in_error": bool(sent),
        **sent,
    }
    return render(request, "coding/answer.html", context)


def _hide_form(found: Answer, names: tuple[str, ...], data: Any = None) -> HideWords:
    places = identifying.found_in(found, names)
    return HideWords(data, text=str(found.value), found=places)


def _back(request: Any, found: Answer) -> HttpResponse:
    return redirect(OPEN, request.organisation.slug, str(found.pk))


@member(Permission.CODE_ANSWERS, writes=True)
@only_sent(OPEN, "answer_id")
def clear(request: Any, answer_id: str) -> HttpResponse:
    """Say that nothing in an answer tells who somebody is."""
    found = answer_at(answer_id, to_change=True)
    change = partial(identifying.clear, answer=found, by=request.user)
    done(request, change, "The answer is cleared. You can use it now.")
    return _back(request, found)


@member(Permission.CODE_ANSWERS, writes=True)
@only_sent(OPEN, "answer_id")
def hide(request: Any, answer_id: str) -> HttpResponse:
    """Hide words that tell too much."""
    found = answer_at(answer_id, to_change=True)
    names = identifying.known_names()
    form = _hide_form(found, names, request.POST)
    if form.is_valid():
        try:
            identifying.hide_words(
                answer=found,
                places=form.cleaned_data.get("places", ()),
                also=form.cleaned_data["also"],
                names=names,
                by=request.user,
            )
        except CandelaError as error:
            form.add_error("also", str(error))
        else:
            messages.success(request, "The words are hidden.")
            return _back(request, found)
    return _page(request, found, hide_form=form)


@member(Permission.CODE_ANSWERS, writes=True)
@only_sent(OPEN, "answer_id")
def look_again(request: Any, answer_id: str) -> HttpResponse:
    """Undo clearing or hiding."""
    found = answer_at(answer_id, to_change=True)
    change = partial(identifying.look_again, answer=found, by=request.user)
    done(request, change, "The answer is as it was sent. Look at it again.")
    return _back(request, found)


@member(Permission.CODE_ANSWERS, writes=True)
@only_sent(OPEN, "answer_id")
def write(request: Any, answer_id: str) -> HttpResponse:
    """Write a statement from an answer."""
    found = answer_at(answer_id, to_change=True)
    form = NewStatement(request.POST)
    if form.is_valid():
        try:
            made = writing.write_from_answer(
                answer=found,
                by=request.user,
                now=datetime.now(UTC),
                **form.cleaned_data,
            )
        except CandelaError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{made.label} is written, as a draft.")
            return _back(request, found)
    return _page(request, found, write_form=form)


@member(Permission.CODE_ANSWERS, writes=True)
@only_sent(OPEN, "answer_id")
def attach(request: Any, answer_id: str) -> HttpResponse:
    """Tie an answer to a statement that is there already."""
    found = answer_at(answer_id, to_change=True)
    form = AttachAnswer(request.POST)
    if form.is_valid():
        try:
            made = writing.attach(
                answer=found,
                number=form.cleaned_data["number"],
                by=request.user,
                now=datetime.now(UTC),
            )
        except CandelaError as error:
            form.add_error("number", str(error))
        else:
            messages.success(request, f"The answer is tied to {made.label}.")
            return _back(request, found)
    return _page(request, found, attach_form=form)


@member(Permission.CODE_ANSWERS, writes=True)
@only_sent(OPEN, "answer_id")
def nothing(request: Any, answer_id: str) -> HttpResponse:
    """Say that an answer tells of no change, and go on to the next."""
    found = answer_at(answer_id, to_change=True)
    now = datetime.now(UTC)
    change = partial(writing.nothing_to_code, answer=found, by=request.user, now=now)
    done(request, change, "There is nothing to code in this answer.")
    return _back(request, found)


@member(Permission.CODE_ANSWERS, writes=True)
@only_sent(OPEN, "answer_id")
def undo_nothing(request: Any, answer_id: str) -> HttpResponse:
    """Take back that there was nothing to code."""
    found = answer_at(answer_id, to_change=True)
    change = partial(writing.undo_nothing, answer=found, by=request.user)
    done(request, change, "The answer waits to be read again.")
    return _back(request, found)


@member(Permission.CODE_ANSWERS, writes=True)
@only_sent(OPEN, "answer_id")
def untie(request: Any, answer_id: str) -> HttpResponse:
    """Undo a statement from an answer, or untie it from one."""
    found = answer_at(answer_id, to_change=True)
    number = request.POST.get("source", "")
    key = int(number) if number.isascii() and number.isdigit() else 0
    source = get_object_or_404(Source, pk=key, answer=found)
    now = datetime.now(UTC)
    done(request, partial(writing.untie, source=source, by=request.user, now=now), "")
    return _back(request, found)


@member(Permission.CODE_ANSWERS, writes=True)
def code_again(request: Any, answer_id: str) -> HttpResponse:
    """Code an answer a second time, without seeing what the first coder made of it."""
    found = answer_at(answer_id, to_change=request.method == "POST")
    own = Coding.objects.filter(answer=found, coder=request.user).first()
    if own is None and not Coding.objects.filter(answer=found).exists():
        raise Http404
    form = SecondCoding(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        now = datetime.now(UTC)
        change = partial(
            writing.code_again,
            answer=found,
            by=request.user,
            now=now,
            **form.cleaned_data,
        )
        done(request, change, "Your coding is kept, beside that of the first coder.")
        return redirect("answers", request.organisation.slug)
    names = identifying.known_names()
    context = {
        "caption": found.response.group.campaign.study.short_title,
        "organisation": request.organisation,
        "shown": workspace.seen_as(found, request.membership),
        "about": kinds_in_words(workspace.seen_as(found, request.membership).kinds),
        "pieces": workspace.pieces(found, names),
        "is_locked": identifying.is_locked(found, names),
        "own": own,
        "agreement": agreement().words,
        "form": form,
        "in_error": bool(form.errors),
    }
    return render(request, "coding/second.html", context)
