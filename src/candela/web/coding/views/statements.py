"""What exactly is claimed?  The list, one statement, and what changes it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode

from candela.errors import CandelaError
from candela.impact.framework import framework
from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.coding import editing, writing
from candela.web.coding.forms import NewStatement
from candela.web.coding.listing import (
    KindSearch,
    StatementSearch,
    finding,
    statements_for,
)
from candela.web.coding.models import Statement
from candela.web.coding.page import statement_page
from candela.web.coding.statement_form import StatementForm
from candela.web.coding.views.fetching import statement_at
from candela.web.parts import numbered_pages
from candela.web.studies.choosing import studies
from candela.web.studies.models import Study

__all__ = ["change", "new", "statement", "statements"]

ON_A_PAGE = 25
OPEN = "statement"


@member(Permission.SEE_IMPACT)
def statements(request: Any) -> HttpResponse:
    """List the statements, or those that somebody looks for."""
    search = StatementSearch(request.GET or None)
    among = statements_for(request.membership)
    found = search.found(among)
    page = Paginator(found, ON_A_PAGE).get_page(request.GET.get("page"))
    kept = {n: request.GET[n] for n in search.fields if request.GET.get(n)}
    context = {
        "caption": request.organisation.name,
        "organisation": request.organisation,
        "finding": finding(among),
        "search": search,
        "statements": page.object_list,
        "looked_for": bool(kept),
        "pages": numbered_pages(page, lambda n: f"?{urlencode({**kept, 'page': n})}"),
        "may_write": request.membership.may(Permission.CODE_ANSWERS),
        "may_review": request.membership.may(Permission.REVIEW_STATEMENTS),
        "in_error": bool(search.errors),
    }
    return render(request, "coding/statements.html", context)


@member(Permission.CODE_ANSWERS, writes=True)
def new(request: Any) -> HttpResponse:
    """Write a statement that rests on evidence, not on an answer."""
    form = NewOfStudy(request.POST if request.method == "POST" else None)
    form.fields["study"].initial = request.GET.get("study")
    if request.method == "POST" and form.is_valid():
        made = writing.write_statement(
            by=request.user, now=datetime.now(UTC), **form.cleaned_data
        )
        messages.success(request, f"{made.label} is written, as a draft.")
        return redirect(OPEN, request.organisation.slug, made.pk)
    context = {
        "caption": request.organisation.name,
        "organisation": request.organisation,
        "form": form,
        "kinds": framework().domains,
        "in_error": bool(form.errors),
    }
    return render(request, "coding/new.html", context)


class NewOfStudy(NewStatement):
    """A statement about a study that is chosen."""

    study = forms.ModelChoiceField(
        Study.objects.none(), label="Which study?", empty_label="---"
    )
    field_order = ("study", "text", "kind", "direction", "horizon")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["study"].queryset = studies()


@member(Permission.SEE_IMPACT)
def statement(request: Any, statement_id: int) -> HttpResponse:
    """Show everything that is claimed, and what can be done with it."""
    found = statement_at(request, statement_id)
    context = statement_page(found, request.membership)
    return render(request, "coding/statement.html", context)


@member(Permission.CODE_ANSWERS, writes=True)
def change(request: Any, statement_id: int) -> HttpResponse:
    """Change what is claimed; who saves second sees both texts and picks."""
    sent = request.method == "POST"
    found = statement_at(request, statement_id, to_change=sent)
    form = StatementForm(request.POST) if sent else StatementForm.of(found)
    differences: list[editing.Difference] = []
    if sent and form.is_valid():
        try:
            editing.change(
                statement=found,
                edition=form.cleaned_data["edition"],
                values=form.values(),
                by=request.user,
                now=datetime.now(UTC),
            )
        except editing.ChangedMeanwhile as error:
            found.refresh_from_db()
            differences = editing.differences(found, form.values(), form.labels())
            form = _with_edition(request.POST, found)
            form.add_error(None, str(error))
        except CandelaError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, f"{found.label} is saved.")
            return redirect(OPEN, request.organisation.slug, found.pk)
    kinds = KindSearch(request.GET or None)
    context = {
        "caption": f"{found.label}, {found.study.short_title}",
        "organisation": request.organisation,
        "statement": found,
        "form": form,
        "differences": differences,
        "may_be_edited": editing.may_be_edited(found),
        "kind_search": kinds,
        "looked_for": bool(request.GET.get("kind_search")),
        "kinds_found": kinds.found(),
        "kinds": framework().domains,
        "in_error": bool(form.errors),
    }
    return render(request, "coding/change.html", context)


def _with_edition(typed: Any, found: Statement) -> StatementForm:
    """Return the form with what was typed, of the edition that is saved now."""
    now = typed.copy()
    now["edition"] = str(found.edition)
    form = StatementForm(now)
    form.is_valid()
    return form
