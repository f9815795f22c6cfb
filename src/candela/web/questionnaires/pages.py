"""What do the pages about questionnaires show?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from candela.impact.claims import Role
from candela.impact.questionnaire import Questionnaire, shipped
from candela.impact.questions import Asked, Form, Format, Page, Style
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
    "list_table",
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
SAME_WORDS = {Format.LARGE_PRINT, Format.INTERVIEWER}
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
    """Return every question with its words in each form that has words of its own."""
    every = {**questionnaire.forms, **questionnaire.unchecked}
    own = [form for form in every.values() if form.format not in SAME_WORDS]
    codes = dict.fromkeys(asked.code for form in own for asked in form.questions)
    rows = [
        (Cell(code), *(_words(form.question(code)) for form in own)) for code in codes
    ]
    headings = [form_in_words(form) for form in own]
    return View.of("The same questions in each form", ("Code", *headings), rows)


def form_in_words(form: Form | Place) -> str:
    """Return a format in words, with its language where that is not English."""
    words = FORMATS[Format(form.format)]
    language = LANGUAGES.get(form.locale, form.locale)
    return words if form.locale == HOME_LOCALE else f"{words}, {language}"


def _words(asked: Asked | None) -> Cell:
    if asked is None:
        return Cell("not asked")
    labels = "; ".join(choice.label for choice in asked.choices)
    told = [asked.text, asked.hint, labels]
    return Cell(" / ".join(part for part in told if part))


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
