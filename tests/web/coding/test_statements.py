"""What is claimed, how it is changed by two people, and what belongs to it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from candela.web.coding.models import (
    Evidence,
    Quantity,
    Source,
    Statement,
    StatementVersion,
    Support,
)
from candela.web.coding.numbering import next_number
from candela.web.coding.statement_form import StatementForm
from candela.web.scoping import organisation_scope
from candela.web.studies.models import Colleague
from web.coding.pages import at, text_of
from web.conftest import Place
from web.impact_places import make_group, make_response, make_statement

pytestmark = pytest.mark.django_db

Browser = Callable[[User], Client]


@pytest.fixture
def statement(here: Place) -> Statement:
    """A draft that rests on one answer."""
    with organisation_scope(here.organisation):
        response = make_response(here, make_group(here), texts=["Feet are checked."])
        study = response.group.campaign.study
        made = make_statement(here, study=study, kind="W1")
        Source.objects.create(
            organisation=here.organisation,
            statement=made,
            answer=response.answers.get(is_text=True),
        )
    return made


@pytest.fixture
def coder(here: Place, signed_in: Browser) -> Client:
    return signed_in(here.person(Role.CODER))


def page(place: Place, statement: Statement, rest: str = "") -> str:
    return at(place, f"statements/{statement.pk}/{rest}")


def typed(statement: Statement, **changes: Any) -> dict[str, Any]:
    """Return what the form of a statement would send, with some of it changed."""
    values = StatementForm.of(statement).initial
    sent = {name: "" if value is None else value for name, value in values.items()}
    return sent | changes


def latest(place: Place, statement: Statement) -> Statement:
    with organisation_scope(place.organisation):
        return Statement.objects.get(pk=statement.pk)


def test_the_page_says_the_claim_how_it_would_be_told_and_what_it_rests_on(
    here: Place, statement: Statement, coder: Client
) -> None:
    said = text_of(coder.get(page(here, statement)))
    assert "Feet are checked on the ward at admission." in said
    assert (
        "S-1: Feet are checked on the ward at admission. Reported by one group. The "
        "study and others had a part in it, by taking part." in said
    )
    assert "It may not be quoted." in said


def test_consent_to_quote_is_told_beside_the_answer(
    here: Place, statement: Statement, coder: Client
) -> None:
    with organisation_scope(here.organisation):
        response = make_response(
            here, make_group(here), texts=["They ask me each time."], quote=True
        )
        answer = response.answers.get(is_text=True)
        Source.objects.create(
            organisation=here.organisation, statement=statement, answer=answer
        )
    assert "It may be quoted without a name." in text_of(
        coder.get(page(here, statement))
    )


def test_a_claim_of_two_changes_is_doubted_and_can_be_saved_all_the_same(
    here: Place, statement: Statement, coder: Client
) -> None:
    two = "Feet are checked on the ward; a nurse was hired for the clinic."
    coder.post(page(here, statement, "change/"), typed(statement, text=two))
    assert "This looks like two statements" in text_of(coder.get(page(here, statement)))
    assert latest(here, statement).text == two


def test_every_field_but_choices_that_explain_themselves_has_an_example() -> None:
    plain = {
        "kind",
        "other_kinds",
        "direction",
        "intent",
        "level",
        "horizon",
        "realised",
        "contribution",
        "edition",
        "story",
    }
    for name, field in StatementForm.base_fields.items():
        if name not in plain:
            assert "xample" in field.help_text or "rota" in field.help_text, name


def test_who_saves_second_sees_both_texts_and_nothing_is_overwritten(
    here: Place, statement: Statement, coder: Client, signed_in: Browser
) -> None:
    change = page(here, statement, "change/")
    first, second = typed(statement), typed(statement)  # both opened the same edition
    other = signed_in(here.person(Role.COORDINATOR))
    assert other.post(change, first | {"text": "The first text."}).status_code == 302
    conflict = coder.post(change, second | {"text": "The second text."})
    said = text_of(conflict)
    assert conflict.status_code == 200
    assert "Somebody else saved this statement while you were writing." in said
    assert "The first text." in said
    assert "The second text." in said
    assert latest(here, statement).text == "The first text."
    # They pick their own: the form now holds the edition that was just shown.
    again = second | {"text": "Both texts.", "edition": latest(here, statement).edition}
    assert coder.post(change, again).status_code == 302
    assert latest(here, statement).text == "Both texts."
    with organisation_scope(here.organisation):
        kept = StatementVersion.objects.filter(statement=statement)
        assert [v.content["text"] for v in kept] == ["The first text.", "Both texts."]


def test_the_conflict_page_sends_the_new_edition(
    here: Place, statement: Statement, coder: Client
) -> None:
    change = page(here, statement, "change/")
    old = typed(statement)
    coder.post(change, old | {"text": "One."})
    shown = coder.post(change, old | {"text": "Two."}).content.decode()
    assert f'name="edition" value="{latest(here, statement).edition}"' in shown


def test_what_waits_for_review_keeps_its_words(
    here: Place, statement: Statement, coder: Client
) -> None:
    with organisation_scope(here.organisation):
        statement.state = "submitted"
        statement.save()
    sent = coder.post(page(here, statement, "change/"), typed(statement, text="New."))
    assert "so its words stay as they are" in text_of(sent)
    assert latest(here, statement).text != "New."


def test_a_kind_is_found_by_what_else_it_is_called(
    here: Place, statement: Statement, coder: Client
) -> None:
    said = text_of(coder.get(page(here, statement, "change/?kind_search=equity")))
    assert "H4 Equity of access to care" in said


FIGURE = {
    "what": "feet checked",
    "value": "90",
    "unit": "people a month",
    "method": "measured",
    "baseline": "40",
    "baseline_period": "January 2024",
}


def test_a_figure_is_told_with_what_it_was_before_and_how_it_is_known(
    here: Place, statement: Statement, coder: Client
) -> None:
    coder.post(page(here, statement, "figures/"), FIGURE)
    said = text_of(coder.get(page(here, statement)))
    assert (
        "feet checked: 90 people a month, measured; before: 40 in January 2024" in said
    )
    with organisation_scope(here.organisation):
        figure = Quantity.objects.get()
    coder.post(page(here, statement, f"figures/{figure.pk}/remove/"))
    with organisation_scope(here.organisation):
        assert not Quantity.objects.exists()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"money_kind": "income"}, "In prices of which year? Nothing was entered."),
        ({"baseline_period": ""}, "When was that? Nothing was entered."),
        ({"value": "many"}, "is not a number"),
        ({"value": "nan"}, "is not a number"),
        ({"low": "100"}, "At least: this is more than the figure."),
        ({"start": "1/2/2025", "end": "1/1/2025"}, "this day is before the first"),
    ],
)
def test_a_figure_that_cannot_be_read_alone_is_asked_about(
    here: Place,
    statement: Statement,
    coder: Client,
    changed: dict[str, str],
    words: str,
) -> None:
    sent = coder.post(page(here, statement, "figures/"), FIGURE | changed)
    assert words in text_of(sent)
    with organisation_scope(here.organisation):
        assert not Quantity.objects.exists()


def test_evidence_is_tied_with_what_it_supports(
    here: Place, statement: Statement, coder: Client
) -> None:
    with organisation_scope(here.organisation):
        evidence = Evidence.objects.create(
            organisation=here.organisation,
            number=next_number(Evidence, here.organisation),
            kind="minutes",
            title="Minutes of the group",
        )
    tie = {"evidence": evidence.pk, "supports": ["change", "size"], "note": "page 3"}
    coder.post(page(here, statement, "support/"), tie)
    said = text_of(coder.get(page(here, statement)))
    assert (
        "E1 Minutes of the group. It supports: that it changed; how much. page 3."
        in said
    )
    with organisation_scope(here.organisation):
        made = Support.objects.get()
    coder.post(page(here, statement, "unsupport/"), {"support": made.pk})
    with organisation_scope(here.organisation):
        assert not Support.objects.exists()


def test_a_repeat_names_the_statement_that_is_counted_and_never_a_circle(
    here: Place, statement: Statement, coder: Client
) -> None:
    with organisation_scope(here.organisation):
        other = make_statement(here)
        third = make_statement(here)
    coder.post(page(here, statement, "repeats/"), {"number": other.label})
    assert latest(here, statement).same_as_id == other.pk
    for repeating, of in ((other, statement), (third, statement), (third, third)):
        refused = coder.post(page(here, repeating, "repeats/"), {"number": of.label})
        assert refused.status_code == 200
        assert latest(here, repeating).same_as_id is None
    coder.post(page(here, statement, "repeats/"), {"number": ""})
    assert latest(here, statement).same_as_id is None


def test_a_statement_is_credited_to_people_and_to_nobody_of_another_organisation(
    here: Place, there: Place, statement: Statement, coder: Client
) -> None:
    with organisation_scope(there.organisation):
        theirs = Colleague.objects.create(organisation=there.organisation, name="X")
    with organisation_scope(here.organisation):
        ours = Colleague.objects.create(organisation=here.organisation, name="Ada H")
    coder.post(page(here, statement, "credit/"), {"colleagues": [ours.pk]})
    assert "in the record of Ada H too" in text_of(coder.get(page(here, statement)))
    refused = coder.post(page(here, statement, "credit/"), {"colleagues": [theirs.pk]})
    assert refused.status_code == 200
    with organisation_scope(here.organisation):
        assert [c.colleague for c in statement.credits.all()] == [ours]


def test_the_history_is_told_in_sentences(
    here: Place, statement: Statement, coder: Client
) -> None:
    coder.post(page(here, statement, "change/"), typed(statement, text="Changed."))
    coder.post(page(here, statement, "figures/"), FIGURE)
    said = text_of(coder.get(page(here, statement)))
    assert "Coder Of Quillmere changed a statement on " in said
    assert "Coder Of Quillmere added a figure to a statement on " in said


def test_a_viewer_reads_what_is_claimed_and_no_answer_behind_it(
    here: Place, statement: Statement, signed_in: Browser
) -> None:
    with organisation_scope(here.organisation):
        source = statement.sources.get()
        source.answer.value = "My own words."
        source.answer.save()
        Statement.objects.filter(pk=statement.pk).update(state="verified")
    viewer = signed_in(here.person(Role.VIEWER))
    said = text_of(viewer.get(page(here, statement)))
    assert "Feet are checked on the ward" in said
    assert "My own words." not in said


def test_statements_are_found_by_number_word_kind_and_state(
    here: Place, statement: Statement, coder: Client
) -> None:
    with organisation_scope(here.organisation):
        make_statement(here, text="The pharmacy opened on Sundays.", kind="H4")
    for asked, found in (
        ("q=s-2", "pharmacy"),
        ("q=pharmacy", "pharmacy"),
        ("q=equity", "pharmacy"),
        (f"study={statement.study_id}", "Feet are checked"),
    ):
        said = text_of(coder.get(at(here, f"statements/?{asked}")))
        assert found in said
        assert ("pharmacy" in said) != ("Feet are checked" in said), asked


def test_a_statement_can_rest_on_evidence_alone(
    here: Place, statement: Statement, coder: Client
) -> None:
    told = {
        "study": statement.study_id,
        "text": "The guideline names the study.",
        "kind": "W6",
        "direction": "positive",
    }
    sent = coder.post(at(here, "statements/new/"), told)
    assert "The guideline names the study." in text_of(coder.get(sent["Location"]))


def test_a_statement_of_another_organisation_is_not_found(
    there: Place, statement: Statement, signed_in: Browser
) -> None:
    stranger = signed_in(there.person(Role.ADMINISTRATOR))
    for rest in ("", "change/", "review/"):
        client = signed_in(there.person(Role.REVIEWER)) if "rev" in rest else stranger
        assert client.get(page(there, statement, rest)).status_code == 404
    assert stranger.post(page(there, statement, "figures/"), FIGURE).status_code == 404


def test_who_reviews_is_led_to_the_queue_and_who_does_not_is_not(
    here: Place, signed_in: Browser
) -> None:
    for role, led in ((Role.REVIEWER, True), (Role.VIEWER, False)):
        shown = signed_in(here.person(role)).get(at(here, "statements/"))
        assert ("that wait for a reviewer" in text_of(shown)) == led
        assert "What waits for you" in text_of(shown)
