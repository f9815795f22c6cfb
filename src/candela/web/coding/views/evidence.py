"""What do we hold, and does it still stand?  The vault and what is in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from candela.errors import CandelaError
from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.books.uploads import refusal_of
from candela.web.coding import evidence as vault_rules
from candela.web.coding import evidence_page, vault
from candela.web.coding.evidence_forms import AddCopy, AddEvidence, ChangeEvidence
from candela.web.coding.models import Evidence
from candela.web.coding.views.fetching import done, evidence_at, only_sent
from candela.web.errors import missing_role

__all__ = ["add", "change", "copy", "file", "listed", "one", "remove", "restore"]

OPEN = "evidence-item"
BIN = timedelta(days=30)


@member(Permission.SEE_IMPACT)
def listed(request: Any) -> HttpResponse:
    """List what is held, and what needs a look."""
    held = list(
        Evidence.objects.filter(removed_at=None).prefetch_related("supports__statement")
    )
    gone = Evidence.objects.filter(removed_at__gt=datetime.now(UTC) - BIN)
    context = {
        "caption": request.organisation.name,
        "organisation": request.organisation,
        "finding": evidence_page.finding(held),
        "lines": [evidence_page.line(each, request.membership) for each in held],
        "gone": [evidence_page.line(each, request.membership) for each in gone],
        "may_add": request.membership.may(Permission.ADD_EVIDENCE),
    }
    return render(request, "coding/evidence.html", context)


@member(Permission.ADD_EVIDENCE, writes=True)
def add(request: Any) -> HttpResponse:
    """Take a file or an address as evidence."""
    sent = request.method == "POST"
    form = AddEvidence(
        request.POST if sent else None,
        request.FILES if sent else None,
        organisation=request.organisation,
        refusal=refusal_of(request),
    )
    if sent and form.is_valid():
        made = _add(request, form, form.values())
        messages.success(request, f"{made.label} is added. Tie it to a statement.")
        return redirect("evidence", request.organisation.slug)
    context = {
        "caption": request.organisation.name,
        "organisation": request.organisation,
        "form": form,
        "in_error": bool(form.errors),
    }
    return render(request, "coding/evidence-new.html", context)


def _add(request: Any, form: Any, values: dict[str, Any]) -> Evidence:
    """Keep a file, if there is one, and the row about it."""
    if form.kept is not None:
        vault.keep(Path(form.cleaned_data["file"].temporary_file_path()), form.kept)
    return vault_rules.add(
        organisation=request.organisation,
        values=values,
        file=form.kept,
        by=request.user,
        now=datetime.now(UTC),
    )


@member(Permission.SEE_IMPACT)
def one(request: Any, evidence_id: int) -> HttpResponse:
    """Show a piece of evidence: what it is, what rests on it, who may open it."""
    return _page(request, evidence_at(request, evidence_id))


def _page(request: Any, found: Evidence, **sent: Any) -> HttpResponse:
    adds = request.membership.may(Permission.ADD_EVIDENCE)
    opens = vault_rules.may_open(found, request.membership)
    context = {
        "caption": found.label,
        "organisation": request.organisation,
        "evidence": found,
        "line": evidence_page.line(found, request.membership),
        "rows": evidence_page.facts(found) if opens else [],
        "may_open": opens,
        "may_add": adds,
        "is_sensitive": found.sensitivity in vault_rules.SENSITIVE,
        "change_form": ChangeEvidence(initial=evidence_page.initial(found)),
        "copy_form": AddCopy(organisation=request.organisation),
        "sent_back": next(iter(sent.values()), None),
        "in_error": bool(sent),
        **sent,
    }
    return render(request, "coding/evidence-item.html", context)


def _refused(request: Any, found: Evidence) -> HttpResponse:
    """Say who may open it; the attempt goes into the audit log."""
    needed = vault_rules.needed_to_open(found)[-1]
    record(
        Action.REFUSED,
        by=request.user,
        organisation=request.organisation,
        thing=f"evidence:{found.pk}",
        needed=needed.name.lower(),
    )
    return missing_role(request, needed, request.membership)


@member(Permission.SEE_IMPACT, writes=True)
@only_sent(OPEN, "evidence_id")
def file(request: Any, evidence_id: int) -> HttpResponseBase:
    """Give out the file; that what is sensitive was opened is noted."""
    found = evidence_at(request, evidence_id)
    if not vault_rules.may_open(found, request.membership):
        return _refused(request, found)
    try:
        answer = vault.attachment(found)
    except CandelaError as error:
        messages.error(request, str(error))
        return redirect(OPEN, request.organisation.slug, found.pk)
    vault_rules.note_opened(evidence=found, by=request.user)
    return answer


@member(Permission.ADD_EVIDENCE, writes=True)
@only_sent(OPEN, "evidence_id")
def change(request: Any, evidence_id: int) -> HttpResponse:
    """Change what is said of a piece of evidence."""
    found = evidence_at(request, evidence_id, to_change=True)
    if not vault_rules.may_open(found, request.membership):
        return _refused(request, found)
    form = ChangeEvidence(request.POST)
    if not form.is_valid():
        return _page(request, found, change_form=form)
    try:
        vault_rules.change(evidence=found, values=form.cleaned_data, by=request.user)
    except CandelaError as error:
        form.add_error(None, str(error))
        return _page(request, found, change_form=form)
    messages.success(request, f"{found.label} is saved.")
    return redirect(OPEN, request.organisation.slug, found.pk)


@member(Permission.ADD_EVIDENCE, writes=True)
@only_sent(OPEN, "evidence_id")
def copy(request: Any, evidence_id: int) -> HttpResponse:
    """Add a copy with names taken out, which stands for the original."""
    found = evidence_at(request, evidence_id, to_change=True)
    form = AddCopy(
        request.POST,
        request.FILES,
        organisation=request.organisation,
        refusal=refusal_of(request),
    )
    if not form.is_valid():
        return _page(request, found, copy_form=form)
    title = vault_rules.title_for(found, request.membership)
    made = _add(request, form, form.values(found, title=title))
    change = partial(
        vault_rules.replace_with, evidence=found, copy=made, by=request.user
    )
    done(request, change, f"{made.label} is a copy with names taken out.")
    return redirect(OPEN, request.organisation.slug, found.pk)


@member(Permission.ADD_EVIDENCE, writes=True)
@only_sent(OPEN, "evidence_id")
def remove(request: Any, evidence_id: int) -> HttpResponse:
    """Remove a piece of evidence; it can be had back for 30 days."""
    found = evidence_at(request, evidence_id, to_change=True)
    now = datetime.now(UTC)
    change = partial(vault_rules.remove, evidence=found, by=request.user, now=now)
    done(request, change, f"{found.label} is removed. You can restore it for 30 days.")
    return redirect("evidence", request.organisation.slug)


@member(Permission.ADD_EVIDENCE, writes=True)
@only_sent(OPEN, "evidence_id")
def restore(request: Any, evidence_id: int) -> HttpResponse:
    """Bring back what was removed."""
    found = evidence_at(request, evidence_id, to_change=True)
    change = partial(vault_rules.restore, evidence=found, by=request.user)
    done(request, change, f"{found.label} is here again.")
    return redirect("evidence", request.organisation.slug)
