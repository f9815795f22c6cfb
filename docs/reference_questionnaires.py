"""What is asked of whom, about which kinds of change?  From the very files."""

from __future__ import annotations

from collections.abc import Iterator

from reference_markdown import grid, page

from candela.impact.crosswalk import gaps, schemes
from candela.impact.framework import framework
from candela.impact.layout import BOXES
from candela.impact.questionnaire import Questionnaire, shipped
from candela.impact.questions import Form, Format
from candela.impact.reading_age import NOT_MEASURED
from candela.impact.soundness import GATES_AT_MOST

__all__ = ["questionnaires_page"]

OPENING = (
    "Nine questionnaires come with Candela. Their words are our own. Nothing in them "
    "is required, nothing is ticked beforehand, and nobody is asked who they are. A "
    "gate asks whether something changed; only a change, good or bad, opens a box. One "
    f"person meets at most {GATES_AT_MOST[False]} gates, staff at most "
    f"{GATES_AT_MOST[True]}."
)
FORMS = (
    "Every format has the same codes underneath. Reading age is by the Flesch-Kincaid "
    "formula, of the questions alone or of everything that is read, whichever is "
    "harder. It is rounded up, and 7 is the least we say. A form that waits for a "
    "check is offered once a native speaker has read it."
)
BOXES_SAID = (
    "The code of a box is the code of its gate, an underline and the name of the box, "
    "such as `money_amount`. Codes stay from version to version."
)
ADDED = "A and B are ours; the others are those of the paper."


def questionnaires_page() -> str:
    """Return who is asked what, the kinds of change, and their homes elsewhere."""
    return page(
        "Questionnaires",
        OPENING,
        "## Who is asked",
        grid(
            ("key", "who", "minutes", "gates", "kinds asked about"),
            [_asked(questionnaire) for questionnaire in shipped().values()],
        ),
        "## Formats and languages",
        FORMS,
        grid(
            (
                "key",
                "format",
                "language",
                "questions",
                "gates",
                "reading age",
                "offered",
            ),
            [row for q in shipped().values() for row in _formats(q)],
        ),
        "## Gates",
        grid(("key", "code", "kinds", "question"), list(_gates())),
        "## Boxes that a gate opens",
        BOXES_SAID,
        grid(
            ("name", "answered with", "choices"),
            [(n, box.style, ", ".join(box.choices)) for n, box in BOXES.items()],
        ),
        "## Kinds of change",
        f"{framework().citation} <https://doi.org/{framework().doi}> {ADDED}",
        grid(
            ("code", "domain", "kind", "what it is", "example"),
            [
                (kind.code, domain.label, kind.label, kind.help, kind.example)
                for domain in framework().domains
                for kind in domain.kinds
            ],
        ),
        "## Other schemes",
        "Which kind belongs where is our reading. A second person should check a row "
        "before anybody relies on it. `researchfish` derives from the Research "
        "Outcomes Common Question Set and is licensed CC BY-SA 4.0.",
        grid(
            ("scheme", "name", "kinds without a home there"),
            [(s.code, s.title, ", ".join(gaps(s.code))) for s in schemes().values()],
        ),
    )


def _standard(questionnaire: Questionnaire) -> Form:
    form = questionnaire.form()
    assert form is not None, questionnaire.key
    return form


def _asked(questionnaire: Questionnaire) -> tuple[object, ...]:
    form = _standard(questionnaire)
    kinds = dict.fromkeys(
        kind for gate in form.gates if not gate.general for kind in gate.kinds
    )
    return (
        f"`{questionnaire.key}`",
        questionnaire.role.words,
        f"{form.minutes_goal} to {form.minutes_cap}",
        len(form.gates),
        ", ".join(kinds),
    )


def _formats(questionnaire: Questionnaire) -> Iterator[tuple[object, ...]]:
    offered = [(form, "yes") for form in questionnaire.forms.values()]
    waiting = [(form, "waits") for form in questionnaire.unchecked.values()]
    for form, said in (*offered, *waiting):
        age = form.reading_age
        yield (
            f"`{form.key}`",
            Format(form.format).value.replace("_", " "),
            form.locale,
            len(form.questions),
            len(form.gates),
            "not measured" if age == NOT_MEASURED else age,
            said,
        )


def _gates() -> Iterator[tuple[object, ...]]:
    for questionnaire in shipped().values():
        for gate in _standard(questionnaire).gates:
            kinds = "all" if gate.general else ", ".join(gate.kinds)
            yield f"`{questionnaire.key}`", f"`{gate.code}`", kinds, gate.text
