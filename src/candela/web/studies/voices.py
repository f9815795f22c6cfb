"""Who was heard about a study, who was silent, and where do they differ?

Only campaigns that are closed speak.  Groups of which few answered are shown together
with others and are not quoted: their voice is hidden.  Who took an answer back is still
counted, as in every report: the count less one would else tell that somebody did.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from candela.errors import InputError
from candela.impact.claims import Role
from candela.impact.framework import framework
from candela.impact.hearing import Sheet, asked_kinds, hear
from candela.impact.questions import Form
from candela.impact.report import GroupHeard
from candela.impact.triangulation import (
    Agreement,
    Voice,
    agreement_of,
    voices,
)
from candela.publish.disclosure import SMALLEST_SHOWN
from candela.publish.impact.small import NOTE, count_words, groups_shown
from candela.publish.pages.parts import Cell, View
from candela.web.answering.counts import answered_by_group
from candela.web.answering.models import Response
from candela.web.campaigns.models import Group
from candela.web.questionnaires.models import QuestionnaireVersion
from candela.web.questionnaires.reading import form_of
from candela.web.studies.models import Study

__all__ = ["Voices", "people_words", "voices_of"]

UNHEARD = frozenset({Voice.NOT_ASKED})


@dataclass(frozen=True)
class Voices:
    """What the groups said about a study.

    Attributes
    ----------
    people
        The beginning of the finding: how many people in how many groups.
    groups
        Who answered, by the rule for small numbers.
    others
        Sentences about who is still being asked, and who was not asked.
    agreement
        Kinds of change by group.
    disputed
        Kinds of change about which groups say different things.
    """

    people: str
    groups: View
    others: tuple[str, ...]
    agreement: View
    disputed: frozenset[str]


def voices_of(study: Study) -> Voices:
    """Return what the groups of closed campaigns said about a study."""
    groups = list(
        Group.objects.filter(campaign__study=study)
        .exclude(campaign__started_at=None)
        .select_related("campaign", "questionnaire")
    )
    closed = [group for group in groups if group.campaign.closed_at is not None]
    responses = _responses(closed)
    heard = _heard(closed)
    shown = groups_shown(heard)
    alone = {role for row in shown if len(row.roles) == 1 for role in row.roles}
    few = {row.role for row in heard if row.role not in alone}
    few |= {role for row in shown if row.is_hidden for role in row.roles}
    few |= _of_few_left(heard, responses)
    sheets = _sheets(study, responses)
    # A group that was asked and said nothing is silent: that is not "not asked".
    asked = asked_kinds([*(sheet.form for sheet in sheets), *_forms_of(closed)])
    said = voices(hear(sheets), asked, too_few=few)
    stands = {kind: agreement_of(by_role) for kind, by_role in said.items()}
    # Groups shown together are one here: else it is told whether a single one answered.
    answered = sum(row.answered != 0 for row in shown)
    return Voices(
        people=people_words(sum(row.answered for row in heard), answered),
        groups=View(
            "Who answered",
            ("Group", "People who answered"),
            tuple((Cell(_capital(r.words)), _count(r.answered)) for r in shown),
            notes=(NOTE,),
        ),
        others=_others(groups),
        agreement=_agreement(said, [role for role in Role if role in asked]),
        disputed=frozenset(k for k, s in stands.items() if s is Agreement.DISPUTED),
    )


def people_words(people: int, groups: int) -> str:
    """Return how many people answered, as it may be said."""
    if not people:
        return "Nobody's answers are open yet"
    where = "1 group" if groups == 1 else f"{groups} groups"
    return f"{_capital(count_words(people))} people in {where} answered"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _responses(groups: Iterable[Group]) -> list[Response]:
    return list(
        Response.objects.filter(group__in=[g.pk for g in groups], withdrawn_on=None)
        .select_related("group")
        .prefetch_related("answers", "questionnaire")
    )


def _heard(groups: Collection[Group]) -> tuple[GroupHeard, ...]:
    """Return how many of each group answered: true counts, never shown as such."""
    answered = answered_by_group([group.pk for group in groups])
    return tuple(
        GroupHeard(
            Role(group.role),
            group.target,
            answered.get(group.pk, 0),
            group.mode == Group.Mode.ANONYMOUS,
        )
        for group in groups
    )


def _of_few_left(
    heard: Iterable[GroupHeard], responses: Iterable[Response]
) -> set[Role]:
    """Return the roles of which few answers are left, since some were taken back."""
    left = Counter(Role(response.group.role) for response in responses)
    return {h.role for h in heard if h.answered and left[h.role] < SMALLEST_SHOWN}


def _sheets(study: Study, responses: Iterable[Response]) -> list[Sheet]:
    """Return what each respondent answered, on the form that asked them."""
    found = []
    for response in responses:
        form = _form(response.questionnaire)
        if form is not None:
            answers = {a.question: a.value for a in response.answers.all()}
            found.append(Sheet(str(study.pk), form, answers))
    return found


def _forms_of(groups: Iterable[Group]) -> list[Form]:
    """Return what each group was asked on."""
    forms = (_form(g.questionnaire) for g in groups if g.questionnaire is not None)
    return [form for form in forms if form is not None]


def _form(version: QuestionnaireVersion) -> Form | None:
    try:
        return form_of(version)
    except InputError:  # a version that cannot be read says nothing here
        return None


def _count(shown: int | str) -> Cell:
    if isinstance(shown, str):
        return Cell(shown, nothing="hidden")
    return Cell(str(shown), nothing="" if shown else "none")


def _others(groups: Iterable[Group]) -> tuple[str, ...]:
    """Return who is not heard yet: that must never look like nothing to report."""
    still = {Role(g.role) for g in groups if g.campaign.closed_at is None}
    asked = {Role(g.role) for g in groups}
    told = []
    if still:
        told.append(f"Still being asked: {_listed(still)}.")
    if asked and len(asked) < len(Role):
        told.append(f"Not asked: {_listed(set(Role) - asked)}.")
    return tuple(told)


def _listed(roles: set[Role]) -> str:
    return ", ".join(role.words for role in Role if role in roles)


def _agreement(said: Mapping[str, Mapping[Role, Voice]], roles: list[Role]) -> View:
    kinds = framework().kinds
    rows = tuple(
        (
            Cell(kinds[kind].label),
            *(_voice(groups[role]) for role in roles),
            Cell(agreement_of(groups).words),
        )
        for kind, groups in said.items()
        if kind in kinds and set(groups.values()) != UNHEARD
    )
    who = (_capital(role.words) for role in roles)
    return View("Who says what", ("Kind of change", *who, "Together"), rows)


def _voice(voice: Voice) -> Cell:
    if voice is Voice.HIDDEN:
        return Cell("*", nothing="hidden")
    return Cell(voice.words)
