"""Is paper, typed in, the same record as a page; and who may see who answered?"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from candela.web.answering.models import Answer, Consent, Response
from candela.web.audit.models import Event
from candela.web.campaigns.links import token_of
from candela.web.campaigns.models import Group, Invitation
from web.answering.places import Asking, asking, scope
from web.answering.test_pages import answer
from web.conftest import Place

pytestmark = pytest.mark.django_db
Mode = Group.Mode
Browser = Callable[[User], Client]
WORDS = "I sleep better now."


@pytest.fixture
def named(here: Place) -> Asking:
    """People who are asked by name."""
    return asking(here, Mode.IDENTIFIED)


@pytest.fixture
def coordinator(here: Place, signed_in: Browser) -> Client:
    """Somebody who may type answers in."""
    return signed_in(here.person(Role.COORDINATOR))


def type_in(asked: Asking, **query: object) -> str:
    """Return the address of the page for typing in."""
    told = "&".join(f"{name}={value}" for name, value in query.items())
    slug = asked.place.organisation.slug
    return f"/at/{slug}/impact/campaigns/{asked.campaign.pk}/type-in/?{told}"


def record_of(place: Place, response: Response) -> dict[str, Any]:
    """Return what an answer says, whatever way it came."""
    with scope(place):
        return {
            "answers": sorted(
                (a.question, a.value, a.is_text, a.redaction, a.shown)
                for a in Answer.objects.filter(response=response)
            ),
            "consents": sorted(
                (c.purpose, c.given, c.wording)
                for c in Consent.objects.filter(response=response)
            ),
            "rest": (
                response.questionnaire_id,
                response.sent_on,
                response.locale,
                response.format,
                response.nothing_to_tell,
            ),
        }


def test_paper_typed_in_gives_the_same_record_as_a_page(
    here: Place, named: Asking, coordinator: Client
) -> None:
    token, client = named.token(), Client()
    answer(client, token, "any", any="better")
    answer(client, token, "about", about=["health"])
    answer(client, token, "health", health="better", health_words=WORDS)
    answer(client, token, "hard", hard="no_change")
    client.post(f"/tell/{token}/check/", {"quote": "quote"})
    sheet = named.paper()
    typed = {
        "any": "better",
        "about": ["health"],
        "health": "better",
        "health_words": WORDS,
        "hard": "no_change",
        "quote": "quote",
        "go": "send",
    }
    done = coordinator.post(type_in(named, code=sheet.code), typed)
    assert done.status_code == 302
    with scope(here):
        web = Response.objects.get(how="web")
        paper = Response.objects.get(how="paper")
        assert paper.entered_by == here.person(Role.COORDINATOR)
        assert paper.invitation == sheet
    assert record_of(here, web) == record_of(here, paper)


def test_paper_is_typed_in_once(
    named: Asking, coordinator: Client, here: Place
) -> None:
    path = type_in(named, code=named.paper().code)
    assert coordinator.post(path, {"any": "better"}).status_code == 302
    again = coordinator.post(path, {"any": "worse"})
    assert again.status_code == 422
    assert "typed in already" in again.content.decode()
    with scope(here):
        assert Answer.objects.get().value == "better"


def test_a_code_that_is_not_as_printed_is_found(
    named: Asking, coordinator: Client
) -> None:
    code = str(named.paper().code)
    wrong = ("b" if code[0] != "b" else "c") + code[1:]
    page = coordinator.get(type_in(named, code=wrong))
    assert page.status_code == 422
    assert page.content.decode().count("One letter of the code is not as printed") == 2
    assert wrong in page.content.decode()


def test_paper_of_another_campaign_is_not_of_this_one(
    here: Place, there: Place, named: Asking, coordinator: Client
) -> None:
    for other in (asking(here, Mode.IDENTIFIED), asking(there, Mode.IDENTIFIED)):
        page = coordinator.get(type_in(named, code=other.paper().code))
        assert page.status_code == 422
        assert "No paper of this campaign" in page.content.decode()
    assert coordinator.get(type_in(asking(there))).status_code == 404


def test_paper_typed_in_twice_is_compared(
    here: Place, named: Asking, coordinator: Client
) -> None:
    path = type_in(named, code=named.paper().code)
    first = coordinator.post(
        path, {"any": "better", "more": "Thank you", "go": "twice"}
    )
    assert first.status_code == 302
    shown = coordinator.get(path).content.decode()
    assert "typed once before" in shown
    assert "Thank you" not in shown
    other = {"any": "better", "more": "Thank yon", "go": "send"}
    differ = coordinator.post(path, other)
    assert differ.status_code == 422
    assert "The first time this was typed: Thank you" in differ.content.decode()
    assert "Thank yon" in differ.content.decode()
    assert coordinator.post(path, {**other, "go": "sure"}).status_code == 302
    with scope(here):
        assert Answer.objects.get(question="more").value == "Thank yon"


def test_a_conversation_is_marked_as_one_and_sent_once(
    here: Place, named: Asking, coordinator: Client
) -> None:
    path = type_in(named, group=named.group.pk)
    page = coordinator.get(path).content.decode()
    assert "Thank you for talking to me" in page
    once = re.search(r'name="once" value="([^"]+)"', page)
    assert once is not None
    typed = {"once": once[1], "any": "worse", "hard": "worse"}
    for _ in range(2):  # the second is a double click
        assert coordinator.post(path, typed).status_code == 302
    with scope(here):
        response = Response.objects.get()
        assert response.how == "interview"
        assert response.format == "interviewer"
        assert response.entered_by == here.person(Role.COORDINATOR)
        assert Invitation.objects.get().channel == "interview"
        lines = Event.objects.filter(action="answers.typed_in")
        assert [line.details for line in lines] == [{"how": "interview"}]


def test_in_an_anonymous_group_no_line_tells_that_something_was_typed_in(
    here: Place, coordinator: Client
) -> None:
    asked = asking(here)
    path = type_in(asked, code=asked.paper().code)
    assert coordinator.post(path, {"any": "better"}).status_code == 302
    with scope(here):
        assert not Event.objects.filter(action__startswith="answers.").exists()


def test_an_nhs_number_on_paper_is_not_typed_in(
    named: Asking, coordinator: Client, here: Place
) -> None:
    path = type_in(named, code=named.paper().code)
    page = coordinator.post(path, {"any": "better", "more": "It is 943 476 5919"})
    assert page.status_code == 422
    with scope(here):
        assert Response.objects.count() == 0


def test_a_conversation_cannot_use_up_the_link_of_somebody_else(
    here: Place, named: Asking, coordinator: Client
) -> None:
    theirs = named.invite("ada@place.example")
    path = type_in(named, group=named.group.pk)
    typed = {"once": theirs.nonce, "any": "worse", "hard": "worse"}
    coordinator.post(path, typed)
    with scope(here):
        assert not Response.objects.exists()
        assert Invitation.objects.get(pk=theirs.pk).state == theirs.state


def test_only_who_may_type_answers_in_can(
    here: Place, named: Asking, signed_in: Browser
) -> None:
    for role, status in ((Role.VIEWER, 403), (Role.CODER, 403), (Role.REVIEWER, 403)):
        client = signed_in(here.person(role))
        assert client.get(type_in(named)).status_code == status


def test_who_gave_a_confidential_answer_is_shown_to_few_and_each_look_is_noted(
    here: Place, signed_in: Browser
) -> None:
    asked = asking(here, Mode.CONFIDENTIAL)
    asked.send(
        token_of(asked.invite("ada@place.example")),
        answers={"any": "better", "more": WORDS},
    )
    path = f"/at/quillmere/impact/campaigns/{asked.campaign.pk}/who-answered/"
    for role in set(Role) - {Role.INFORMATION_GOVERNANCE}:
        assert signed_in(here.person(role)).get(path).status_code == 403
    governance = signed_in(here.person(Role.INFORMATION_GOVERNANCE))
    assert "ada@place.example" not in governance.get(path).content.decode()
    with scope(here):
        assert not Event.objects.filter(action="answers.names_seen").exists()
    for looks in (1, 2):
        page = governance.post(path).content.decode()
        assert "ada@place.example" in page
        assert WORDS in page
        with scope(here):
            seen = Event.objects.filter(action="answers.names_seen")
            assert seen.count() == looks
            assert seen[0].actor_id == here.person(Role.INFORMATION_GOVERNANCE).pk


@pytest.mark.parametrize("mode", [Mode.IDENTIFIED, Mode.ANONYMOUS])
def test_other_groups_are_not_on_that_page(
    here: Place, signed_in: Browser, mode: str
) -> None:
    asked = asking(here, mode)
    asked.send(token_of(asked.invite("ada@place.example")))
    path = f"/at/quillmere/impact/campaigns/{asked.campaign.pk}/who-answered/"
    governance = signed_in(here.person(Role.INFORMATION_GOVERNANCE))
    assert "No confidential answers" in governance.post(path).content.decode()
