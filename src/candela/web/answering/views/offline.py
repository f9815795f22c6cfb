"""All questions on one page, for where there is no signal.

Without scripts it is a plain form.  With them the browser keeps the page and what was
typed, and sends it when there is a signal again.  However often it is sent, the link
takes it once.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.templatetags.static import static
from django.urls import reverse

from candela.impact.questions import Form
from candela.web.access import public
from candela.web.answering import news
from candela.web.answering.asking import Questions, shown_questions
from candela.web.answering.drafts import Kept
from candela.web.answering.looking import Noticed, noticed
from candela.web.answering.models import Response
from candela.web.answering.sending import AlreadySent, NotNow, Sent, send
from candela.web.answering.views.frame import (
    already_sent,
    around,
    common_words,
    form_for,
    kept_of,
    sends_once,
    shown,
    ticket,
)
from candela.web.answering.visits import Visit
from candela.web.answering.words import MODES, care_words, quote_choices
from candela.web.answering.writing import QUOTE, names_of

__all__ = ["offline", "worker"]

WORKER = Path(__file__).parents[2] / "static" / "candela" / "answering-worker.js"
SHELL = (
    "nhsuk/nhsuk-frontend.min.css",
    "nhsuk/nhsuk-frontend.min.js",
    "candela/candela.css",
    "candela/answering.css",
    "candela/answering.js",
)


@sends_once
def offline(request: Any, visit: Visit, now: datetime) -> HttpResponse:
    """Ask everything on one page, and take it."""
    kept = kept_of(visit) or Kept()
    form = form_for(request, visit, kept)
    is_sent = request.method == "POST"
    questions = Questions(
        form.questions, kept.answers, request.POST if is_sent else None
    )
    found: list[Noticed] = []
    if is_sent and questions.is_valid():
        found = list(noticed(form, questions.given, names_of(visit.group)))
        if not found or "looked" in request.POST:
            return _send(request, visit, form, questions, now)
    context = {
        **around(visit, form),
        "questions": shown_questions(questions, is_page=False),
        "form": questions,
        "in_error": is_sent and not found,
        "noticed": found,
        "minutes": form.minutes_goal,
        "care": care_words(visit.group.role),
        "mode": MODES[visit.group.mode],
        "quote_choices": quote_choices(
            may_name=False, chosen=request.POST.get("quote", "")
        ),
        "anonymous": visit.is_anonymous,
        "ticket": ticket(visit.token),
    }
    status = 422 if is_sent else 200
    return shown(request, "offline", context, status=status)


def _send(
    request: Any, visit: Visit, form: Form, questions: Questions, now: datetime
) -> HttpResponse:
    came_later = request.POST.get("later") == "1"
    ways: Any = Response.How
    what = Sent(
        answers=questions.given,  # all of it: nothing was hidden on this page
        quote=QUOTE if request.POST.get("quote") == QUOTE else "",
        how=(ways.OFFLINE if came_later else ways.WEB).value,
        format=form.format.value,
        locale=form.locale,
    )
    try:
        send(visit=visit, sent=what, now=now)
    except AlreadySent:
        return already_sent(request)
    except NotNow:
        return common_words(request)
    where = reverse("tell-sent", args=[visit.token])
    group = "" if visit.invitation else f"&g={news.named(visit.group)}"
    return HttpResponseRedirect(f"{where}?t={ticket(visit.token)}{group}")


@public
def worker(request: Any) -> HttpResponse:
    """Give out the script that keeps the one page for later; it works below /tell/."""
    shell = "\n".join(f"  '{static(name)}'," for name in SHELL)
    text = WORKER.read_text(encoding="utf-8").replace("  // SHELL", shell)
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response.headers["Cache-Control"] = "no-cache"
    return response
