"""Who did a study, so that somebody else verifies what is claimed of it?"""

from __future__ import annotations

from django.db.models import Q

from candela.web.accounts.models import User
from candela.web.studies.models import Colleague, Study

__all__ = ["has_done", "own_records"]


def own_records(user: User) -> tuple[int, ...]:
    """Return which people in research this person is; usually none or one."""
    return tuple(Colleague.objects.filter(user=user).values_list("pk", flat=True))


def has_done(user: User, study: Study) -> bool:
    """Say whether this person led the study, worked on it, or did so elsewhere here.

    The same study at another of our sites counts: who led it there has done it too.
    """
    people = own_records(user)
    if not people:
        return False
    whole = study.same_as_id or study.pk
    return (
        Study.objects.filter(Q(pk=whole) | Q(same_as=whole) | Q(pk=study.pk))
        .filter(Q(lead__in=people) | Q(members__colleague__in=people))
        .exists()
    )
