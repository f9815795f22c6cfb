"""What was asked of each group, and what did each respondent say to each gate?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from candela.impact.answers import Answers, Heard
from candela.impact.claims import Role
from candela.impact.questions import Form, gates_answered

__all__ = ["Sheet", "asked_kinds", "hear"]


@dataclass(frozen=True)
class Sheet:
    """What one respondent answered about one study, on which form."""

    study: str
    form: Form
    answers: Answers


def hear(sheets: Iterable[Sheet]) -> Iterator[Heard]:
    """Give what each respondent said to each kind of change."""
    for sheet in sheets:
        for kind, gate in gates_answered(sheet.form, sheet.answers).items():
            yield Heard(sheet.study, sheet.form.role, kind, gate)


def asked_kinds(forms: Iterable[Form]) -> Mapping[Role, frozenset[str]]:
    """Return the kinds of change that each group was asked about.

    A group with several forms (languages, formats, versions) was asked about all that
    any of them asks.
    """
    asked: dict[Role, set[str]] = {}
    for form in forms:
        kinds = asked.setdefault(form.role, set())
        kinds.update(kind for gate in form.gates for kind in gate.kinds)
    return {role: frozenset(kinds) for role, kinds in asked.items()}
