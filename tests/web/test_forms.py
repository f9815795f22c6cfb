"""Does a field become the right component, and does an error say what to do?"""

from __future__ import annotations

from typing import Any

import pytest
from allauth.account.forms import LoginForm
from django import forms
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from book_pages import Element, parsed
from candela.web.forms import (
    CheckboxList,
    CodeInput,
    RadioList,
    component,
    problems,
)
from gallery import gallery, page, sent

CHOICES = [("a", "Acute"), ("m", "Mental health")]


def form_of(
    field: forms.Field,
    data: dict[str, Any] | None = None,
    files: dict[str, Any] | None = None,
    **more: Any,
) -> forms.Form:
    """Return a form whose only field is ``it``."""

    class Made(forms.Form):
        it = field

    return Made(data, files, **more)


def wrong(
    field: forms.Field, given: Any = None, files: dict[str, Any] | None = None
) -> str:
    """Return what the form says of an answer that was sent."""
    field.label = field.label or "Closing date"
    (found,) = problems(form_of(field, {} if given is None else {"it": given}, files))
    assert found.address == "#id_it"
    return found.words


def shown(form: forms.Form) -> Element:
    """Return the form's fields as a page shows them."""
    text = page(
        '{% import "parts.html" as parts %}<main>{{ parts.form_fields(form) }}</main>',
        form=form,
    )
    return parsed(text)


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        (forms.CharField(), "input"),
        (forms.EmailField(), "input"),
        (forms.IntegerField(), "input"),
        (forms.DateField(), "input"),
        (forms.CharField(widget=CodeInput), "input"),
        (forms.CharField(widget=forms.PasswordInput), "password"),
        (forms.CharField(widget=forms.Textarea), "textarea"),
        (forms.ChoiceField(choices=CHOICES), "select"),
        (forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect), "radios"),
        (forms.ChoiceField(choices=CHOICES, widget=RadioList), "radios"),
        (forms.MultipleChoiceField(choices=CHOICES, widget=CheckboxList), "checkboxes"),
        (forms.BooleanField(), "checkboxes"),
        (forms.FileField(), "file"),
        (forms.CharField(widget=forms.HiddenInput), "hidden"),
    ],
)
def test_the_widget_says_which_component_shows_a_field(
    field: forms.Field, kind: str
) -> None:
    assert component(form_of(field)["it"]).kind == kind


@pytest.mark.parametrize(
    "field",
    [
        forms.MultipleChoiceField(choices=CHOICES),
        forms.ChoiceField(choices=[("North", CHOICES)]),
        forms.SplitDateTimeField(),
    ],
)
def test_a_field_that_no_component_shows_is_refused(field: forms.Field) -> None:
    with pytest.raises(TypeError, match="it: "):
        component(form_of(field)["it"])


def test_browsers_are_not_asked_to_check_or_to_cut_an_answer_short() -> None:
    field = forms.CharField(
        max_length=5,
        min_length=2,
        widget=forms.TextInput(
            {
                "autocomplete": "name",
                "placeholder": "Name",
                "style": "color: red",
                "onfocus": "go()",
                "data-kept": "yes",
            }
        ),
    )
    (made,) = shown(form_of(field)).all("input")
    assert made.attributes == {
        "class": "nhsuk-input",
        "id": "id_it",
        "name": "it",
        "type": "text",
        "autocomplete": "name",
        "data-kept": "yes",
    }


def test_a_number_is_typed_as_text_so_that_a_wheel_does_not_change_it() -> None:
    (whole,) = shown(form_of(forms.IntegerField())).all("input")
    assert (whole.attributes["type"], whole.attributes["inputmode"]) == (
        "text",
        "numeric",
    )
    (part,) = shown(form_of(forms.FloatField())).all("input")
    assert part.attributes["inputmode"] == "decimal"


def test_a_code_is_filled_in_by_the_browser_where_it_can() -> None:
    (code,) = shown(form_of(forms.CharField(widget=CodeInput))).all("input")
    assert code.attributes["autocomplete"] == "one-time-code"
    assert code.attributes["inputmode"] == "numeric"


def test_a_password_is_never_written_back() -> None:
    field = forms.CharField(widget=forms.PasswordInput, max_length=3)
    form = form_of(field, {"it": "sesame-open"})
    text = page('{% import "parts.html" as p %}{{ p.form_fields(form) }}', form=form)
    assert "sesame" not in text
    again = forms.RegexField("[a-z]", widget=forms.PasswordInput)
    assert "7F3A" not in wrong(again, "7F3A")


