"""What is there to choose from in the forms of other pages?"""

from __future__ import annotations

from django.db.models import QuerySet

from candela.web.studies.models import Colleague, Service, Study

__all__ = ["colleagues", "services", "studies"]


def studies() -> QuerySet[Study]:
    """Return the studies that may be chosen: all but those put away."""
    return Study.objects.exclude(status=Study.Status.ARCHIVED)


def services() -> QuerySet[Service]:
    """Return the services of the organisation by name."""
    return Service.objects.all()


def colleagues() -> QuerySet[Colleague]:
    """Return the people in research by name."""
    return Colleague.objects.all()
