"""From answers to statements, as a coder does it in a browser."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from django.test import Client

from candela.impact.claims import Role as Answering
from candela.web.accounts.models import Membership, User
from candela.web.accounts.permissions import Role
from candela.web.answering.models import Answer
from candela.web.audit.models import Event
from candela.web.campaigns.models import Campaign, Group
from candela.web.coding.models import Coding, Source, Statement
from candela.web.coding.reading import groups_with_a_name
from candela.web.scoping import organisation_scope
from web.coding.pages import at, text_of
from web.conftest import Place
from web.impact_places import (
    HARM_BOX,
    make_campaign,
    make_group,
    make_response,
    make_statement,
)

pytestmark = pytest.mark.django_db

Browser = Callable[[User], Client]
FEET = "They check my feet each time now."


@pytest.fixture
def campaign(here: Place) -> Campaign:
    """A closed campaign in which ten people who took part wrote something."""
    with organisation_scope(here.organisation):
        made = make_campaign(here)
        group = make_group(here, made)
        for n in range(10):
            make_response(
                here,
                group,
                texts=[FEET] if n == 0 else [f"Care became quieter, {n}."],
                answers={"health": "better"},
            )
    return made


@pytest.fixture
def coder(here: Place, signed_in: Browser) -> Client:
    """The browser of a coder."""
    return signed_in(here.person(Role.CODER))


def answer_with(place: Place, text: str) -> Answer:
    with organisation_scope(place.organisation):
        return Answer.objects.get(value=text)


def test_the_workspace_says_how_far_the_reading_is_and_leads_to_an_answer(
    here: Place, campaign: Campaign, coder: Client
) -> None:
    page = coder.get(at(here, "answers/"))
    assert "10 unread, 0 coded." in text_of(page)
    (address,) = re.findall(
        r'href="([^"]+/answers/[0-9a-f-]+/)"', page.content.decode()
    )
    assert coder.get(address).status_code == 200


def test_an_answer_is_shown_with_its_question_its_gate_and_its_group(
    here: Place, campaign: Campaign, coder: Client
) -> None:
    answer = answer_with(here, FEET)
    said = text_of(coder.get(at(here, f"answers/{answer.pk}/")))
    assert FEET in said
    assert "Did your health change, or how you feel from day to day?" in said
    assert "Something got better." in said
    assert "People who took part" in said


def test_two_statements_are_written_from_one_answer_with_few_clicks(
    here: Place, campaign: Campaign, coder: Client
) -> None:
    answer = answer_with(here, FEET)
    page = at(here, f"answers/{answer.pk}/")
    shown = " ".join(coder.get(page).content.decode().split())
    # Kind and direction come from the question and its gate: what is left is the
    # text (1 click), when (1), and the button (1); 3 are left for a change of mind.
    assert re.search(r'<option value="H1" selected', shown)
    assert re.search(r'value="positive" checked', shown)
    for text in ("Feet are checked at each visit.", "Visits take longer."):
        sent = coder.post(
            f"{page}statement/",
            {"text": text, "kind": "H1", "direction": "positive", "horizon": ""},
        )
        assert (sent.status_code, sent["Location"]) == (302, page)
    with organisation_scope(here.organisation):
        statements = list(Statement.objects.order_by("number"))
        assert [s.text for s in statements] == [
            "Feet are checked at each visit.",
            "Visits take longer.",
        ]
        assert statements[0].study == campaign.study
        assert Source.objects.filter(answer=answer).count() == 2
        coding = Coding.objects.get(answer=answer)
    assert (coding.kinds, coding.direction, coding.nothing) == (
        ["H1"],
        "positive",
        False,
    )
    assert "9 unread, 1 coded." in text_of(coder.get(at(here, "answers/")))


def test_what_was_typed_is_kept_when_something_is_missing(
    here: Place, campaign: Campaign, coder: Client
) -> None:
    answer = answer_with(here, FEET)
    page = coder.post(
        at(here, f"answers/{answer.pk}/statement/"),
        {"text": "Feet are checked.", "kind": "", "direction": "positive"},
    )
    assert page.status_code == 200
    assert "There is a problem" in text_of(page)
    assert "Feet are checked.</textarea>" in page.content.decode()


def test_a_statement_written_by_mistake_is_undone_with_one_click(
    here: Place, campaign: Campaign, coder: Client
) -> None:
    answer = answer_with(here, FEET)
    page = at(here, f"answers/{answer.pk}/")
    told = {"text": "Feet.", "kind": "H1", "direction": "positive"}
    coder.post(f"{page}statement/", told)
    with organisation_scope(here.organisation):
        source = Source.objects.get(answer=answer)
    coder.post(f"{page}untie/", {"source": source.pk})
    with organisation_scope(here.organisation):
        assert not Statement.objects.exists()
        assert not Coding.objects.exists()


def test_an_answer_is_tied_to_a_statement_of_its_study_and_no_other(
    here: Place, campaign: Campaign, coder: Client
) -> None:
    answer = answer_with(here, FEET)
    with organisation_scope(here.organisation):
        fits = make_statement(here, study=campaign.study, kind="W1")
        other = make_statement(here)
    attach = at(here, f"answers/{answer.pk}/attach/")
    refused = coder.post(attach, {"number": other.label})
    assert "there is no statement S-2 about this study." in text_of(refused)
    assert coder.post(attach, {"number": f" {fits.label.lower()} "}).status_code == 302
    with organisation_scope(here.organisation):
        assert Source.objects.get(answer=answer).statement == fits
        assert Coding.objects.get(answer=answer).kinds == ["W1"]


def test_nothing_to_code_is_said_and_taken_back(
    here: Place, campaign: Campaign, coder: Client
) -> None:
    answer = answer_with(here, FEET)
    page = at(here, f"answers/{answer.pk}/")
    coder.post(f"{page}nothing/")
    assert "found nothing to code" in text_of(coder.get(page))
    coder.post(f"{page}not-nothing/")
    assert "Nobody has read it yet." in text_of(coder.get(page))


def test_an_open_campaign_is_read_only_where_people_gave_their_names(
    here: Place, coder: Client
) -> None:
    with organisation_scope(here.organisation):
        campaign = make_campaign(here, closed_at=None, status=Campaign.Status.OPEN)
        for mode, role, text in (
            (Group.Mode.IDENTIFIED, Answering.RESEARCHER, "Named words."),
            (Group.Mode.CONFIDENTIAL, Answering.CLINICIAN, "Confidential words."),
        ):
            group = make_group(here, campaign, role, mode=mode)
            make_response(here, group, texts=[text])
    named = answer_with(here, "Named words.")
    other = answer_with(here, "Confidential words.")
    assert coder.get(at(here, f"answers/{named.pk}/")).status_code == 200
    assert coder.get(at(here, f"answers/{other.pk}/")).status_code == 404


def test_an_answer_taken_back_is_not_found(
    here: Place, campaign: Campaign, coder: Client
) -> None:
    answer = answer_with(here, FEET)
    with organisation_scope(here.organisation):
        answer.response.withdrawn_on = "2026-11-20"
        answer.response.save()
    assert coder.get(at(here, f"answers/{answer.pk}/")).status_code == 404
    assert FEET not in text_of(coder.get(at(here, "answers/")))


def test_what_was_hard_or_did_harm_is_read_first(
    here: Place, campaign: Campaign, coder: Client
) -> None:
    with organisation_scope(here.organisation):
        group = campaign.groups.get()
        make_response(here, group, answers={"hard": "worse", HARM_BOX: "It hurt."})
    page = coder.get(at(here, "answers/"))
    (address,) = re.findall(
        r'href="([^"]+/answers/[0-9a-f-]+/)"', page.content.decode()
    )
    assert "It hurt." in text_of(coder.get(address))
    assert "about what was hard or did harm: 1" in text_of(page)


# Small groups.


@pytest.mark.parametrize(
    ("sizes", "named"),
    [
        ({1: 40, 2: 12}, {1, 2}),
        ({1: 40, 2: 12, 3: 4}, {1}),  # 4 < 8, so the 12 join them: 16 together
        ({1: 40, 2: 5, 3: 4}, {1}),  # 5 + 4 = 9 people together
        ({1: 7}, set()),
        ({1: 8}, {1}),
        ({1: 9, 2: 1}, set()),  # the 1 alone would be as good as its name
    ],
)
def test_groups_are_named_from_eight_on_unless_they_hide_a_smaller_one(
    sizes: dict[int, int], named: set[int]
) -> None:
    assert groups_with_a_name(sizes) == named


@pytest.fixture
def with_managers(here: Place, campaign: Campaign) -> Answer:
    """Two managers answered as well: fewer than eight."""
    with organisation_scope(here.organisation):
        group = make_group(here, campaign, Answering.MANAGER)
        make_response(here, group, texts=["The rota is fuller."])
        make_response(here, group, texts=["We have one more nurse."])
    return answer_with(here, "The rota is fuller.")


def test_a_small_group_is_neither_named_nor_told_by_its_question(
    here: Place, with_managers: Answer, coder: Client
) -> None:
    said = text_of(coder.get(at(here, f"answers/{with_managers.pk}/")))
    assert "groups of fewer than 8 are shown together" in said
    assert "manager" not in said.lower()
    assert "About: " in said


def test_information_governance_sees_the_name_of_a_small_group(
    here: Place, with_managers: Answer, coder: Client
) -> None:
    with organisation_scope(here.organisation):
        member = Membership.objects.get(user=here.person(Role.CODER))
        member.roles = [Role.CODER.value, Role.INFORMATION_GOVERNANCE.value]
        member.save()
    said = text_of(coder.get(at(here, f"answers/{with_managers.pk}/")))
    assert "Managers" in said


# What could identify somebody.


@pytest.fixture
def telling(here: Place, campaign: Campaign) -> Answer:
    """An answer with a telephone number and the name of a colleague."""
    text = "Ring Bartholomew Quince on 01632 960123 about my feet."
    with organisation_scope(here.organisation):
        member = here.person(Role.REVIEWER)
        member.name = "Bartholomew Quince"
        member.save()
        make_response(here, campaign.groups.get(), texts=[text])
    return answer_with(here, text)


def test_what_may_tell_who_somebody_is_is_marked_and_locks_the_answer(
    here: Place, telling: Answer, coder: Client
) -> None:
    page = at(here, f"answers/{telling.pk}/")
    shown = coder.get(page).content.decode()
    assert "<mark>01632 960123</mark>" in shown
    assert "<mark>Bartholomew Quince</mark>" in shown
    assert "Write the statement" not in shown
    told = {"text": "Feet.", "kind": "H1", "direction": "positive"}
    refused = coder.post(f"{page}statement/", told)
    assert "Clear it, or hide what tells too much" in text_of(refused)
    with organisation_scope(here.organisation):
        assert not Statement.objects.exists()


def test_pieces_and_typed_words_are_hidden_and_the_answer_can_be_used(
    here: Place, telling: Answer, coder: Client
) -> None:
    page = at(here, f"answers/{telling.pk}/")
    shown = coder.get(page).content.decode()
    places = re.findall(r'name="places"[^>]* value="([0-9-]+)"', shown)
    assert len(places) == 2
    coder.post(f"{page}hide/", {"places": places, "also": "my feet"})
    said = text_of(coder.get(page))
    assert "Ring [name hidden] on [phone number hidden] about [words hidden]." in said
    assert "Write the statement" in said
    with organisation_scope(here.organisation):
        answer = Answer.objects.get(pk=telling.pk)
        assert answer.redaction == Answer.Redaction.REDACTED
        assert answer.cleared_by == here.person(Role.CODER)


def test_words_that_are_not_in_the_answer_are_not_hidden(
    here: Place, telling: Answer, coder: Client
) -> None:
    page = coder.post(at(here, f"answers/{telling.pk}/hide/"), {"also": "my hands"})
    assert "not in the answer as you typed them" in text_of(page)
    assert "my hands</textarea>" in page.content.decode()


def test_hiding_and_clearing_can_be_undone(
    here: Place, telling: Answer, coder: Client
) -> None:
    page = at(here, f"answers/{telling.pk}/")
    coder.post(f"{page}clear/")
    assert "Write the statement" in text_of(coder.get(page))
    coder.post(f"{page}look-again/")
    assert "This answer may tell who somebody is." in text_of(coder.get(page))


def test_the_log_says_who_hid_words_and_none_of_the_words(
    here: Place, telling: Answer, coder: Client
) -> None:
    coder.post(at(here, f"answers/{telling.pk}/hide/"), {"also": "my feet"})
    with organisation_scope(here.organisation):
        event = Event.objects.get(action="answer.hidden")
        assert event.actor_id == here.person(Role.CODER).pk
        assert "feet" not in repr(event.content())
        assert "960123" not in repr(event.content())


# The second coder.


def second(place: Place, answer: Answer) -> str:
    return at(place, f"answers/{answer.pk}/second/")


def test_the_second_coder_does_not_see_the_first_and_they_are_compared(
    here: Place, campaign: Campaign, coder: Client, signed_in: Browser
) -> None:
    with organisation_scope(here.organisation):
        answers = list(Answer.objects.filter(is_text=True)[:8])
    for answer in answers:
        told = {"text": "Secret claim.", "kind": "H1", "direction": "positive"}
        coder.post(at(here, f"answers/{answer.pk}/statement/"), told)
    other = signed_in(here.person(Role.COORDINATOR))
    for n, answer in enumerate(answers):
        page = other.get(second(here, answer))
        assert "Secret claim" not in text_of(page)
        assert "S-1" not in text_of(page)
        kinds = ["W1"] if n == 0 else ["H1"]
        sent = {"kinds": kinds, "direction": "positive"}
        assert other.post(second(here, answer), sent).status_code == 302
    # 8 answers coded twice; the second coder chose another kind for one of them.
    said = text_of(coder.get(at(here, "answers/")))
    assert "agrees in 7 of 8 answers" in said


def test_the_first_coder_cannot_be_the_second(
    here: Place, campaign: Campaign, coder: Client
) -> None:
    answer = answer_with(here, FEET)
    coder.post(at(here, f"answers/{answer.pk}/nothing/"))
    assert "another person codes it" in text_of(coder.get(second(here, answer)))
    coder.post(second(here, answer), {"kinds": [], "direction": ""})
    with organisation_scope(here.organisation):
        assert Coding.objects.filter(answer=answer).count() == 1


def test_an_answer_of_another_organisation_is_not_found(
    here: Place, there: Place, campaign: Campaign, signed_in: Browser
) -> None:
    answer = answer_with(here, FEET)
    stranger = signed_in(there.person(Role.ADMINISTRATOR))
    assert stranger.get(at(there, f"answers/{answer.pk}/")).status_code == 404
    assert stranger.post(at(there, f"answers/{answer.pk}/nothing/")).status_code == 404
    with organisation_scope(here.organisation):
        assert not Coding.objects.exists()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.REVIEWER, Role.PUBLISHER])
def test_who_does_not_code_reads_no_answers(
    here: Place, campaign: Campaign, role: Role, signed_in: Browser
) -> None:
    answer = answer_with(here, FEET)
    client = signed_in(here.person(role))
    assert client.get(at(here, "answers/")).status_code == 403
    page = client.get(at(here, f"answers/{answer.pk}/"))
    assert page.status_code == 403
    assert FEET not in page.content.decode()
