"""What do the pages about questionnaires show?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from candela.impact.claims import Role
from candela.impact.differences import Difference
from candela.impact.layout import BOXES
from candela.impact.questionnaire import Questionnaire, shipped
from candela.impact.questions import Form, Format, Page, Style
from candela.impact.reading_age import NOT_MEASURED
from candela.publish.pages.parts import Cell, View
from candela.web.accounts.models import Organisation
from candela.web.parts import LinkCell
from candela.web.questionnaires.models import QuestionnaireVersion
from candela.web.questionnaires.reading import HOME_LOCALE, questionnaire_of
from candela.web.questionnaires.wording import Place

__all__ = [
    "FORMATS",
    "age_in_words",
    "asked_when",
    "form_in_words",
    "forms_table",
    "heading_of",
    "list_table",
    "may_leave",
    "not_used_yet",
    "side_by_side",
    "standing",
    "title_of",
]

FORMATS: Mapping[Format, str] = {
    Format.STANDARD: "Standard",
    Format.EASY_READ: "Easy Read",
    Format.LARGE_PRINT: "Large print",
    Format.CHILD: "Children of 6 to 11",
    Format.YOUNG_PERSON: "Young people of 12 to 15",
    Format.INTERVIEWER: "For an interviewer",
}
LANGUAGES = {"en-GB": "English", "cy": "Cymraeg (Welsh)"}
State = QuestionnaireVersion.State


@dataclass(frozen=True)
class NotUsedYet:
    """A questionnaire that came with Candela and that nobody here has used."""

    key: str
    title: str


def title_of(questionnaire: Questionnaire) -> str:
    """Return the title of the standard form."""
    form = questionnaire.form()
    return form.title if form else questionnaire.key


def age_in_words(form: Form) -> str:
    """Return the reading age; of other languages nobody has measured it."""
    return "not measured" if form.reading_age == NOT_MEASURED else str(form.reading_age)


def not_used_yet(versions: Iterable[QuestionnaireVersion]) -> list[NotUsedYet]:
    """Return the questionnaires that have no version here."""
    used = {version.key for version in versions}
    return [
        NotUsedYet(key, title_of(questionnaire))
        for key, questionnaire in shipped().items()
        if key not in used
    ]


def list_table(
    organisation: Organisation, versions: Sequence[QuestionnaireVersion]
) -> View:
    """Return every questionnaire with its versions, those in use first."""
    rows = [
        _row(questionnaire_of(version), _version_cell(organisation, version))
        for version in sorted(versions, key=_standing_order)
    ]
    rows += [
        _row(shipped()[waiting.key], Cell("not used yet"))
        for waiting in not_used_yet(versions)
    ]
    headings = ("Questionnaire", "Who is asked", "About change", "Minutes")
    return View.of(
        "Questionnaires", (*headings, "Reading age", "Version"), rows, numeric=NUMERIC
    )


NUMERIC = (False, False, True, True, True, False)


def _standing_order(version: QuestionnaireVersion) -> tuple[int, str]:
    return list(State).index(State(version.state)), version.key


def _row(questionnaire: Questionnaire, version: Cell) -> tuple[Cell | str, ...]:
    form = questionnaire.form()
    if form is None:  # of no questionnaire that is sound
        return title_of(questionnaire), questionnaire.role.words, "", "", "", version
    return (
        form.title,
        questionnaire.role.words,
        str(len(form.gates)),
        f"{form.minutes_goal} to {form.minutes_cap}",
        age_in_words(form),
        version,
    )


def _version_cell(organisation: Organisation, version: QuestionnaireVersion) -> Cell:
    return LinkCell(
        f"{version.version}, {version.get_state_display()}",
        address=reverse("questionnaire", args=[organisation.slug, version.pk]),
        hidden=f"of {version.key}",
    )


def standing(version: QuestionnaireVersion, questionnaire: Questionnaire) -> str:
    """Return in a sentence or two what a version asks of whom and how it stands."""
    form = questionnaire.form()
    gates = len(form.gates) if form else 0
    minutes = questionnaire.content["minutes"]
    stands = {
        State.DRAFT: "It is a draft: nobody is asked it yet.",
        State.ACTIVE: "It is in use, so its words stay as they are.",
        State.RETIRED: "It is no longer used in new campaigns.",
    }[State(version.state)]
    return (
        f"It asks {Role(version.role).words} {gates} questions about change, in "
        f"{minutes['goal']} to {minutes['cap']} minutes. {stands}"
    )


def forms_table(
    organisation: Organisation,
    version: QuestionnaireVersion,
    questionnaire: Questionnaire,
) -> View:
    """Return the formats and languages, each with its length and reading age."""
    rows = [
        (
            LinkCell(
                FORMATS[form.format],
                address=_preview(organisation, version, form),
                hidden=LANGUAGES.get(form.locale, form.locale),
            ),
            LANGUAGES.get(form.locale, form.locale),
            str(len(form.questions)),
            str(len(form.gates)),
            age_in_words(form),
            "yes" if offered else "waits for a check by a native speaker",
        )
        for forms, offered in (
            (questionnaire.forms, True),
            (questionnaire.unchecked, False),
        )
        for form in forms.values()
    ]
    headings = ("Format", "Language", "Questions", "About change", "Reading age")
    return View.of(
        "Formats and languages",
        (*headings, "Offered"),
        rows,
        numeric=(False, False, True, True, True, False),
        notes=(
            "Questions counts boxes that only some people see.",
            "Reading age is by the Flesch-Kincaid formula, rounded up; 7 is the least "
            "we say.",
        ),
    )


def _preview(
    organisation: Organisation, version: QuestionnaireVersion, form: Form
) -> str:
    page = reverse("questionnaire-form", args=[organisation.slug, version.pk])
    return f"{page}?format={form.format}&locale={form.locale}"


def side_by_side(questionnaire: Questionnaire) -> View:
    """Return all words, with a column for each form that has words of its own."""
    content = questionnaire.content
    own = [w for w in content["forms"] if "same_as" not in w]
    opened = {box for q in content["questions"] for box in q.get("opens", ())}
    places = [
        ("Answers to questions about change", "choices", ""),
        *((q["code"], "words", q["code"]) for q in content["questions"]),
        *((f"Box: {box}", "boxes", box) for box in BOXES if box in opened),
    ]
    rows = [
        (Cell(label), *(_words(wording, table, code) for wording in own))
        for label, table, code in places
    ]
    headings = [_form_words(w["format"], w["locale"]) for w in own]
    return View.of("The same questions in each form", ("Code", *headings), rows)


def _words(wording: Mapping[str, Any], table: str, code: str) -> Cell:
    """Return what a form says in one place, on one line."""
    written = wording.get(table, {})
    entry = written.get(code) if code else {"choices": written}
    if not entry:
        return Cell("not asked")
    labels = "; ".join(entry.get("choices", {}).values())
    told = (entry.get("text"), entry.get("hint"), labels)
    return Cell(" / ".join(part for part in told if part))


def form_in_words(form: Form | Place) -> str:
    """Return a format in words, with its language where that is not English."""
    return _form_words(form.format, form.locale)


def _form_words(format: str, locale: str) -> str:
    words = FORMATS[Format(format)]
    language = LANGUAGES.get(locale, locale)
    return words if locale == HOME_LOCALE else f"{words}, {language}"


def may_leave(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the questions that can be left out, each with its words in English."""
    leads = {code for q in content["questions"] for code in q.get("only_if", {})}
    form = Questionnaire.as_written(content).form()
    asked = form.questions if form else ()
    words = {a.code: a.text for a in asked}
    codes = [q["code"] for q in content["questions"]]
    return [(c, words[c]) for c in codes if c in words and c not in leads]


def heading_of(difference: Difference) -> str:
    """Return where a difference is and what it is, in words."""
    format, _, locale = difference.where.partition(" ")
    if not locale:
        return f"Question “{difference.where}”: {difference.what}"
    return f"{_form_words(format, locale)}: {difference.what}"


def asked_when(form: Form, page: Page) -> str:
    """Return in words who meets a page; nothing where everybody does."""
    here = {asked.code for asked in page.questions}
    told = []
    for condition in page.questions[0].only_if:
        other = form.question(condition.code)
        if other is None or condition.code in here:
            continue
        labels = " or ".join(
            f"“{choice.label}”"
            for choice in other.choices
            if choice.code in condition.among
        )
        verb = "ticked" if other.style is Style.MULTI else "answered"
        told.append(f"{verb} {labels} to “{other.text}”")
    return f"Shown to those who {' and '.join(told)}." if told else ""
