"""What in an answer looks as if it told who somebody is?  Pointed out before sending.

Only an NHS number stops anybody.  The rest is said once, with one button that takes it
out; whoever wants to leave it in sends it as it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from candela.impact.answers import Value
from candela.impact.identifiers import Found, IdentifierKind, find, hide
from candela.impact.questions import Form, Style

__all__ = ["Noticed", "noticed", "without_identifiers"]

Kind = IdentifierKind
POINTED_OUT = frozenset(Kind) - {Kind.DATE, Kind.JOB}


@dataclass(frozen=True)
class Noticed:
    """Something in an answer, in words for who wrote it."""

    code: str
    page: str
    question: str
    words: str


def noticed(
    form: Form, answers: Mapping[str, Value], names: Collection[str] = ()
) -> Iterator[Noticed]:
    """Yield each answer in which somebody may be recognised."""
    for asked in form.questions:
        if asked.style not in (Style.LONG_TEXT, Style.SHORT_TEXT):
            continue
        found = _found(answers.get(asked.code), names)
        kinds = dict.fromkeys(item.kind.words for item in found)
        if kinds:
            yield Noticed(asked.code, asked.page, asked.text, _listed(list(kinds)))


def without_identifiers(
    answers: Mapping[str, Value], code: str, names: Collection[str] = ()
) -> dict[str, Value]:
    """Return the answers with what was noticed in one of them taken out."""
    found = _found(answers.get(code), names)
    if not found:
        return dict(answers)
    return {**answers, code: hide(str(answers[code]), found)}


def _found(value: Value | None, names: Collection[str]) -> list[Found]:
    if not isinstance(value, str):
        return []
    return [item for item in find(value, names=names) if item.kind in POINTED_OUT]


def _listed(kinds: list[str]) -> str:
    with_article = [f"an {k}" if k[0] in "aeioN" else f"a {k}" for k in kinds]
    if len(with_article) == 1:
        return with_article[0]
    return ", ".join(with_article[:-1]) + f" and {with_article[-1]}"
