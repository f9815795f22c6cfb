"""Who was heard about a study, who was silent, and where do they differ?

Only campaigns that are closed speak.  A group of fewer than eight is heard without
being quoted: its voice is hidden, and its people count only in the total.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from candela.errors import InputError
from candela.impact.claims import Role
from candela.impact.framework import framework
from candela.impact.hearing import Sheet, asked_kinds, hear
from candela.impact.questions import Form
from candela.impact.triangulation import (
    Agreement,
    Voice,
    agreement_of,
    voices,
)
from candela.publish.pages.parts import Cell, View
from candela.web.answering.models import Response
from candela.web.campaigns.models import Campaign, Group
from candela.web.questionnaires.reading import form_of
from candela.web.studies.models import Study

__all__ = ["FEW", "Voices", "people_words", "voices_of"]

FEW = 8  # people of a group, before what it says is shown
NO_ONE = frozenset({Voice.NOT_ASKED})


@dataclass(frozen=True)
class Voices:
    """What the groups said about a study.

    ``people`` is the beginning of the finding; ``disputed`` the kinds of change about
    which groups say different things; ``silent`` a sentence about who said nothing.
    """

    people: str
    groups: View
    silent: str
    agreement: View
    disputed: frozenset[str]


def voices_of(study: Study) -> Voices:
    """Return what the groups of closed campaigns said about a study."""
    asked = _asked(study)
    responses = _responses(study)
    sheets = _sheets(study, responses)
    people = Counter(Role(response.group.role) for response in responses)
    too_few = {role for role, count in people.items() if count < FEW}
    said = voices(
        hear(sheets), asked_kinds(sheet.form for sheet in sheets), too_few=too_few
    )
    disputed = frozenset(
        kind
        for kind, groups in said.items()
        if agreement_of(groups) is Agreement.DISPUTED
    )
    return Voices(
        people=people_words(sum(people.values()), len(people)),
        groups=_groups(asked, people),
        silent=_silent(asked, people),
        agreement=_agreement(said, [role for role in Role if role in people]),
        disputed=disputed,
    )


def people_words(people: int, groups: int) -> str:
    """Return how many people answered, as it may be said."""
    if not people:
        return "Nobody's answers are open yet"
    where = "1 group" if groups == 1 else f"{groups} groups"
    if people < FEW:
        return f"Fewer than {FEW} people in {where} answered"
    return f"About {_shown(people)} people in {where} answered"


def _shown(people: int) -> str:
    from candela.publish.impact.small import shown_count

    return str(shown_count(people))


def _asked(study: Study) -> dict[Role, bool]:
    """Return the groups that were asked, and whether any of their campaigns is open."""
    groups = Group.objects.filter(campaign__study=study).exclude(
        campaign__started_at=None
    )
    found: dict[Role, bool] = {}
    for role, closed in groups.values_list("role", "campaign__closed_at"):
        found[Role(role)] = found.get(Role(role), False) or closed is None
    return found


def _responses(study: Study) -> list[Response]:
    closed = Campaign.objects.filter(study=study).exclude(closed_at=None)
    return list(
        Response.objects.filter(group__campaign__in=closed, withdrawn_on=None)
        .select_related("group")
        .prefetch_related("answers", "questionnaire")
    )


def _sheets(study: Study, responses: Iterable[Response]) -> list[Sheet]:
    """Return what each respondent answered, on the form that asked them."""
    found = []
    for response in responses:
        form = _form(response)
        if form is not None:
            answers = {a.question: a.value for a in response.answers.all()}
            found.append(Sheet(str(study.pk), form, answers))
    return found


def _form(response: Response) -> Form | None:
    try:
        return form_of(response.questionnaire)
    except InputError:  # a version that cannot be read says nothing here
        return None


def _groups(asked: Mapping[Role, bool], people: Mapping[Role, int]) -> View:
    rows = []
    for role in Role:
        if role not in asked and role not in people:
            continue
        count = people.get(role, 0)
        if asked.get(role) and not count:
            words = Cell("still being asked")
        elif not count:
            words = Cell("none", nothing="none")
        elif count < FEW:
            words = Cell("*", nothing="hidden")
        else:
            words = Cell(_shown(count))
        rows.append((Cell(role.words.capitalize()), words))
    return View(
        "Groups that were asked",
        ("Group", "People who answered"),
        tuple(rows),
        notes=("* means 1 to 7 people. Other counts are to the nearest 5.",),
    )


def _silent(asked: Mapping[Role, bool], people: Mapping[Role, int]) -> str:
    """Return who was not asked: that must never look like nothing to report."""
    missing = [role.words for role in Role if role not in asked and role not in people]
    if not missing or not asked:
        return ""
    return f"Not asked: {', '.join(missing)}."


def _agreement(said: Mapping[str, Mapping[Role, Voice]], roles: list[Role]) -> View:
    kinds = framework().kinds
    rows = tuple(
        (
            Cell(kinds[kind].label),
            *(_voice(groups[role]) for role in roles),
            Cell(agreement_of(groups).words),
        )
        for kind, groups in said.items()
        if kind in kinds and set(groups.values()) != NO_ONE
    )
    headings = (
        "Kind of change",
        *(role.words.capitalize() for role in roles),
        "Together",
    )
    return View("Who says what", headings, rows)


def _voice(voice: Voice) -> Cell:
    if voice is Voice.HIDDEN:
        return Cell("*", nothing="hidden")
    return Cell(voice.words)
