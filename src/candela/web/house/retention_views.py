"""What will be deleted, when, and what is kept longer, and why?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from candela.errors import InputError
from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.house import holds
from candela.web.house.models import Hold
from candela.web.house.retention import FIXED, RULES, Coming, Rule, coming
from candela.web.shown import day, moment

__all__ = ["hold", "release", "retention"]

NOTHING = "Nothing of this kind waits to be deleted."


class Reason(forms.Form):
    """Why something is kept longer than the schedule says."""

    reason = forms.CharField(
        label="Reason",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For example, the number of a request for information. Name nobody.",
    )


@member(Permission.SEE_RETENTION)
def retention(request: HttpRequest) -> HttpResponse:
    """Show the schedule: what goes next, and what is held."""
    now = datetime.now(UTC)
    held = {
        h.what: h
        for h in Hold.objects.filter(released_at=None).select_related("held_by")
    }
    rows = [(rule, coming(rule, now), held.get(key)) for key, rule in RULES.items()]
    context = {
        "caption": request.organisation.name,  # type: ignore[attr-defined]
        "finding": _finding(rows),
        "rules": [_told(request, *row) for row in rows],
        "fixed": FIXED,
    }
    return render(request, "house/retention.html", context)


@member(Permission.SEE_RETENTION, writes=True)
def hold(request: HttpRequest, what: str) -> HttpResponse:
    """Ask for the reason, then keep this until further notice."""
    rule = _rule(what)
    organisation = request.organisation  # type: ignore[attr-defined]
    form = Reason(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            holds.hold(
                organisation=organisation,
                what=what,
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=datetime.now(UTC),
            )
        except InputError as error:
            messages.warning(request, str(error))
        else:
            messages.success(request, f"Kept until you let it go: {rule.many}.")
        return redirect("retention", organisation.slug)
    context = {
        "caption": organisation.name,
        "rule": rule,
        "form": form,
        "in_error": form.is_bound,
        "back": reverse("retention", args=[organisation.slug]),
    }
    return render(request, "house/hold.html", context)


@member(Permission.SEE_RETENTION, writes=True)
def release(request: HttpRequest, what: str) -> HttpResponse:
    """Let the schedule go on."""
    rule = _rule(what)
    organisation = request.organisation  # type: ignore[attr-defined]
    if request.method == "POST":
        now = datetime.now(UTC)
        holds.release(organisation=organisation, what=what, by=request.user, now=now)
        messages.success(request, f"The schedule goes on: {rule.many}.")
    return redirect("retention", organisation.slug)


def _rule(what: str) -> Rule:
    if what not in RULES:
        raise Http404
    return RULES[what]


def _finding(rows: list[tuple[Rule, Coming | None, Hold | None]]) -> str:
    """Return what is deleted first, of what is not held."""
    open_rows = [(next_, rule) for rule, next_, held in rows if next_ and not held]
    if not open_rows:
        return "Nothing of this organisation waits to be deleted."
    first, rule = min(open_rows, key=lambda row: row[0].day)
    return _sentence(rule, first)


def _sentence(rule: Rule, next_: Coming) -> str:
    things = rule.one if next_.count == 1 else rule.many
    return f"On {day(next_.day)}, {next_.count:,} {things} will be deleted."


def _told(
    request: HttpRequest, rule: Rule, next_: Coming | None, held: Hold | None
) -> dict[str, Any]:
    slug = request.organisation.slug  # type: ignore[attr-defined]
    name = f"{rule.many[0].upper()}{rule.many[1:]}"
    if held is None:
        told = _sentence(rule, next_) if next_ else NOTHING
    else:
        by = f" by {held.held_by}" if held.held_by else ""
        told = f"Kept{by} since {moment(held.held_at)}: {held.reason}"
    return {
        "name": name,
        "words": rule.words,
        "coming": told,
        "is_held": held is not None,
        "hold": reverse("hold", args=[slug, rule.key]),
        "release": reverse("release", args=[slug, rule.key]),
    }
