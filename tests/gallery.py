"""Every part of a page on one page, filled with any text that a test chooses."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.paginator import Paginator
from django.template import engines
from django.utils.safestring import mark_safe
from jinja2 import ChainableUndefined, UndefinedError

from candela.publish.contents import BookTable
from candela.publish.pages.analysis import StoredFigure
from candela.publish.pages.parts import Cell, Fact, Number, Target, View
from candela.web.forms import CheckboxList, CodeInput, RadioList
from candela.web.jinja import TEMPLATES
from candela.web.layout import DOORS, Door, Layout
from candela.web.parts import JobProgress, Link, Row, Task, numbered_pages

Text = Callable[[str], str]
DRAWING = (
    '<svg role="img" aria-label="A line" viewBox="0 0 640 380">'
    '<path d="M0 300 640 100" stroke="#005eb8" fill="none"/></svg>'
)
PAGE = """
{% extends "layout.html" %}
{% set question = text("How are we doing in research, and what needs a look?") %}
{% set caption = text("Quillmere Hospitals") %}
{% set in_error = true %}
{% block breadcrumbs %}{{ parts.breadcrumbs(links) }}{% endblock %}
{% block before_question %}
{{ parts.error_summary(form) }}
{% call parts.notification(text("The invitation was withdrawn"), id="undo") %}
{% call parts.post_form(csrf_input, action="/undo/") %}
{{ parts.button("Undo", "secondary") }}
{% endcall %}
{% endcall %}
{{ parts.notification(text("Nothing was sent"), kind="error", id="error") }}
{{ parts.notification(text("A new book is open"), kind="info", id="info") }}
{% endblock %}
{% block content %}
{{ parts.lead(sentence, "/trace/deaths/", text("deaths compared with expected")) }}
{{ parts.verdict(text("Not different from expected"), sentence, "as_expected") }}
{{ parts.verdict(text("Possibly higher"), "", "possibly_higher") }}
{{ parts.verdict(text("Lower"), text("About 1 in 500."), "lower") }}
{% call parts.section(text("What it means here"), id="means") %}
<p>{{ parts.sentence(sentence) }}</p>
{% endcall %}
{{ parts.figure(figure, picture="/static/candela/icon.svg", files=links,
                where_from="/trace/", address=address) }}
{{ parts.figure(figure, drawing=drawing, id="figure-drawn") }}
{{ parts.table(view, "peers", address, caption_hidden=true) }}
{{ parts.data_table(book_table) }}
{{ parts.cannot_tell([sentence, text("Why.")]) }}
{{ parts.facts(facts) }}
{% call parts.method() %}{{ parts.facts(facts) }}{% endcall %}
{{ parts.task_list(tasks) }}
{{ parts.summary_list(rows) }}
{{ parts.pagination(pages, of="organisations") }}
{{ parts.link_list(links) }}
{{ parts.downloads(links) }}
{{ parts.empty_state(text("Nobody was invited yet."), links[0]) }}
{{ parts.job_progress(running, csrf_input) }}
{% call parts.post_form(csrf_input, multipart=true) %}
{{ parts.form_fields(form) }}
{{ parts.button(text("Send the invitation")) }}
{{ parts.link_button(text("Not now"), "/", "secondary") }}
{% endcall %}
{% call parts.get_form() %}
{{ parts.button("Show", "secondary", "show", "yes") }}
{% endcall %}
<p>{{ day | day }}, {{ day | month }}, {{ moment | moment }}</p>
<p>{{ 1234.5 | number(2) }}</p>
{% endblock %}
"""


class Invitation(forms.Form):
    """A field for each component."""

    token = forms.CharField(widget=forms.HiddenInput)
    tokens = forms.CharField(widget=forms.MultipleHiddenInput, required=False)
    name = forms.CharField(help_text="As it stands on a badge", max_length=3)
    email = forms.EmailField(widget=forms.EmailInput({"autocomplete": "email"}))
    password = forms.CharField(
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=mark_safe("<ul><li>At least 12 characters</li></ul>"),
    )
    code = forms.CharField(widget=CodeInput, label="Code from your device")
    people = forms.IntegerField(label="How many people?", min_value=1)
    share = forms.FloatField(required=False)
    why = forms.CharField(widget=forms.Textarea({"rows": 3}), required=False)
    kind = forms.ChoiceField(
        choices=[("", "---------"), ("a", "Acute"), ("m", "Other")]
    )
    role = forms.ChoiceField(
        choices=[("viewer", "Viewer"), ("coder", "Coder")],
        widget=RadioList(hints={"viewer": "Reads what is shared"}),
    )
    mails = forms.MultipleChoiceField(
        choices=[("d", "Digest"), ("c", "What changed")],
        widget=CheckboxList(hints={"d": "One a working day"}),
        required=False,
    )
    agree = forms.BooleanField(label="I may act for this organisation")
    book = forms.FileField(widget=forms.FileInput({"accept": ".zip"}))


def sent(text: Text, **more: str) -> Invitation:
    """Return the form as it comes back, almost every answer at fault."""
    form = Invitation(
        {
            "token": "t",
            "name": text("Asha Patel"),
            "email": text("not an address"),
            "people": text("many"),
            "why": text("Because"),
            "role": "viewer",
            "mails": ["d"],
            **more,
        },
        {"book": SimpleUploadedFile("book.zip", b"")},
    )
    for name, field in form.fields.items():
        field.label = text(str(field.label or name.capitalize())) or None
    return form


def gallery(text: Text = str, **more: Any) -> str:
    """Return the page with every part, its words passed through ``text``."""
    return page(PAGE, **{**filling(text), **more})


def page(source: str, **context: Any) -> str:
    """Return a page made of a template's source."""
    template = engines["jinja2"].from_string(source)
    return str(template.render({"csrf_input": "", **context}))


