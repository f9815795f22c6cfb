"""What came of one person's research?"""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.stories.person_record import person_record
from candela.web.studies.models import Colleague

__all__ = ["person"]


@member(Permission.SEE_IMPACT)
def person(request: Any, colleague_id: int) -> HttpResponse:
    """Show the record of a person in research."""
    colleague = get_object_or_404(Colleague, pk=colleague_id)
    context = person_record(colleague, organisation=request.organisation)
    return render(request, "stories/people.html", context)
