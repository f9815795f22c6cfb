"""Which statements are there, and which of them does somebody look for?"""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet

from candela.impact.framework import Kind, framework
from candela.impact.lifecycle import State
from candela.web.accounts.models import Membership
from candela.web.coding.forms import S_NUMBER
from candela.web.coding.models import Statement, StatementVersion
from candela.web.studies.models import Study
from candela.web.studies.page import SEES_UNVERIFIED

__all__ = ["KindSearch", "StatementSearch", "finding", "kinds_named", "statements_for"]


_WRITTEN = (State.DRAFT, State.RETURNED, State.SUBMITTED, State.IN_REVIEW)


class StatementSearch(forms.Form):
    """Statements are looked for by their number, a word, their study or state."""

    q = forms.CharField(
        label="Number or words, optional",
        help_text="Such as S-17, or foot checks.",
        required=False,
        max_length=80,
    )
    study = forms.ModelChoiceField(
        Study.objects.none(), label="Study, optional", required=False, empty_label="---"
    )
    state = forms.ChoiceField(
        label="How it stands, optional",
        choices=[("", "---"), *((state.value, state.words) for state in State)],
        required=False,
    )

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["study"].queryset = Study.objects.all()

    def found(self, among: QuerySet) -> QuerySet:
        """Return what was looked for among these; all, where nothing was."""
        rows = among.select_related("study").order_by("-number")
        given = self.cleaned_data if self.is_valid() else {}
        if given.get("study"):
            rows = rows.filter(study=given["study"])
        if given.get("state"):
            rows = rows.filter(state=given["state"])
        if given.get("q"):
            rows = rows.filter(_fits(given["q"]))
        return rows


class KindSearch(forms.Form):
    """A kind of change is looked for by any of its names."""

    kind_search = forms.CharField(
        label="Words, optional",
        help_text="Such as rota or guideline.",
        required=False,
        max_length=80,
    )

    def found(self) -> list[Kind]:
        """Return the kinds that have all the words."""
        return kinds_named(self.cleaned_data["kind_search"]) if self.is_valid() else []


def _fits(words: str) -> Q:
    number = S_NUMBER.fullmatch(words.strip())
    if number is not None:
        return Q(number=int(number[1] or number[2]))
    kinds = [kind.code for kind in kinds_named(words)]
    return Q(text__icontains=words) | Q(title__icontains=words) | Q(kind__in=kinds)


def kinds_named(words: str) -> list[Kind]:
    """Return the kinds of change whose name, other names or help have these words."""
    wanted = words.casefold().split()
    return [
        kind
        for kind in framework().kinds.values()
        if wanted and all(word in _all_words(kind) for word in wanted)
    ]


def _all_words(kind: Kind) -> str:
    names = (kind.code, kind.label, *kind.aliases, kind.help, kind.example)
    return " ".join(names).casefold()


def statements_for(membership: Membership) -> QuerySet:
    """Return the statements that a member may see.

    Who may neither write nor check them sees those that somebody independent verified,
    and those that were verified once and are written anew.
    """
    rows = Statement.objects.all()
    if any(membership.may(permission) for permission in SEES_UNVERIFIED):
        return rows
    counting = [state.value for state in State if state.counts]
    once = StatementVersion.objects.filter(statement=OuterRef("pk"), state__in=counting)
    being_written = Q(state__in=[s.value for s in _WRITTEN]) & Exists(once)
    return rows.filter(Q(state__in=counting) | being_written)


def finding(statements: QuerySet) -> str:
    """Return how many statements there are, and how far they are."""
    states = Counter(statements.order_by().values_list("state", flat=True))
    total = sum(states.values())
    if not total:
        return "No statement was written yet."
    checked = sum(n for state, n in states.items() if State(state).counts)
    there = "1 statement" if total == 1 else f"{total:,} statements"
    due = states[State.SUBMITTED.value] + states[State.IN_REVIEW.value]
    return f"{there}: {checked:,} verified, {due:,} in review."