def address(target: Target) -> str:
    """Return an address for what a link leads to."""
    return f"/{target.kind}/{target.key}/"


def filling(text: Text) -> dict[str, Any]:
    """Return what the gallery shows."""
    sentence = (text("Deaths were "), Number("ratio", text("21 fewer")), text(" than."))
    links = [
        Link(text("Organisations"), "/find/", text("by name")),
        Link(text("Quillmere Hospitals"), "/organisations/ZA1/"),
    ]
    view = peers_view(text)
    figure = StoredFigure(
        "funnel", text("F"), sentence, text("A funnel"), text("Each dot."), view
    )
    return {
        "text": text,
        "sentence": sentence,
        "links": links,
        "view": view,
        "figure": figure,
        "drawing": mark_safe(DRAWING),
        "address": address,
        "book_table": stored_table(text),
        "facts": [Fact(text("Interval"), sentence), Fact(text("Rule"), (text("x"),))],
        "tasks": [
            Task(text("Look round"), "done", address="/"),
            Task(text("Add a folder"), "to_do", text("5 minutes"), "/books/"),
            Task(text("Add people"), "not_yet", text("Add a folder first")),
        ],
        "rows": [Row(text("Name"), text("Asha"), links), Row(text("Place"), text("Z"))],
        "pages": numbered_pages(
            Paginator(range(200), 10).page(9), lambda n: f"/find/?q=a&page={n}"
        ),
        "running": JobProgress(
            text("Reading files"),
            "/jobs/1/",
            True,
            3,
            14,
            "20 s",
            text("Slow"),
            "/stop/",
        ),
        "form": sent(text),
        "day": date(2025, 5, 1),
        "moment": datetime(2025, 5, 1, 14, 5),  # noqa: DTZ001
        "layout": full_layout(text),
    }


def full_layout(text: Text) -> Layout:
    """Return a layout with everything in it."""
    return Layout(
        book=text("The made-up nation"),
        book_date=date(2025, 5, 1),
        made_up=True,
        person=text("Asha Patel"),
        organisation=text("Quillmere Hospitals"),
        my_organisation="/organisations/ZA1/",
        notices=3,
        doors=tuple(
            Door(d.key, d.question, d.short, f"/{d.key}/", d.key == "care")
            for d in DOORS
        ),
    )


def peers_view(text: Text) -> View:
    """Return a table with a link, a number and every kind of nothing."""
    rows = [
        (
            Cell(text("Quillmere"), target=Target("organisation", "ZA1")),
            Cell("0.98", "n"),
        ),
        (Cell(text("Heron")), Cell("*", nothing="hidden")),
        (Cell(text("Wren")), Cell("0", nothing="none")),
        (Cell(text("Tern")), Cell("(not yet)", nothing="not_yet")),
        (Cell(text("Lark")), Cell("(not reported)", nothing="not_reported")),
        (Cell(text("Kite")), Cell("(n/a)", nothing="does_not_apply")),
        (Cell(text("Rook")), Cell("")),
    ]
    return View.of(
        text("Peers by ratio"),
        (text("Organisation"), text("Ratio")),
        rows,
        numeric=(False, True),
        notes=(text("`*` means 1 to 7 people."),),
        own=frozenset({0}),
    )


def stored_table(text: Text) -> BookTable:
    """Return a wide table as a book holds it."""
    names = ["org_code", *(f"measure_of_something_{n}" for n in range(9)), "built"]
    columns = tuple(
        {
            "name": name,
            "datatype": "number" if name.startswith("measure") else "string",
            "description": "",
            "unit": "per 100" if name.endswith("3") else "",
        }
        for name in names
    )
    measures = [0.0, 12.0, 123456.0, -0.25, "*", None, 99.5, 100.25, float("nan")]
    values = [text("ZA1"), *measures, date(2025, 5, 1)]
    rows = [dict(zip(names, values, strict=True)) for _ in range(3)]
    return BookTable("participation", text("All"), columns, tuple(rows), (text("n"),))


class StrictInOurs(ChainableUndefined):
    """An undefined value that a template of ours may test, but not show or use.

    The templates of the NHS design system look into what is not there on purpose.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Every macro of theirs asks whether it was called with a block.
        self.made_in_ours = self._undefined_name != "caller" and _asked_by_ours()

    def _refuse(self) -> None:
        if self.made_in_ours:
            raise UndefinedError(self._undefined_message)

    def __str__(self) -> str:
        self._refuse()
        return ""

    def __html__(self) -> str:
        return str(self)

    def __bool__(self) -> bool:
        self._refuse()
        return False

    def __len__(self) -> int:
        self._refuse()
        return 0

    def __iter__(self) -> Any:
        self._refuse()
        return iter(())


def _asked_by_ours() -> bool:
    """Return whether the innermost template that is running is one of ours."""
    frame = sys._getframe(1)
    while frame is not None:
        name = frame.f_code.co_filename
        if name.startswith(str(TEMPLATES)) or name == "<template>":
            return True
        if "nhsuk_frontend_jinja" in name:
            return False
        frame = frame.f_back  # type: ignore[assignment]
    return False
