"""Shall I do this?  The first page of a link, a poster's door, and three ways out."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from candela.impact.questions import Form, page_after, visible_pages
from candela.web.answering import drafts, visits
from candela.web.answering.door_limits import MINUTES, limits
from candela.web.answering.drafts import Kept
from candela.web.answering.views.frame import (
    address,
    around,
    common_words,
    form_for,
    go,
    holds_link,
    kept_of,
    private,
    reads_freely,
    shown,
)
from candela.web.answering.visits import Visit
from candela.web.answering.words import MODES, care_words, format_words
from candela.web.campaigns import links
from candela.web.campaigns.models import Group, Invitation
from candela.web.parts import Link
from candela.web.questionnaires.reading import form_of, formats_of
from candela.web.scoping import organisation_scope

__all__ = ["delete", "door", "no_thanks", "welcome"]


@holds_link
def welcome(request: Any, visit: Visit, now: datetime) -> HttpResponse:
    """Say who asks, how long it takes and who sees what; opening it changes nothing."""
    kept = kept_of(visit)
    form = form_for(request, visit, kept)
    context = {
        **around(visit, form),
        **_promises(visit.group, form),
        "start": address("tell-page", visit, _next_page(form, kept), form=form),
        "has_begun": bool(kept and kept.answers),
        "just_kept": "kept" in request.GET,
        "came_by_door": visit.invitation is None,
        "own_address": request.build_absolute_uri(reverse("tell", args=[visit.token])),
        "formats": list(_formats(visit, form)),
    }
    return shown(request, "welcome", context)


def _promises(group: Group, form: Form) -> dict[str, Any]:
    """Return what somebody must know before they begin."""
    return {
        "minutes": form.minutes_goal,
        "care": care_words(group.role),
        "mode": MODES[group.mode],
        "intro": form.first_page,
    }


def _next_page(form: Form, kept: Kept | None) -> str:
    """Return the first page that was not saved yet; after the last, that one."""
    answers = kept.answers if kept else {}
    pages = visible_pages(form, answers)
    seen = kept.saved_by if kept else {}
    unseen = next((page for page in pages if page.code not in seen), pages[-1])
    return unseen.code


def _formats(visit: Visit, form: Form) -> Any:
    """Yield links to the other formats and languages."""
    for format, locale in formats_of(visit.group.questionnaire):
        words = format_words(format, locale)
        if words and (format, locale) != (form.format, form.locale):
            path = reverse("tell", args=[visit.token])
            yield Link(words, f"{path}?format={format.value}&lang={locale}")


@holds_link
def no_thanks(request: Any, visit: Visit, now: datetime) -> HttpResponse:
    """Let somebody say that they do not want to be asked again."""
    if request.method != "POST":
        return shown(request, "no-thanks", around(visit))
    drafts.forget(visit.token)
    if visit.invitation is not None:
        Invitation.objects.filter(
            pk=visit.invitation.pk, state__in=links.USABLE
        ).update(state=Invitation.State.NO_THANKS)
    return shown(request, "no-more", around(visit))


@holds_link
def delete(request: Any, visit: Visit, now: datetime) -> HttpResponse:
    """Delete what was answered so far, for good."""
    if request.method != "POST":
        return shown(request, "delete", around(visit))
    drafts.forget(visit.token)
    messages.success(request, "Everything you had answered here was deleted.")
    if visit.invitation is None:
        return HttpResponseRedirect(reverse("door", args=[visit.group.door]))
    return go("tell", visit)


@reads_freely
def door(request: Any, door: str) -> HttpResponse:
    """Let in who has a poster's code; a link of their own is made when they start."""
    now = datetime.now(UTC)
    group = links.find_door(door)
    if group is None or not links.takes_answers(group.campaign, now):
        return common_words(request)
    request.made_up = group.organisation.is_training
    with organisation_scope(group.organisation):
        return private(_before_door(request, group, now))


def _before_door(request: Any, group: Group, now: datetime) -> HttpResponse:
    wrong_word = False
    if request.method == "POST":
        if not limits.lets_in(request.META.get("REMOTE_ADDR", ""), now):
            return _too_many(request)
        if _says_passphrase(request, group):
            return _let_in(request, group, now)
        wrong_word = True
    form = form_of(group.questionnaire)
    context = {
        **around(Visit("", group), form),
        **_promises(group, form),
        "passphrase": bool(group.passphrase),
        "wrong_word": wrong_word,
    }
    return shown(request, "door", context)


def _says_passphrase(request: Any, group: Group) -> bool:
    typed = request.POST.get("passphrase", "").strip().casefold()
    return constant_time_compare(typed, group.passphrase.strip().casefold())


def _let_in(request: Any, group: Group, now: datetime) -> HttpResponse:
    visit = visits.through_door(group, now=now)
    if visit is None:
        return common_words(request)
    form = form_for(request, visit, None)
    first = page_after(form, {}, "")
    assert first is not None  # every form has a page that is always shown
    return go("tell-page", visit, first.code, form=form)


def _too_many(request: Any) -> HttpResponse:
    context = {"minutes": MINUTES}
    return shown(request, "too-many", context, status=429)
