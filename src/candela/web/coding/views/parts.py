"""What belongs to a statement: figures, evidence, credits, repeats, and steps."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from candela.errors import CandelaError
from candela.impact.lifecycle import State, Step
from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.coding import editing, steps
from candela.web.coding.figure_forms import (
    CreditForm,
    FigureForm,
    RepeatForm,
    SupportForm,
)
from candela.web.coding.models import Quantity, Statement
from candela.web.coding.page import BUTTONS, evidence_to_tie, statement_page
from candela.web.coding.values import claim_of
from candela.web.coding.views.fetching import done, only_sent, statement_at
from candela.web.studies.choosing import colleagues

__all__ = [
    "add_figure",
    "credit",
    "remove_figure",
    "repeat",
    "step",
    "support",
    "unsupport",
]

OPEN = "statement"


def _page(request: Any, statement: Statement, **sent: forms.Form) -> HttpResponse:
    """Return the statement's page with a form that was sent back."""
    context = statement_page(statement, request.membership, **sent)
    return render(request, "coding/statement.html", context)


def _back(request: Any, statement: Statement) -> HttpResponse:
    return redirect(OPEN, request.organisation.slug, statement.pk)


@member(Permission.CODE_ANSWERS, writes=True)
@only_sent(OPEN, "statement_id")
def add_figure(request: Any, statement_id: int) -> HttpResponse:
    """Add a figure."""
    found = statement_at(request, statement_id, to_change=True)
    form = FigureForm(request.POST)
    if not form.is_valid():
        return _page(request, found, figure_form=form)
    change = partial(
        editing.add_figure,
        statement=found,
        values=form.cleaned_data,
        by=request.user,
        now=datetime.now(UTC),
    )
    done(request, change, "The figure is added.")
    return _back(request, found)


@member(Permission.CODE_ANSWERS, writes=True)
def remove_figure(request: Any, statement_id: int, quantity_id: int) -> HttpResponse:
    """Take a figure away."""
    sent = request.method == "POST"
    found = statement_at(request, statement_id, to_change=sent)
    figure = get_object_or_404(Quantity, pk=quantity_id, statement=found)
    if sent:
        figure.statement = found
        now = datetime.now(UTC)
        change = partial(editing.remove_figure, figure=figure, by=request.user, now=now)
        done(request, change, "The figure is gone.")
    return _back(request, found)


@member(Permission.ADD_EVIDENCE, writes=True)
@only_sent(OPEN, "statement_id")
def support(request: Any, statement_id: int) -> HttpResponse:
    """Tie evidence to a statement."""
    found = statement_at(request, statement_id, to_change=True)
    form = SupportForm(request.POST, evidence=evidence_to_tie(claim_of(found)))
    if not form.is_valid():
        return _page(request, found, support_form=form)
    change = partial(
        editing.support,
        statement=found,
        evidence=form.cleaned_data["evidence"],
        respects=form.cleaned_data["supports"],
        note=form.cleaned_data["note"],
        by=request.user,
        now=datetime.now(UTC),
    )
    done(request, change, f"{form.cleaned_data['evidence'].label} is tied to it.")
    return _back(request, found)


@member(Permission.ADD_EVIDENCE, writes=True)
@only_sent(OPEN, "statement_id")
def unsupport(request: Any, statement_id: int) -> HttpResponse:
    """Untie evidence from a statement."""
    found = statement_at(request, statement_id, to_change=True)
    number = request.POST.get("support", "")
    key = int(number) if number.isascii() and number.isdigit() else 0
    tie = get_object_or_404(found.supports.select_related("evidence"), pk=key)
    tie.statement = found
    now = datetime.now(UTC)
    change = partial(editing.unsupport, tie=tie, by=request.user, now=now)
    done(request, change, f"{tie.evidence.label} is no longer tied to it.")
    return _back(request, found)


@member(Permission.CODE_ANSWERS, writes=True)
@only_sent(OPEN, "statement_id")
def credit(request: Any, statement_id: int) -> HttpResponse:
    """Say in whose own records a statement is too."""
    found = statement_at(request, statement_id, to_change=True)
    form = CreditForm(request.POST, colleagues=colleagues())
    if not form.is_valid():
        return _page(request, found, credit_form=form)
    change = partial(
        editing.credit,
        statement=found,
        colleagues=form.cleaned_data["colleagues"],
        by=request.user,
        now=datetime.now(UTC),
    )
    done(request, change, "Saved. The statement is counted once all the same.")
    return _back(request, found)


@member(Permission.CODE_ANSWERS, writes=True)
@only_sent(OPEN, "statement_id")
def repeat(request: Any, statement_id: int) -> HttpResponse:
    """Say whether a statement repeats another."""
    found = statement_at(request, statement_id, to_change=True)
    form = RepeatForm(request.POST)
    if form.is_valid():
        number = form.cleaned_data["number"]
        other = Statement.objects.filter(number=number).first() if number else None
        if number and other is None:
            form.add_error("number", f"there is no S-{number}. Type another number.")
        else:
            try:
                editing.repeat(
                    statement=found, of=other, by=request.user, now=datetime.now(UTC)
                )
            except CandelaError as error:
                form.add_error("number", str(error))
            else:
                said = f"It repeats {other.label}" if other else "It repeats none"
                messages.success(request, f"{said}. That is saved.")
                return _back(request, found)
    return _page(request, found, repeat_form=form)


@member(Permission.SEE_IMPACT, writes=True)
@only_sent(OPEN, "statement_id")
def step(request: Any, statement_id: int) -> HttpResponse:
    """Take a step with a statement; who may take it is asked by the rules."""
    found = statement_at(request, statement_id, to_change=True)
    chosen = next((s for s in BUTTONS if s.value == request.POST.get("step")), None)
    if chosen is None:
        messages.error(request, "That step is not known here. Choose one on the page.")
        return _back(request, found)
    change = partial(
        steps.take,
        statement=found,
        step=Step(chosen),
        membership=request.membership,
        now=datetime.now(UTC),
        why=" ".join(request.POST.get("why", "").split())[:500],
    )
    if done(request, change, f"{found.label}: {_said(chosen)}."):
        found.refresh_from_db()
        messages.info(request, f"It is now {State(found.state).words}.")
    return _back(request, found)


def _said(chosen: Step) -> str:
    """Return what was done, in words."""
    return f"you {chosen.words} it"
