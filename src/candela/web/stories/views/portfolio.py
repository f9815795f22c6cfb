"""What difference has research made here?"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.reading.sent import named
from candela.web.stories.asking import rolled_up
from candela.web.stories.headings import headings_csv, headings_json
from candela.web.stories.heat_map import map_file_of
from candela.web.stories.portfolio import portfolio_page
from candela.web.studies.models import Study

__all__ = ["headings_file", "map_file", "portfolio"]


@member(Permission.SEE_IMPACT)
def portfolio(request: Any) -> HttpResponse:
    """Show what all studies changed, and where nobody was asked."""
    today = timezone.localdate(timezone.now())
    context = portfolio_page(request.membership, today=today)
    return render(request, "stories/portfolio.html", context)


@member(Permission.SEE_IMPACT)
def map_file(request: Any, suffix: str) -> HttpResponse:
    """Send the heat map as a drawing or as its figures."""
    return map_file_of(rolled_up(), request.organisation, suffix)


@member(Permission.SEE_IMPACT)
def headings_file(request: Any, suffix: str) -> HttpResponse:
    """Send verified statements under the headings of other schemes."""
    rolled = rolled_up()
    studies = {
        str(pk): title for pk, title in Study.objects.values_list("pk", "short_title")
    }
    made_up = "_made-up" if request.organisation.is_training else ""
    name = f"statements-by-heading_{request.organisation.slug}{made_up}.{suffix}"
    if suffix == "csv":
        text = headings_csv(rolled, studies)
        answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    elif suffix == "json":
        content = headings_json(
            rolled,
            studies,
            organisation=request.organisation.name,
            today=timezone.localdate(timezone.now()),
        )
        answer = HttpResponse(content, content_type="application/json")
    else:
        raise Http404
    return named(answer, name, attachment=True)
