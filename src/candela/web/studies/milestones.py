"""When is each study to be asked about, and who puts that off?

Days follow from a study's dates (``candela.impact.milestones``).  When the dates move,
so do the days that nobody has acted on; what is done stays done.  Asking is done when a
campaign names the day.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from candela.errors import NotAllowed
from candela.impact.milestones import StudyDates, due_days, months_after
from candela.web.accounts.models import User
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.studies.models import Milestone, Study

__all__ = [
    "NOT_NOW_MONTHS",
    "add_day",
    "asked",
    "due",
    "make_milestones",
    "never",
    "put_off",
    "waiting",
]

NOT_NOW_MONTHS = 3
AGES_MONTHS = 30  # a day that passed longer ago asks for nothing when a study is added


def make_milestones(study: Study) -> None:
    """Make the days that follow from a study's dates, and move those that moved.

    Call it whenever a date changes; twice changes nothing.
    """
    days = due_days(
        StudyDates(study.opened_on, study.closed_recruitment_on, study.closed_on)
    )
    there = {m.kind: m for m in study.milestones.exclude(kind=Milestone.Kind.CUSTOM)}
    never_here = any(milestone.never for milestone in there.values())
    for point, day in days.items():
        milestone = there.pop(point.value, None)
        if milestone is None:
            Milestone.objects.create(
                organisation=study.organisation,
                study=study,
                kind=point.value,
                due=day,
                never=never_here,
            )
        elif milestone.due != day and milestone.done_on is None:
            milestone.due = day
            milestone.save(update_fields=["due"])
    for milestone in there.values():
        if milestone.done_on is None and milestone.told_on is None:
            milestone.delete()


def waiting(today: date) -> QuerySet[Milestone]:
    """Return what is due on a day and waits for somebody, the oldest first.

    What was done about a day was done about all days before it.
    """
    from candela.web.campaigns.models import Campaign

    named = Campaign.objects.exclude(milestone=None).values("milestone")
    dealt_with = Milestone.objects.filter(
        study=OuterRef("study"), due__lte=today, due__gte=OuterRef("due")
    ).filter(Q(done_on__isnull=False) | Q(put_off_until__gt=today) | Q(pk__in=named))
    found: QuerySet[Milestone] = (
        Milestone.objects.filter(~Exists(dealt_with), due__lte=today, never=False)
        .exclude(study__status=Study.Status.ARCHIVED)
        .select_related("study", "owner", "study__service")
        .order_by("due", "pk")
    )
    return found


def due(today: date) -> list[Milestone]:
    """Return what is due; of one study the newest day, which covers those before."""
    return _newest(
        m for m in waiting(today) if months_after(m.due, AGES_MONTHS) >= today
    )


def _newest(milestones: Iterable[Milestone]) -> list[Milestone]:
    newest: dict[int, Milestone] = {}
    for milestone in milestones:
        newest.pop(milestone.study_id, None)
        newest[milestone.study_id] = milestone
    return list(newest.values())


def put_off(*, milestone: Milestone, by: User, today: date) -> date:
    """Say "not now"; return the day on which it is due again."""
    _refuse_over(milestone)
    milestone.put_off_until = months_after(today, NOT_NOW_MONTHS)
    milestone.save(update_fields=["put_off_until"])
    _record(Action.MILESTONE_PUT_OFF, milestone, by)
    return milestone.put_off_until


def never(*, milestone: Milestone, by: User, is_never: bool = True) -> None:
    """Say "never for this study", or take that back; it holds for all its days."""
    changed = Milestone.objects.filter(study=milestone.study, done_on=None)
    changed.update(never=is_never)
    _record(Action.MILESTONE_NEVER, milestone, by, never=is_never)


def asked(*, milestone: Milestone, by: User, today: date) -> None:
    """Note that a day's asking is done, here or without Candela."""
    _refuse_over(milestone)
    milestone.done_on = today
    milestone.save(update_fields=["done_on"])
    _record(Action.MILESTONE_DONE, milestone, by)


def add_day(*, study: Study, day: date, owner: User | None, by: User) -> Milestone:
    """Choose another day for asking about a study."""
    made: Milestone = Milestone.objects.create(
        organisation=study.organisation,
        study=study,
        kind=Milestone.Kind.CUSTOM,
        due=day,
        owner=owner,
    )
    _record(Action.MILESTONE_ADDED, made, by)
    return made


def _refuse_over(milestone: Milestone) -> None:
    if milestone.done_on is not None:
        raise NotAllowed("This was done already. There is nothing to do.")


def _record(
    action: Action, milestone: Milestone, by: User | None, **details: object
) -> None:
    record(
        action,
        by=by,
        organisation=milestone.organisation,
        thing=f"milestone:{milestone.pk}",
        study=milestone.study_id,
        **details,
    )
