"""Could these words tell who somebody is, and what was done about it?

An answer in which something was found is locked: nothing is written from it until a
person has cleared it, or hidden what tells too much.  What was sent stays as it was, so
that hiding can be undone; pages and documents take ``reading.text_of``.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from candela.errors import InputError
from candela.impact.identifiers import Found, find, hide
from candela.web.accounts.models import Membership, User
from candela.web.answering.models import Answer
from candela.web.audit.actions import Action
from candela.web.audit.chain import record
from candela.web.studies.models import Colleague

__all__ = [
    "clear",
    "found_in",
    "hide_words",
    "is_locked",
    "key_of",
    "known_names",
    "look_again",
]

ELSE = "[words hidden]"
LOOKED_AT = (Answer.Redaction.REDACTED, Answer.Redaction.CLEARED)


def known_names() -> tuple[str, ...]:
    """Return names of people here, which an answer may hold."""
    colleagues = Colleague.objects.values_list("name", flat=True)
    members = Membership.objects.values_list("user__name", flat=True)
    return tuple(sorted({name for name in (*colleagues, *members) if name}))


def found_in(answer: Answer, names: Collection[str]) -> tuple[Found, ...]:
    """Return what in an answer may tell who somebody is."""
    return find(str(answer.value), names=names)


def is_locked(answer: Answer, names: Collection[str]) -> bool:
    """Say whether a person has to look at it before it is used."""
    if answer.redaction in LOOKED_AT:
        return False
    return answer.redaction == Answer.Redaction.LOCKED or bool(found_in(answer, names))


def key_of(found: Found) -> str:
    """Return what stands for a place in a form."""
    return f"{found.start}-{found.end}"


def clear(*, answer: Answer, by: User) -> None:
    """Say that nothing in it tells who somebody is."""
    _save(answer, Answer.Redaction.CLEARED, str(answer.value), by)
    _record(Action.ANSWER_CLEARED, answer, by)


def hide_words(
    *,
    answer: Answer,
    places: Iterable[str],
    also: Sequence[str],
    names: Collection[str],
    by: User,
) -> None:
    """Hide the places chosen, and words that somebody typed as they stand.

    Raises
    ------
    InputError
        If nothing was chosen, or typed words are not in the answer.
    """
    wanted = set(places)
    chosen = [found for found in found_in(answer, names) if key_of(found) in wanted]
    text = hide(str(answer.value), chosen)
    for words in also:
        if words not in text:
            raise InputError(
                "Those words are not in the answer as you typed them. Copy them from "
                "it, one piece a line."
            )
        text = text.replace(words, ELSE)
    if not chosen and not also:
        raise InputError("Nothing was chosen. Tick what to hide, or type it.")
    _save(answer, Answer.Redaction.REDACTED, text, by)
    _record(Action.ANSWER_HIDDEN, answer, by, pieces=len(chosen) + len(also))


def look_again(*, answer: Answer, by: User) -> None:
    """Undo clearing or hiding: the answer is as it was sent, and is looked at anew."""
    _save(answer, Answer.Redaction.RAW, "", None)
    _record(Action.ANSWER_LOOKED_AGAIN, answer, by)


def _save(answer: Answer, state: Any, shown: str, by: User | None) -> None:
    answer.redaction, answer.shown, answer.cleared_by = state, shown, by
    answer.save(update_fields=["redaction", "shown", "cleared_by"])


def _record(action: Action, answer: Answer, by: User, **details: object) -> None:
    record(
        action,
        by=by,
        organisation=answer.organisation,
        thing=f"answer:{answer.pk}",
        **details,
    )
