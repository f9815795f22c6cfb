"""How does what a made-up person said become a response and its answers?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from candela.impact.answers import Gate, Value
from candela.impact.questions import Asked, Form, Style
from candela.impact.worked_example import ExampleResponse, Said
from candela.web.answering.models import Answer, Consent, Response
from candela.web.campaigns.models import Group
from candela.web.questionnaires.reading import form_of

if TYPE_CHECKING:
    from candela.web.house.training_rows import Placed

__all__ = ["put_response"]

TEXTS = (Style.LONG_TEXT, Style.SHORT_TEXT)


def put_response(placed: Placed, told: ExampleResponse) -> None:
    """Keep a response of the example, its answers, and what was agreed to."""
    group = placed.groups[told.role]
    closed = group.campaign.closed_at.date()
    anonymous = group.mode == Group.Mode.ANONYMOUS
    response = Response.objects.create(
        organisation=placed.organisation,
        group=group,
        questionnaire=group.questionnaire,
        how=Response.How.WEB,
        sent_on=closed.replace(day=1) if anonymous else closed,
        nothing_to_tell=not told.said,
    )
    agreed = {Consent.Purpose.SUMMARY: True, Consent.Purpose.QUOTE: told.quote}
    for purpose, given in agreed.items():
        Consent.objects.create(
            organisation=placed.organisation,
            response=response,
            purpose=purpose,
            given=given,
        )
    _put_answers(placed, response, told)


def _put_answers(placed: Placed, response: Response, told: ExampleResponse) -> None:
    form = form_of(response.questionnaire)
    values: dict[str, Value] = {}
    boxes: dict[str, str] = {}  # the kind of change that a box of words was about
    for said in told.said:
        box = _say(form, said, values)
        boxes[said.kind] = box
    if not told.said:
        values = {asked.code: Gate.NO_CHANGE.value for asked in form.gates[:1]}
    for code, value in values.items():
        answer = _put_answer(placed, response, form.question(code), value)
        for kind, box in boxes.items():
            if told.key and box == code:
                placed.answers[f"{told.key}.{kind}"] = answer


def _say(form: Form, said: Said, values: dict[str, Value]) -> str:
    """Add the answers that say this; return the code of the box with the words."""
    gates = [asked for asked in form.gates if said.kind in asked.kinds]
    if not gates:
        return ""
    gate = min(gates, key=lambda asked: len(asked.kinds))
    _lead_to(form, gate, values)
    values[gate.code] = said.gate.value
    box = next((asked for asked in form.questions if _opened_by(gate, asked)), None)
    if not said.text or box is None:
        return ""
    # One box asks about several kinds of change: it holds what was said of each.
    before = str(values.get(box.code, ""))
    values[box.code] = f"{before} {said.text}".strip()
    return box.code


def _lead_to(form: Form, gate: Asked, values: dict[str, Value]) -> None:
    """Answer the questions before a gate so that it is asked."""
    for condition in gate.only_if:
        before = form.question(condition.code)
        if before is not None and before.style is Style.MULTI:
            ticked = values.setdefault(before.code, [])
            if isinstance(ticked, list) and condition.among.isdisjoint(ticked):
                ticked.append(min(condition.among))
        elif before is not None:
            values.setdefault(before.code, min(condition.among))


def _opened_by(gate: Asked, asked: Asked) -> bool:
    return asked.style in TEXTS and any(c.code == gate.code for c in asked.only_if)


def _put_answer(
    placed: Placed, response: Response, asked: Asked | None, value: Value
) -> Answer:
    is_text = asked is not None and asked.style in TEXTS
    return Answer.objects.create(
        organisation=placed.organisation,
        response=response,
        question="" if asked is None else asked.code,
        value=value,
        is_text=is_text,
        redaction=Answer.Redaction.CLEARED if is_text else Answer.Redaction.RAW,
        shown=str(value) if is_text else "",
    )
