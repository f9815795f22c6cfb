"""Which answers may be read, and how much is said of who gave them?

Only what was written in own words is read here, one answer at a time: the rest of what
the same person said stays apart.  Answers are read once their campaign is closed; those
of named groups may be read while it is open.  What was hard or did harm comes first.

The group is named where at least eight of it answered.  Smaller groups are shown
together, and a larger one joins them until they are eight: else "a small group" would
be as good as its name.  Of these the question is not shown either, since each group has
its own; the kinds of change that it is about stand in its place.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from candela.errors import InputError
from candela.impact.answers import Gate
from candela.impact.claims import Direction, Role
from candela.impact.framework import framework
from candela.impact.questions import Asked, Form, Page, Style
from candela.web.accounts.models import Membership
from candela.web.accounts.permissions import Permission
from candela.web.answering.models import Answer, Response
from candela.web.campaigns.models import Campaign, Group
from candela.web.questionnaires.models import QuestionnaireVersion
from candela.web.questionnaires.reading import form_of, questionnaire_of

__all__ = [
    "AT_LEAST",
    "MERGED",
    "AnswerShown",
    "burden_codes",
    "burden_first",
    "group_words",
    "groups_with_a_name",
    "kinds_in_words",
    "named_groups",
    "readable_answers",
    "shown_answer",
    "text_of",
]

AT_LEAST = 8  # people of a group, before its name stands beside what they said
MERGED = "people who answered; groups of fewer than 8 are shown together"
BURDEN = "B"  # the domain of burden and harm
DIRECTIONS = {
    Gate.BETTER: Direction.POSITIVE,
    Gate.WORSE: Direction.NEGATIVE,
    Gate.BOTH: Direction.MIXED,
    Gate.NO_CHANGE: Direction.NO_CHANGE,
}


@dataclass(frozen=True)
class AnswerShown:
    """One answer as the person who reads it may see it.

    ``kinds`` and ``direction`` are what the question and the gate above it suggest.
    """

    answer: Answer
    text: str
    question: str
    gate: str
    group: str
    kinds: tuple[str, ...]
    direction: str
    is_about_burden: bool


def readable_answers() -> QuerySet:
    """Return the answers in own words that may be read now."""
    may_be_read = Q(response__group__campaign__closed_at__isnull=False) | Q(
        response__group__mode=Group.Mode.IDENTIFIED
    )
    return (
        Answer.objects.filter(may_be_read, is_text=True, response__withdrawn_on=None)
        .exclude(value="")
        .select_related("response__group__campaign__study", "cleared_by")
        # One version in memory for all its answers: its content is large.
        .prefetch_related("response__questionnaire")
    )


def text_of(answer: Answer) -> str:
    """Return the words as they may be read: what was hidden in them is not there."""
    looked_at = (Answer.Redaction.REDACTED, Answer.Redaction.CLEARED)
    return str(answer.shown if answer.redaction in looked_at else answer.value)


def named_groups(campaign: Campaign) -> frozenset[int]:
    """Return the groups whose name may stand beside what they said."""
    return groups_with_a_name(_sizes(campaign))


def _sizes(campaign: Campaign) -> Mapping[int, int]:
    heard = Response.objects.filter(group__campaign=campaign, withdrawn_on=None)
    counted = heard.order_by().values("group").annotate(people=Count("pk"))
    return {row["group"]: row["people"] for row in counted}


def groups_with_a_name(sizes: Mapping[int, int]) -> frozenset[int]:
    """Return which groups are large enough, and are not needed to hide a small one."""
    by_size = sorted(sizes, key=lambda group: (sizes[group], group))
    together = [group for group in by_size if sizes[group] < AT_LEAST]
    rest = by_size[len(together) :]
    people = sum(sizes[group] for group in together)
    while together and rest and people < AT_LEAST:
        people += sizes[rest[0]]
        together.append(rest.pop(0))
    return frozenset(rest)


def group_words(group: Group, named: frozenset[int], membership: Membership) -> str:
    """Return how the group of an answer is called on a page."""
    return Role(group.role).words if _has_name(group, named, membership) else MERGED


def _has_name(group: Group, named: frozenset[int], membership: Membership) -> bool:
    return group.pk in named or membership.may(Permission.SEE_WHO_ANSWERED)


def shown_answer(
    answer: Answer, named: frozenset[int], membership: Membership
) -> AnswerShown:
    """Return an answer with its question and group, or what stands for them."""
    form = _form_of(answer.response)
    page = _page_of(form, answer.question)
    kinds = _kinds_on(page)
    gate = _gate_given(answer, page)
    has_name = _has_name(answer.response.group, named, membership)
    return AnswerShown(
        answer=answer,
        text=text_of(answer),
        question=_question_words(page, answer.question) if has_name else "",
        gate=gate.words if gate else "",
        group=group_words(answer.response.group, named, membership),
        kinds=kinds,
        direction=DIRECTIONS[gate].value if gate in DIRECTIONS else "",
        is_about_burden=_is_burden(kinds),
    )


def burden_codes(versions: Iterable[QuestionnaireVersion]) -> frozenset[str]:
    """Return the questions, in any format, about what was hard or did harm."""
    forms = (form for version in versions for form in _forms_of(version))
    return frozenset(
        asked.code
        for form in forms
        for page in form.pages
        if _is_burden(_kinds_on(page))
        for asked in page.questions
    )


def _forms_of(version: QuestionnaireVersion) -> Iterable[Form]:
    try:
        return questionnaire_of(version).forms.values()
    except InputError:  # of another version of Candela
        return ()


def burden_first(answers: QuerySet, codes: Collection[str]) -> Answer | None:
    """Return the first of some answers; those about burden and harm come first.

    Within both the order is that of random keys, and says nothing of who answered when.
    """
    ordered = answers.order_by("pk")
    first: Answer | None = ordered.filter(question__in=codes).first()
    return first or ordered.first()


def _is_burden(kinds: Collection[str]) -> bool:
    """Say whether a question is about burden and harm, and about nothing else."""
    known = framework().kinds
    return bool(kinds) and all(k in known and known[k].domain == BURDEN for k in kinds)


def _form_of(response: Response) -> Form | None:
    try:
        return form_of(
            response.questionnaire, format=response.format, locale=response.locale
        )
    except InputError:  # of another version of Candela: the answer is read all the same
        return None


def _page_of(form: Form | None, code: str) -> Page | None:
    pages = form.pages if form else ()
    return next((p for p in pages if any(a.code == code for a in p.questions)), None)


def _kinds_on(page: Page | None) -> tuple[str, ...]:
    asked = page.questions if page else ()
    return tuple(dict.fromkeys(kind for each in asked for kind in each.kinds))


def _gate_on(page: Page | None) -> Asked | None:
    asked = page.questions if page else ()
    return next((each for each in asked if each.style is Style.GATE), None)


def _gate_given(answer: Answer, page: Page | None) -> Gate | None:
    asked = _gate_on(page)
    if asked is None:
        return None
    given = Answer.objects.filter(response=answer.response_id, question=asked.code)
    code = given.values_list("value", flat=True).first()
    return Gate(code) if code in list(Gate) else None


def _question_words(page: Page | None, code: str) -> str:
    if page is None:
        return "The question is not known to this version."
    gate = _gate_on(page)
    own = next(asked for asked in page.questions if asked.code == code)
    return gate.text if gate else own.text


def kinds_in_words(codes: Iterable[str]) -> str:
    """Return kinds of change in words, for a page that cannot show the question."""
    known = framework().kinds
    counted = Counter(known[code].label for code in codes if code in known)
    return "; ".join(counted) or "anything else"
