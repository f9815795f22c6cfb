"""How many of each group answered, as far as a release may tell?

Two releases told apart must not tell of few people.  So the counts that were shown stay
until enough further people have answered; the later release shows the earlier counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from candela.impact.claims import Role
from candela.impact.report import GroupHeard
from candela.publish.impact.small import counts_to_show
from candela.web.answering.counts import answered_by_group
from candela.web.campaigns.models import Group
from candela.web.stories.models import Report, ShownCount
from candela.web.studies.models import Study

__all__ = [
    "Counted",
    "behind_groups",
    "counted_groups",
    "groups_heard",
    "note_shown",
]


@dataclass(frozen=True)
class Counted:
    """The groups of one role in one study, and how many may be said to have answered.

    ``behind`` is the number for each group that stands behind what is shown.
    """

    role: Role
    asked: int | None
    anonymous: bool
    behind: Mapping[int, int]

    @property
    def shown(self) -> int:
        """The count that a release may rest on; never printed as it is."""
        return sum(self.behind.values())


def counted_groups(study: Study) -> tuple[Counted, ...]:
    """Return the groups of the study's closed campaigns, role by role."""
    groups = list(
        Group.objects.filter(
            campaign__study=study, campaign__closed_at__isnull=False
        ).order_by("pk")
    )
    behind = _behind(study, groups)
    by_role: dict[Role, list[Group]] = {}
    for group in groups:
        if group.pk in behind:
            by_role.setdefault(Role(group.role), []).append(group)
    return tuple(
        Counted(
            role=role,
            asked=_asked(by_role[role]),
            anonymous=any(g.mode == Group.Mode.ANONYMOUS for g in by_role[role]),
            behind={group.pk: behind[group.pk] for group in by_role[role]},
        )
        for role in Role
        if role in by_role
    )


def _behind(study: Study, groups: list[Group]) -> Mapping[int, int]:
    """Return the count of each group that a release made now may rest on."""
    found = answered_by_group([group.pk for group in groups])
    now = {group.pk: found.get(group.pk, 0) for group in groups}
    earlier = _shown_before(study)
    before = {key: earlier[key] for key in now if key in earlier}
    roles = {group.pk: Role(group.role) for group in groups}
    asked = {role: _asked(g for g in groups if g.role == role) for role in Role}
    shown = counts_to_show(
        _by_role(before, roles),
        _by_role(now, roles),
        asked={role: n for role, n in asked.items() if n is not None},
    )
    return now if shown == _by_role(now, roles) else before


def _by_role(counts: Mapping[int, int], roles: Mapping[int, Role]) -> dict[Role, int]:
    summed: dict[Role, int] = {}
    for group, count in counts.items():
        summed[roles[group]] = summed.get(roles[group], 0) + count
    return summed


def _asked(groups: Iterable[Group]) -> int | None:
    targets = [group.target for group in groups]
    return None if None in targets else sum(targets)


def _shown_before(study: Study) -> dict[int, int]:
    """Return what was behind the latest release, group by group."""
    rows = ShownCount.objects.filter(group__campaign__study=study).order_by("pk")
    return dict(rows.values_list("group_id", "behind"))


def groups_heard(study: Study) -> tuple[GroupHeard, ...]:
    """Return the groups as a report takes them."""
    return tuple(
        GroupHeard(c.role, c.asked, c.shown, c.anonymous) for c in counted_groups(study)
    )


def behind_groups(study: Study | None) -> dict[str, int]:
    """Return what stands behind a report of a study, as a report keeps it."""
    if study is None:
        return {}
    counted = counted_groups(study)
    return {str(group): n for c in counted for group, n in c.behind.items()}


def note_shown(report: Report) -> None:
    """Note what is behind a report that is being released."""
    for group, behind in report.choices.get("behind", {}).items():
        ShownCount.objects.create(
            organisation=report.organisation,
            group_id=int(group),
            report=report,
            behind=behind,
        )
