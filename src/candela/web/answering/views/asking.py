"""One question a page: it is saved as soon as somebody goes on, back or away."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse

from candela.impact.answers import Value
from candela.impact.questions import Form, Page, page_after, page_before
from candela.web.answering import drafts
from candela.web.answering.asking import Questions, in_words, shown_questions
from candela.web.answering.drafts import Kept
from candela.web.answering.views.frame import (
    address,
    around,
    form_for,
    go,
    holds_link,
    kept_of,
    shown,
)
from candela.web.answering.visits import Visit

__all__ = ["page"]

TAB = 22


@holds_link
def page(request: Any, visit: Visit, now: datetime, page: str) -> HttpResponse:
    """Ask what is on one page; keep what was answered."""
    kept = kept_of(visit, to_change=request.method == "POST") or Kept()
    form = form_for(request, visit, kept)
    found = next((p for p in form.pages if p.code == page), None)
    if found is None:
        raise Http404
    if request.method != "POST":
        questions = Questions(found.questions, kept.of(found))
        return _shown(request, visit, form, found, kept, questions)
    questions = Questions(found.questions, {}, request.POST)
    if not questions.is_valid():
        return _shown(request, visit, form, found, kept, questions, status=422)
    return _saved(request, visit, form, found, kept, questions.given, now)


def _shown(
    request: Any,
    visit: Visit,
    form: Form,
    page: Page,
    kept: Kept,
    questions: Questions,
    *,
    status: int = 200,
) -> HttpResponse:
    """Return the page; its form says what it was made from."""
    was_sent = request.method == "POST"
    context = {
        **around(visit, form),
        "questions": shown_questions(questions, is_page=True),
        "form": questions,
        "in_error": bool(questions.errors),
        "question": page.questions[0].text,
        "part": f"Part {page.part} of {len(form.parts)}: {form.parts[page.part - 1]}",
        "has_before": page_before(form, kept.answers, page.code) is not None,
        "seen": request.POST.get("seen", "")
        if was_sent
        else kept.saved_by.get(page.code, ""),
        "tab": request.POST.get("tab", "") if was_sent else secrets.token_urlsafe(8),
        "to_check": address("tell-check", visit, form=form),
    }
    return shown(request, "page", context, status=status)


def _saved(
    request: Any,
    visit: Visit,
    form: Form,
    page: Page,
    kept: Kept,
    given: dict[str, Value],
    now: datetime,
) -> HttpResponse:
    """Keep a page, unless another tab has kept other words since; then show both."""
    way = request.POST.get("go", "on")
    if way == "skip":
        given = kept.of(page)
    if _was_changed_elsewhere(request, kept, page, given):
        return _both(request, visit, form, page, kept, given)
    tab = request.POST.get("tab", "")[:TAB]
    kept = replace(
        kept.with_page(page, given, tab), format=form.format, locale=form.locale
    )
    drafts.save(visit.token, visit.group, kept, today=now.date())
    return _next(visit, form, page, kept, way)


def _was_changed_elsewhere(
    request: Any, kept: Kept, page: Page, given: dict[str, Value]
) -> bool:
    """Say whether there are words of this page that its sender has not seen."""
    if kept.of(page) == given or not kept.of(page):
        return False
    own = (request.POST.get("seen", ""), request.POST.get("tab", ""))
    return kept.saved_by.get(page.code, "") not in own


def _both(
    request: Any,
    visit: Visit,
    form: Form,
    page: Page,
    kept: Kept,
    given: dict[str, Value],
) -> HttpResponse:
    """Show what is kept and what was sent now; nothing is written over."""
    context = {
        **around(visit, form),
        "kept": _read_back(page, kept.of(page)),
        "given": _read_back(page, given),
        "posted": [
            (name, value)
            for name, values in request.POST.lists()
            if name not in ("csrfmiddlewaretoken", "seen", "go")
            for value in values
        ],
        "seen": kept.saved_by.get(page.code, ""),
        "go": request.POST.get("go", "on"),
        "keep": address("tell-page", visit, page.code, form=form),
    }
    return shown(request, "two-tabs", context, status=409)


def _read_back(page: Page, answers: dict[str, Value]) -> list[tuple[str, str]]:
    return [
        (asked.text, in_words(asked, answers[asked.code]))
        for asked in page.questions
        if asked.code in answers
    ]


def _next(visit: Visit, form: Form, page: Page, kept: Kept, way: str) -> HttpResponse:
    """Lead on, back, or away."""
    if way == "later":
        response = go("tell", visit, form=form)
        mark = "&" if "?" in response["Location"] else "?"
        response["Location"] += f"{mark}kept"
        return response
    if way == "saved":  # by the script that saves every 20 seconds
        return HttpResponse(status=204)
    step = page_before if way == "back" else page_after
    found = step(form, kept.answers, page.code)
    if found is not None:
        return go("tell-page", visit, found.code, form=form)
    if way == "back":
        return go("tell", visit, form=form)
    return go("tell-check", visit, form=form)
