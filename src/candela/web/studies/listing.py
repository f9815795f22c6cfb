"""Which studies are here, which are due to be asked about, and how is that said?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django import forms
from django.db.models import Count, Max, Q, QuerySet
from django.urls import reverse

from candela.publish.pages.parts import Cell, View
from candela.web.books.forms import OneLine
from candela.web.parts import LinkCell
from candela.web.shown import day
from candela.web.studies import choosing
from candela.web.studies.models import Milestone, Service, Study, StudyStatus
from candela.web.studies.people import inside

__all__ = ["Due", "StudySearch", "due_lines", "finding", "found_by", "table"]

PUT_AWAY = Study.Status.ARCHIVED


class StudySearch(forms.Form):
    """What the list is narrowed to."""

    q = OneLine(label="Title or number", max_length=80, required=False)
    service = forms.ModelChoiceField(
        Service.objects.none(), label="Service", required=False, empty_label="All"
    )
    status = forms.ChoiceField(
        label="How far it is",
        choices=[("", "All but archived"), *StudyStatus.choices],
        required=False,
    )

    def __init__(self, *args: object, **more: object) -> None:
        super().__init__(*args, **more)  # type: ignore[arg-type]
        self.fields["service"].queryset = choosing.services()


@dataclass(frozen=True)
class Due:
    """A study that waits to be asked about."""

    milestone: Milestone
    words: str
    late: str = ""


def found_by(search: StudySearch) -> QuerySet[Study]:
    """Return the studies that a search finds; a faulty search finds all."""
    given = search.cleaned_data if search.is_valid() else {}
    status = given.get("status")
    found = Study.objects.select_related("service").annotate(
        times_asked=Count("campaigns", distinct=True),
        last_asked=Max("campaigns__started_at"),
    )
    found = found.filter(status=status) if status else found.exclude(status=PUT_AWAY)
    if given.get("service"):
        found = found.filter(service__in=inside(given["service"]))
    text = given.get("q")
    if text:
        numbers = Study.objects.filter(identifiers__value__iexact=text.replace(" ", ""))
        found = found.filter(
            Q(title__icontains=text)
            | Q(short_title__icontains=text)
            | Q(plain_name__icontains=text)
            | Q(pk__in=numbers.values("pk"))
        )
    ordered: QuerySet[Study] = found.order_by("short_title", "pk")
    return ordered


def finding(studies: int, asked: int, due: int) -> str:
    """Return what there is to say about all studies."""
    if not studies:
        return "No study is here yet."
    one = studies == 1
    told = f"{studies} {'study is' if one else 'studies are'} here. "
    told += f"{_count(asked)} {'has' if asked == 1 else 'have'} been asked about; "
    return f"{told}{_count(due).lower()} {'is' if due == 1 else 'are'} due."


def _count(number: int) -> str:
    return "None" if number == 0 else str(number)


def due_lines(milestones: Sequence[Milestone], today: date) -> list[Due]:
    """Return what waits, in words."""
    return [
        Due(
            milestone,
            f"{milestone.get_kind_display().capitalize()}: {day(milestone.due)}",
            "today" if milestone.due == today else "",
        )
        for milestone in milestones
    ]


def table(studies: Sequence[Study], slug: str) -> View:
    """Return the studies as a table; each leads to its page."""
    rows = tuple(
        (
            LinkCell(
                study.short_title, address=reverse("study", args=[slug, study.pk])
            ),
            Cell("" if study.service is None else study.service.name, nothing=""),
            Cell(str(study.get_status_display())),
            Cell(_asked(study)),
        )
        for study in studies
    )
    return View("Studies", ("Study", "Service", "How far it is", "Asked about"), rows)


def _asked(study: Study) -> str:
    if study.last_asked is None:
        return "being prepared" if study.times_asked else "not yet"
    return day(study.last_asked)
