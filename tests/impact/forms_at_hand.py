"""Every form that comes with Candela, and answers somebody might give to one."""

from __future__ import annotations

from hypothesis import strategies as st

from candela.impact.answers import Answers, Value
from candela.impact.questionnaire import shipped
from candela.impact.questions import Asked, Form, Format, Style

__all__ = ["EVERY_FORM", "NAMES", "answers_to", "standard"]

EVERY_FORM: tuple[Form, ...] = tuple(
    form
    for questionnaire in shipped().values()
    for form in (*questionnaire.forms.values(), *questionnaire.unchecked.values())
)
NAMES = [f"{form.key} {form.format} {form.locale}" for form in EVERY_FORM]


def standard(key: str, format: Format = Format.STANDARD) -> Form:
    """Return one English form."""
    form = shipped()[key].form(format)
    assert form is not None, (key, format)
    return form


def answers_to(form: Form) -> st.SearchStrategy[Answers]:
    """Return answers to any of its questions, whether they are reached or not."""
    given = {asked.code: _answer(asked) for asked in form.questions}
    return st.fixed_dictionaries({}, optional=given)


def _answer(asked: Asked) -> st.SearchStrategy[Value]:
    codes = [choice.code for choice in asked.choices]
    match asked.style:
        case Style.GATE | Style.SINGLE:
            return st.sampled_from(codes)
        case Style.MULTI:
            return st.lists(st.sampled_from(codes), unique=True)
        case Style.NUMBER | Style.MONEY:
            return st.integers(0, 9).map(float)
        case _:
            return st.just("Words.")
