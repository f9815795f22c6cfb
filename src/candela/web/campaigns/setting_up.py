"""What is decided before anybody is asked: about what, whom, how, with which questions?

All of it can be changed until the campaign starts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from candela.errors import InputError, NotAllowed
from candela.impact.claims import Role
from candela.impact.questionnaire import shipped
from candela.web.accounts.models import User
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.campaigns.models import Campaign, Group, Invitation, Status
from candela.web.campaigns.plans import days_from, plan_for
from candela.web.questionnaires.actions import take_into_use
from candela.web.questionnaires.models import QuestionnaireVersion
from candela.web.studies.models import Milestone, Study

__all__ = [
    "Asked",
    "Decided",
    "begin",
    "choose_groups",
    "choose_questions",
    "decide",
    "drop",
    "note",
    "thing_of",
    "tried",
]

BEGUN = (
    "The campaign has started, so this cannot be changed any more. Nothing was changed."
)


@dataclass(frozen=True)
class Decided:
    """Why people are asked, and on which grounds."""

    reason: str
    governance: str
    reference: str
    decided_on: date | None
    contact: str
    help_now: str
    names_study: bool


@dataclass(frozen=True)
class Asked:
    """A group as the form gives it."""

    role: Role
    mode: str
    target: int | None


def begin(
    *, study: Study, milestone: Milestone | None, by: User, now: datetime
) -> Campaign:
    """Begin to prepare a campaign, with the groups one usually asks."""
    days = days_from(now.date())
    campaign = Campaign(
        organisation=study.organisation,
        study=study,
        milestone=milestone,
        reason=_usual_reason(milestone),
        coordinator=by,
        contact=f"{by.name}, {by.email}",
        closes_on=days.closes_on,
        read_by=days.read_by,
        told_by=days.told_by,
        added_by=by,
        added_at=now,
    )
    campaign.save()
    note(Action.CAMPAIGN_BEGUN, campaign, by, study=study.pk)
    planned = [Asked(p.role, p.mode, p.target) for p in plan_for(study.kind)]
    _write_groups(campaign, planned, by, now)
    return campaign


def _usual_reason(milestone: Milestone | None) -> str:
    if milestone is None:
        return "To learn what the study changed here, good or bad."
    point = Milestone.Kind(milestone.kind).label
    return f"The study is at a point worth asking about: {point}."


def decide(*, campaign: Campaign, decided: Decided, by: User) -> None:
    """Note why people are asked, on which grounds, and whom they can ask back."""
    _refuse_unless_planned(campaign)
    campaign.reason = decided.reason
    campaign.governance = decided.governance
    campaign.governance_reference = decided.reference
    campaign.governance_decided_on = decided.decided_on
    campaign.contact = decided.contact
    campaign.help_now = decided.help_now
    campaign.names_study_in_subject = decided.names_study
    campaign.save()
    note(
        Action.CAMPAIGN_CHANGED,
        campaign,
        by,
        what="why and governance",
        governance=decided.governance,
    )


def choose_groups(
    *,
    campaign: Campaign,
    asked: Sequence[Asked],
    closes_on: date,
    by: User,
    now: datetime,
) -> None:
    """Ask these groups until that day; who was asked already stays asked.

    Raises
    ------
    NotAllowed
        If a group is left out after people in it were invited, or has another mode
        after paper forms or a poster were made: what is printed says how it is kept.
    """
    _refuse_unless_planned(campaign)
    if not asked:
        raise InputError("Nobody is asked. Choose one group or more.")
    _refuse_another_mode(campaign, {a.role.value: a.mode for a in asked})
    _refuse_to_leave_out(campaign, {a.role for a in asked})
    campaign.closes_on = closes_on
    campaign.save(update_fields=["closes_on"])
    _write_groups(campaign, asked, by, now)
    note(
        Action.CAMPAIGN_CHANGED,
        campaign,
        by,
        what="groups",
        groups=sorted(f"{a.role.value} {a.mode}" for a in asked),
    )


def _refuse_to_leave_out(campaign: Campaign, roles: set[Role]) -> None:
    left_out = list(campaign.groups.exclude(role__in=[r.value for r in roles]))
    for group in left_out:
        if group.invitations.exists() or group.door:
            raise NotAllowed(
                f"There are invitations, paper forms or a poster for "
                f"{Role(group.role).words}. Take those back first, or keep the group."
            )
    for group in left_out:  # all of them, or none
        group.delete()


def _refuse_another_mode(campaign: Campaign, modes: Mapping[str, str]) -> None:
    for group in campaign.groups.all():
        if modes.get(group.role, group.mode) != group.mode and is_printed(group):
            raise NotAllowed(
                f"There are paper forms or a poster for {Role(group.role).words}, and "
                "they say who can see what. Take those back first, or keep it as it is."
            )


def is_printed(group: Group) -> bool:
    """Say whether paper forms or a poster were made, which cannot change any more."""
    paper = group.invitations.filter(channel=Invitation.Channel.PAPER)
    return bool(group.door) or paper.exists()


def _write_groups(
    campaign: Campaign, asked: Sequence[Asked], by: User, now: datetime
) -> None:
    there = {group.role: group for group in campaign.groups.all()}
    for one in asked:
        group = there.get(one.role.value) or Group(
            organisation=campaign.organisation, campaign=campaign, role=one.role.value
        )
        group.mode, group.target = one.mode, one.target
        if group.questionnaire_id is None:
            group.questionnaire = _usual_questions(campaign, one.role, by, now)
        group.save()


def _usual_questions(
    campaign: Campaign, role: Role, by: User, now: datetime
) -> QuestionnaireVersion | None:
    """Return the version in use for a role; none where Candela has none for it."""
    for key, questionnaire in shipped().items():
        if questionnaire.role is role:
            try:
                return take_into_use(
                    organisation=campaign.organisation, key=key, by=by, now=now
                )
            except NotAllowed:  # all its versions were retired: the choice is theirs
                return None
    own: QuestionnaireVersion | None = QuestionnaireVersion.objects.filter(
        role=role.value, state=QuestionnaireVersion.State.ACTIVE
    ).first()
    return own


def choose_questions(
    *, campaign: Campaign, chosen: Mapping[int, QuestionnaireVersion], by: User
) -> None:
    """Ask each group, by its number, with this version."""
    _refuse_unless_planned(campaign)
    for group in campaign.groups.all():
        version = chosen.get(group.pk)
        if version is None or version.pk == group.questionnaire_id:
            continue
        if version.role != group.role or version.state != version.State.ACTIVE:
            raise InputError(
                f"That version is not in use for {Role(group.role).words}. Choose one "
                "that is listed."
            )
        group.questionnaire = version
        group.save(update_fields=["questionnaire"])
        note(
            Action.CAMPAIGN_CHANGED,
            campaign,
            by,
            what="questions",
            group=group.role,
            version=version.pk,
        )


def tried(*, campaign: Campaign, by: User, now: datetime) -> None:
    """Note that somebody sent its e-mails to themselves."""
    campaign.tried_at = now
    campaign.save(update_fields=["tried_at"])
    note(Action.CAMPAIGN_TRIED, campaign, by)


def drop(*, campaign: Campaign, by: User) -> None:
    """Forget a campaign that never started, with everything prepared for it."""
    _refuse_unless_planned(campaign)
    note(Action.CAMPAIGN_DROPPED, campaign, by)
    Invitation.objects.filter(group__campaign=campaign).delete()
    campaign.groups.all().delete()
    campaign.delete()


def _refuse_unless_planned(campaign: Campaign) -> None:
    if campaign.status != Status.PLANNED:
        raise NotAllowed(BEGUN)


def thing_of(campaign: Campaign) -> str:
    """Return how the audit log names a campaign."""
    return f"campaign:{campaign.pk}"


def note(
    action: Action, campaign: Campaign, by: User | None, **details: object
) -> None:
    """Write a line about a campaign into the audit log."""
    record(
        action,
        by=by,
        organisation=campaign.organisation,
        thing=thing_of(campaign),
        **details,
    )
