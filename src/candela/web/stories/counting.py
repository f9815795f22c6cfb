"""How many of each group answered, as far as a release may tell?

Two releases told apart must not tell of few people.  So a count that was shown stays
until enough further people have answered; the later release shows the earlier count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from candela.impact.claims import Role
from candela.impact.report import GroupHeard
from candela.publish.impact.small import may_show_again
from candela.web.answering.counts import answered
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
    groups = Group.objects.filter(
        campaign__study=study, campaign__closed_at__isnull=False
    ).order_by("pk")
    by_role: dict[Role, list[Group]] = {}
    for group in groups:
        by_role.setdefault(Role(group.role), []).append(group)
    before = _shown_before(study)
    return tuple(
        _counted(role, by_role[role], before) for role in Role if role in by_role
    )


def _counted(role: Role, groups: list[Group], before: Mapping[int, int]) -> Counted:
    now = {group.pk: answered(group) for group in groups}
    earlier = {key: before[key] for key in now if key in before}
    was_shown = bool(earlier)
    if was_shown and not may_show_again(sum(earlier.values()), sum(now.values())):
        now = earlier
    asked = [group.target for group in groups]
    return Counted(
        role=role,
        asked=None if None in asked else sum(asked),
        anonymous=any(group.mode == Group.Mode.ANONYMOUS for group in groups),
        behind=now,
    )


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
