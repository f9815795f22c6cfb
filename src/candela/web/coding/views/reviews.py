"""Is it true, and may we say it?  The queue, and one review."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from candela.errors import CandelaError
from candela.impact.lifecycle import Step
from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.coding import reviewing, steps, telling
from candela.web.coding.models import Statement
from candela.web.coding.page import statement_page
from candela.web.coding.review_form import ReviewForm
from candela.web.coding.values import claim_of
from candela.web.coding.views.fetching import statement_at

__all__ = ["review", "reviews"]


@member(Permission.REVIEW_STATEMENTS)
def reviews(request: Any) -> HttpResponse:
    """List the statements that wait for a reviewer."""
    lines = [
        (statement, telling.state_words(statement), _own(statement, request))
        for statement in reviewing.waiting()
    ]
    context = {
        "caption": request.organisation.name,
        "organisation": request.organisation,
        "lines": lines,
        "for_you": sum(not own for _, _, own in lines),
    }
    return render(request, "coding/reviews.html", context)


def _own(statement: Statement, request: Any) -> str:
    """Return why this reviewer leaves a statement to others."""
    return " ".join(steps.own_reasons(statement, request.membership))


@member(Permission.REVIEW_STATEMENTS, writes=True)
def review(request: Any, statement_id: int) -> HttpResponse:
    """Show a claim beside its evidence, and take the decision."""
    sent = request.method == "POST"
    found = statement_at(request, statement_id, to_change=sent)
    form = ReviewForm(
        request.POST if sent else None, initial={"edition": found.edition}
    )
    if sent and form.is_valid() and not _is_as_shown(form, found):
        form = _of_edition(request.POST, found)
    elif sent and form.is_valid():
        try:
            state = reviewing.decide(
                statement=found,
                membership=request.membership,
                now=datetime.now(UTC),
                **form.decided(),
            )
        except steps.Refused as error:
            messages.error(request, f"Nothing was changed. {error}")
            return redirect("statement-review", request.organisation.slug, found.pk)
        except CandelaError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{found.label} is now {state.words}.")
            return redirect("reviews", request.organisation.slug)
    return render(request, "coding/review.html", _context(request, found, form))


def _is_as_shown(form: ReviewForm, found: Statement) -> bool:
    """Say whether the statement is still what the page showed."""
    return form.cleaned_data["edition"] in (None, found.edition)


def _of_edition(typed: Any, found: Statement) -> ReviewForm:
    """Return the form with what was typed, to decide about what is there now."""
    now = typed.copy()
    now["edition"] = str(found.edition)
    form = ReviewForm(now)
    form.add_error(
        None,
        "The statement was changed while you looked at it. Nothing was decided. Look "
        "at it as it is now, and decide again.",
    )
    return form


def _context(request: Any, found: Statement, form: ReviewForm) -> dict[str, Any]:
    page = statement_page(found, request.membership)
    return {
        **page,
        "caption": f"{found.label}, {found.study.short_title}",
        "finding": telling.finding(claim_of(found)),
        "own": steps.own_reasons(found, request.membership),
        "waits": steps.why_not(found, Step.RETURN, request.membership),
        "form": form,
        "in_error": bool(form.errors),
    }