def test_what_may_be_left_out_says_so_once() -> None:
    def label(field: forms.Field) -> str:
        (found,) = shown(form_of(field)).all("label")
        return found.text()

    assert label(forms.CharField(label="Why", required=False)) == "Why (optional)"
    assert label(forms.CharField(label="Why (optional)", required=False)) == (
        "Why (optional)"
    )
    assert label(forms.CharField(label="Why")) == "Why"


def test_choices_keep_their_hints_and_what_was_chosen() -> None:
    field = forms.ChoiceField(
        choices=CHOICES, widget=RadioList(hints={"m": "And more"})
    )
    tree = shown(form_of(field, {"it": "m"}))
    first, second = tree.all("input")
    assert first.attributes["id"] == "id_it"
    assert "checked" not in first.attributes
    assert "checked" in second.attributes
    assert second.attributes["aria-describedby"] == "id_it-2-item-hint"
    assert "And more" in tree.text()


def test_a_blank_choice_is_an_invitation_in_a_list_and_no_radio_button() -> None:
    choices = [("", "---------"), *CHOICES]
    tree = shown(form_of(forms.ChoiceField(choices=choices)))
    assert next(tree.all("option")).text() == "Choose one"
    radios = forms.ChoiceField(choices=choices, widget=forms.RadioSelect)
    assert len(list(shown(form_of(radios)).all("input"))) == 2


def test_a_disabled_field_is_disabled() -> None:
    for field in (
        forms.CharField(disabled=True),
        forms.BooleanField(disabled=True),
        forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect, disabled=True),
    ):
        for made in shown(form_of(field)).all("input"):
            assert "disabled" in made.attributes


def test_only_what_is_marked_as_safe_by_the_form_is_markup_in_a_hint() -> None:
    told = MinimumLengthValidator(12).get_help_text()
    assert "12" in shown(form_of(forms.CharField(help_text=told))).text()
    tree = shown(form_of(forms.CharField(help_text="<b>bold</b>")))
    assert list(tree.all("b")) == []


def test_a_form_of_another_author_is_shown_in_our_manner(rf: Any) -> None:
    tree = shown(LoginForm(request=rf.get("/")))
    labels = [e.attributes["for"] for e in tree.all("label")]
    inputs = [e.attributes["id"] for e in tree.all("input")]
    assert labels[:2] == inputs[:2] == ["id_login", "id_password"]
    assert [e for e in tree.all("input") if "placeholder" in e.attributes] == []


@pytest.mark.parametrize(
    ("field", "given", "words"),
    [
        (forms.CharField(), None, "nothing was entered. Enter it here."),
        (
            forms.CharField(max_length=5),
            "Quillmere",
            "this has 9 characters. Use 5 or fewer.",
        ),
        (
            forms.CharField(min_length=5),
            "Quil",
            "this has 4 characters. Use 5 or more.",
        ),
        (
            forms.EmailField(),
            "asha",
            "'asha' is not an e-mail address. Write it like name@place.uk.",
        ),
        (
            forms.URLField(assume_scheme="https"),
            "a b",
            "'a b' is not a web address. Copy it whole.",
        ),
        (
            forms.IntegerField(),
            "x1",
            "'x1' is not a whole number. Enter digits, such as 42.",
        ),
        (forms.FloatField(), "x", "'x' is not a number. Enter digits, such as 4.2."),
        (forms.DecimalField(), "x", "'x' is not a number. Enter digits, such as 4.2."),
        (forms.IntegerField(max_value=9), "10", "'10' is too large. Enter 9 or less."),
        (forms.IntegerField(min_value=1), "0", "'0' is too small. Enter 1 or more."),
        (
            forms.DateField(),
            "31/6/2026",
            "'31/6/2026' is not a date. Write it like 31/12/2026.",
        ),
        (
            forms.ChoiceField(choices=CHOICES),
            "z",
            "that choice is not on the list. Choose one that is.",
        ),
        (forms.ChoiceField(choices=CHOICES), None, "nothing was chosen. Choose one."),
        (
            forms.MultipleChoiceField(choices=CHOICES, widget=CheckboxList),
            None,
            "nothing was chosen. Choose one or more.",
        ),
        (forms.BooleanField(), None, "this box is not ticked. Tick it to go on."),
        (forms.FileField(), None, "no file was chosen. Choose a file."),
    ],
)
def test_an_error_says_where_what_is_wrong_and_what_to_do(
    field: forms.Field, given: Any, words: str
) -> None:
    assert wrong(field, given) == f"Closing date: {words}"


