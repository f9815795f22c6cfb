"""What does somebody who reads an answer do with it?

They write a statement of one change from it, tie it to a statement that is there
already, or say that there is nothing to code.  Each can be undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from candela.errors import NotAllowed
from candela.impact.lifecycle import State
from candela.web.accounts.models import User
from candela.web.answering.models import Answer
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.coding.identifying import is_locked, known_names
from candela.web.coding.models import Coding, Source, Statement
from candela.web.coding.numbering import next_number
from candela.web.coding.versions import keep_version
from candela.web.studies.models import Study
from candela.web.studies.standing import has_done

__all__ = [
    "attach",
    "code_again",
    "is_fresh",
    "nothing_to_code",
    "thing_of",
    "undo_nothing",
    "untie",
    "write_from_answer",
    "write_statement",
]

LOCKED = (
    "This answer may tell who somebody is. Clear it, or hide what tells too much, and "
    "then use it."
)


def write_statement(
    *, study: Study, by: User, now: datetime, text: str, **more: object
) -> Statement:
    """Write a draft of a statement about a study."""
    organisation = study.organisation
    statement = Statement.objects.create(
        organisation=organisation,
        number=next_number(Statement, organisation),
        study=study,
        text=text,
        author=by,
        made_at=now,
        changed_at=now,
        **more,
    )
    kept = keep_version(statement, by=by, now=now)
    record_of(Action.STATEMENT_WRITTEN, statement, by, kept=kept.pk)
    return statement


def write_from_answer(
    *, answer: Answer, by: User, now: datetime, text: str, **more: object
) -> Statement:
    """Write a draft of a statement that rests on an answer."""
    _refuse_locked(answer)
    study = answer.response.group.campaign.study
    statement = write_statement(study=study, by=by, now=now, text=text, **more)
    _tie(statement, answer, by, now)
    return statement


def attach(*, answer: Answer, number: int, by: User, now: datetime) -> Statement:
    """Tie an answer to a statement of the same study that is there already.

    Raises
    ------
    NotAllowed
        If there is no such statement about this study, or it was verified already.
    """
    _refuse_locked(answer)
    study = answer.response.group.campaign.study_id
    statement = Statement.objects.filter(number=number, study=study).first()
    if statement is None:
        raise NotAllowed(
            f"There is no statement S-{number} about this study. Look at the list of "
            "its statements, and type the number of one of them."
        )
    if State(statement.state).counts:
        raise NotAllowed(
            f"{statement.label} was verified without this answer. Begin a new version "
            "of it, tie the answer to that, and have it verified."
        )
    _tie(statement, answer, by, now)
    return statement


def _tie(statement: Statement, answer: Answer, by: User, now: datetime) -> None:
    _, is_new = Source.objects.get_or_create(
        organisation=statement.organisation,
        statement=statement,
        answer=answer,
        defaults={"added_by": by, "added_on": now.date()},
    )
    _code(answer, by, now)
    if is_new:
        record_of(Action.STATEMENT_SOURCE, statement, by, answer=str(answer.pk))


def untie(*, source: Source, by: User, now: datetime) -> str:
    """Undo what an answer was used for; a draft that nothing else was done to goes.

    Returns what was done, in words.
    """
    statement, answer = source.statement, source.answer
    if State(statement.state).counts:
        raise NotAllowed(
            f"{statement.label} was verified with this answer, so it stays tied to it. "
            "Begin a new version of the statement first."
        )
    fresh = is_fresh(source, by)
    source.delete()
    if fresh:
        label = statement.label
        record_of(Action.STATEMENT_REMOVED, statement, by)
        statement.delete()
        done = f"{label} is gone, and the answer waits to be read again."
    else:
        record_of(Action.STATEMENT_NO_SOURCE, statement, by, answer=str(answer.pk))
        done = f"The answer is no longer tied to {statement.label}."
    _code(answer, by, now)
    return done


def is_fresh(source: Source, by: User) -> bool:
    """Say whether nothing was done to a statement but writing it from this answer."""
    statement = source.statement
    return (
        statement.state == State.DRAFT
        and statement.edition == statement.version == 1
        and statement.author_id == by.pk
        and not statement.supports.exists()
        and not statement.sources.exclude(pk=source.pk).exists()
    )


def nothing_to_code(*, answer: Answer, by: User, now: datetime) -> None:
    """Say that an answer tells of no change.

    Who did the study does not say so: what was hard in it would be theirs to pass over.
    """
    if has_done(by, answer.response.group.campaign.study):
        raise NotAllowed(
            "You did this study, so another person says whether there is nothing in an "
            "answer about it."
        )
    if answer.sources.exists():
        raise NotAllowed(
            "Statements rest on this answer, so there is something in it. Untie them "
            "first."
        )
    _, is_new = Coding.objects.get_or_create(
        organisation=answer.organisation,
        answer=answer,
        is_second=False,
        defaults={"coder": by, "nothing": True, "made_at": now},
    )
    if is_new:
        record_answer(Action.ANSWER_CODED, answer, by)


def undo_nothing(*, answer: Answer, by: User) -> None:
    """Take back that there was nothing to code."""
    if not answer.sources.exists():
        _forget_coding(answer, by)


def code_again(
    *,
    answer: Answer,
    kinds: Sequence[str],
    direction: str,
    by: User,
    now: datetime,
) -> Coding:
    """Note what a second coder finds in an answer, without the first one's eyes.

    Raises
    ------
    NotAllowed
        If they coded it already, or nobody has yet, or it was coded twice.
    """
    _refuse_locked(answer)
    codings = list(Coding.objects.select_for_update().filter(answer=answer))
    if any(coding.coder_id == by.pk for coding in codings):
        raise NotAllowed(
            "You coded this answer already, so another person codes it a second time."
        )
    if len(codings) != 1:
        raise NotAllowed("This answer does not wait for a second coder. Take another.")
    coding = Coding.objects.create(
        organisation=answer.organisation,
        answer=answer,
        coder=by,
        kinds=list(kinds),
        direction=direction if kinds else "",
        nothing=not kinds,
        is_second=True,
        made_at=now,
    )
    record_answer(Action.ANSWER_CODED_AGAIN, answer, by)
    return coding


def _code(answer: Answer, by: User, now: datetime) -> None:
    """Note what the first coder made of an answer: the kinds of its statements."""
    first = Coding.objects.filter(answer=answer, is_second=False).first()
    statements = Statement.objects.filter(sources__answer=answer).order_by("number")
    kinds = list(dict.fromkeys(s.kind for s in statements if s.kind))
    directions = {s.direction for s in statements}
    if not statements:
        _forget_coding(answer, by)
        return
    if first is None:
        first = Coding(organisation=answer.organisation, answer=answer, coder=by)
        record_answer(Action.ANSWER_CODED, answer, by)
    first.kinds, first.nothing, first.made_at = kinds, False, now
    first.direction = directions.pop() if len(directions) == 1 else "mixed"
    first.save()


def _forget_coding(answer: Answer, by: User) -> None:
    """Let an answer be read anew, by the second coder too."""
    gone, _ = Coding.objects.filter(answer=answer).delete()
    if gone:
        record_answer(Action.ANSWER_UNCODED, answer, by)


def _refuse_locked(answer: Answer) -> None:
    if is_locked(answer, known_names()):
        raise NotAllowed(LOCKED)


def thing_of(statement: Statement) -> str:
    """Return how the audit log names a statement."""
    return f"statement:{statement.pk}"


def record_of(
    action: Action, statement: Statement, by: User | None, **details: object
) -> None:
    """Add a line about a statement to the audit log."""
    record(
        action,
        by=by,
        organisation=statement.organisation,
        thing=thing_of(statement),
        **details,
    )


def record_answer(action: Action, answer: Answer, by: User) -> None:
    """Add a line about an answer to the audit log."""
    record(action, by=by, organisation=answer.organisation, thing=f"answer:{answer.pk}")
