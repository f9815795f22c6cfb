"""Which row does the address of a page name, and what is said after a change?"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from candela.errors import CandelaError
from candela.web.answering.models import Answer
from candela.web.coding.listing import statements_for
from candela.web.coding.models import Evidence, Statement
from candela.web.coding.reading import readable_answers

__all__ = ["answer_at", "done", "evidence_at", "only_sent", "statement_at"]

View = Callable[..., HttpResponse]


def answer_at(answer_id: str, *, to_change: bool = False) -> Answer:
    """Return an answer that may be read; locked, where it is going to be changed."""
    try:
        key = UUID(answer_id)
    except ValueError:
        raise Http404 from None
    if to_change:
        Answer.objects.select_for_update().filter(pk=key).first()
    answer: Answer | None = readable_answers().filter(pk=key).first()
    if answer is None:
        raise Http404
    return answer


def statement_at(
    request: Any, statement_id: int, *, to_change: bool = False
) -> Statement:
    """Return a statement that this member may see; locked, where it is changed."""
    statements = statements_for(request.membership).filter(pk=statement_id)
    if to_change:
        statement = statements.select_for_update().first()
    else:
        statement = statements.select_related("study", "author", "same_as").first()
    if statement is None:
        raise Http404
    statement.organisation = request.organisation
    return statement


def evidence_at(request: Any, evidence_id: int, *, to_change: bool = False) -> Evidence:
    """Return a piece of evidence; locked, where it is going to be changed."""
    rows = Evidence.objects.filter(pk=evidence_id)
    if to_change:
        evidence = rows.select_for_update().first()
    else:
        evidence = rows.select_related("added_by", "redacted_copy").first()
    if evidence is None:
        raise Http404
    evidence.organisation = request.organisation
    return evidence


def only_sent(page: str, name: str) -> Callable[[View], View]:
    """Lead who only opens the address of a change to the page it is on.

    ``name`` is the identifier in the address that the page has too.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: Any, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method != "POST":
                return redirect(page, request.organisation.slug, kwargs[name])
            return view(request, *args, **kwargs)

        return checked

    return decorate


def done(request: Any, change: Callable[[], object], words: str) -> bool:
    """Make a change; say what was done, or why it cannot be."""
    try:
        said = change()
    except CandelaError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, said if isinstance(said, str) and not words else words)
    return True