def test_an_empty_file_is_told_of() -> None:
    empty = {"it": SimpleUploadedFile("book.zip", b"")}
    words = wrong(forms.FileField(label="Book"), {}, empty)
    assert words == "Book: the file is empty. Choose another file."


def test_a_label_that_asks_is_followed_by_a_sentence() -> None:
    words = wrong(forms.CharField(label="Whom shall we invite?"))
    assert words == "Whom shall we invite? Nothing was entered. Enter it here."


def test_words_that_the_form_gives_are_kept_with_the_label_before_them() -> None:
    told = {"required": "Say when answers stop."}
    words = wrong(forms.CharField(error_messages=told))
    assert words == "Closing date: say when answers stop."
    whole = {"required": "Closing date: 31 June does not exist. Enter 1 to 30."}
    assert wrong(forms.CharField(error_messages=whole)) == whole["required"]


def test_words_of_an_unknown_fault_are_shown_as_they_are() -> None:
    def refuse(value: str) -> None:
        raise ValidationError("Ask the coordinator first.", code="elsewhere")

    words = wrong(forms.CharField(validators=[refuse]), "x")
    assert words == "Closing date: ask the coordinator first."


@pytest.mark.parametrize("code", ["password_too_short", "password_too_common"])
def test_a_weak_password_is_met_with_advice(code: str) -> None:
    def refuse(value: str) -> None:
        raise ValidationError("It is weak.", code=code, params={"min_length": 12})

    field = forms.CharField(
        label="Password", widget=forms.PasswordInput, validators=[refuse]
    )
    words = wrong(field, "sesame")
    assert words.startswith("Password: ")
    assert "{" not in words
    assert "sesame" not in words
    assert words.count(".") == 2  # what is wrong, and what to do


def test_a_long_answer_is_cut_in_the_error_and_kept_in_the_field() -> None:
    long = "x" * 500
    form = form_of(forms.IntegerField(label="People"), {"it": long})
    (found,) = problems(form)
    assert found.words.startswith(f"People: '{'x' * 60}...' is not a whole number")
    (made,) = shown(form).all("input")
    assert made.attributes["value"] == long


def test_every_line_of_the_summary_leads_to_its_field_and_says_the_same_there() -> None:
    tree = parsed(gallery())
    by_name = {e.attributes["id"]: e for e in tree.all() if "id" in e.attributes}
    (summary,) = [
        e for e in tree.all("div") if e.attributes.get("class") == "nhsuk-error-summary"
    ]
    links = list(summary.all("a"))
    assert len(links) == 8
    for link in links:
        name = link.attributes["href"].removeprefix("#")
        assert by_name[name].tag in {"input", "select", "textarea"}
        told = by_name[f"{name}-error"].text()
        assert told == f"Error:{link.text()}" or told == f"Error: {link.text()}"


def test_what_is_wrong_with_no_single_field_leads_to_the_first_one() -> None:
    class Both(forms.Form):
        token = forms.CharField(widget=forms.HiddenInput)
        first = forms.CharField()
        second = forms.CharField()

        def clean(self) -> None:
            raise ValidationError("First and second are the same. Change one.")

    found = problems(Both({"token": "t", "first": "a", "second": "a"}))
    assert [(p.words, p.address) for p in found] == [
        ("First and second are the same. Change one.", "#id_first")
    ]
    hidden = problems(Both({"first": "a", "second": "b"}))
    assert [p.address for p in hidden] == ["#id_first", "#id_first"]
    assert hidden[1].words.startswith("Token: ")


def test_a_form_without_faults_has_no_summary() -> None:
    form = form_of(forms.CharField(), {"it": "x"})
    assert problems(form) == []
    text = page('{% import "parts.html" as p %}{{ p.error_summary(form) }}', form=form)
    assert text.strip() == ""


def test_hidden_fields_keep_every_value() -> None:
    field = forms.MultipleChoiceField(
        choices=CHOICES, widget=forms.MultipleHiddenInput, initial=["a", "m"]
    )
    made = list(shown(form_of(field)).all("input"))
    assert [e.attributes["value"] for e in made] == ["a", "m"]
    assert {e.attributes["type"] for e in made} == {"hidden"}


def test_an_answer_is_kept_when_the_form_comes_back() -> None:
    form = sent(str, why="First line\nsecond line")
    assert component(form["why"]).params["value"] == "First line\nsecond line"
    assert component(form["mails"]).params["items"][0]["checked"] is True
