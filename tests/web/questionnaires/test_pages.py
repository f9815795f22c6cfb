"""Can somebody read what is asked, and write it in other words, with a browser?"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from candela.impact.questionnaire import shipped
from candela.web.accounts.models import User
from candela.web.accounts.permissions import Role
from candela.web.questionnaires.models import QuestionnaireVersion
from candela.web.questionnaires.reading import form_of
from web.conftest import Place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_scope")]
Browser = Callable[[User], Client]
ROOM = "/at/quillmere/impact/questionnaires/"
ANY = "standard.en-GB.words.any"


@pytest.fixture
def client(author: User, signed_in: Browser) -> Client:
    return signed_in(author)


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode()


def test_the_list_has_every_questionnaire_before_any_was_used(
    here: Place, client: Client
) -> None:
    page = text_of(client, ROOM)
    assert "No questionnaire is in use here yet" in page
    assert page.count("not used yet") == len(shipped()) == 9
    client.post(f"{ROOM}take/", {"key": "carer"})
    assert text_of(client, ROOM).count("not used yet") == 8


def test_a_version_shows_its_forms_with_length_and_reading_age(
    client: Client, asked: QuestionnaireVersion
) -> None:
    page = text_of(client, f"{ROOM}{asked.pk}/")
    assert "8 questions about change, in 5 to 8 minutes. It is in use" in page
    for words in ("Easy Read", "Large print", "Children of 6 to 11", "Cymraeg"):
        assert words in page
    assert "waits for a check by a native speaker" in page
    assert "Did being in the study change things for you?" in page


def test_every_page_of_every_form_can_be_looked_at(
    client: Client, asked: QuestionnaireVersion
) -> None:
    room = f"{ROOM}{asked.pk}/form/"
    for form in shipped()["participant"].forms.values():
        for page in form.pages:
            kind = f"format={form.format}&locale={form.locale}&page={page.code}"
            shown = text_of(client, f"{room}?{kind}")
            assert shown.count("<h1") == 1
            assert f'name="{page.questions[0].code}"' in shown
            assert "checked" not in shown.split("<main")[1]
    assert client.get(f"{room}?format=braille").status_code == 404
    assert client.get(f"{room}?page=nowhere").status_code == 404


def test_a_preview_says_who_meets_the_page(
    client: Client, asked: QuestionnaireVersion
) -> None:
    page = text_of(client, f"{ROOM}{asked.pk}/form/?page=health")
    assert "ticked “My health, or how I felt” to “What was it about?”" in page


def test_new_words_are_written_looked_over_and_taken_into_use(
    client: Client, asked: QuestionnaireVersion
) -> None:
    made = client.post(f"{ROOM}{asked.pk}/draft/")
    room = made.headers["Location"].removesuffix("change/")
    assert f"?place={ANY}" in text_of(client, f"{room}change/")
    draft = QuestionnaireVersion.objects.get(state="draft")
    given = {"seen": draft.checksum, "text": "Is anything new?", "hint": ""}
    kept = client.post(f"{room}change/?place={ANY}", {**given, "example": ""})
    assert kept.headers["Location"] == f"{room}change/"
    page = text_of(client, f"{room}differences/")
    assert "2 things are different from version 1.0" in page  # text, and no hint
    assert "Standard: question “any”, text" in page
    assert "Now: Is anything new?" in page
    draft.refresh_from_db()
    client.post(f"{room}activate/", {"seen": draft.checksum})
    page = text_of(client, room)
    assert "It is in use" in page
    assert "Version 1.0, no longer used" in page


def test_what_was_typed_is_kept_beside_what_is_wrong_with_it(
    client: Client, draft: QuestionnaireVersion
) -> None:
    room = f"{ROOM}{draft.pk}/change/?place={ANY}"
    given = {"seen": draft.checksum, "text": "", "hint": "Kept hint", "example": ""}
    page = client.post(room, given).content.decode()
    assert "There is a problem" in page
    assert "Kept hint" in page
    given |= {"text": "What is your date of birth?"}
    page = client.post(room, given).content.decode()
    assert "asks who somebody is" in page
    assert "What is your date of birth?" in page


def test_a_version_in_use_cannot_be_changed_on_a_page(
    client: Client, asked: QuestionnaireVersion
) -> None:
    room = f"{ROOM}{asked.pk}/change/?place={ANY}"
    assert client.get(room).status_code == 302
    given = {"seen": asked.checksum, "text": "Other words?", "hint": "", "example": ""}
    response = client.post(room, given, follow=True)
    assert "Make a new version, and change that" in response.content.decode()
    question = form_of(asked).question("any")
    assert question
    assert question.text.startswith("Did taking part")


def test_answers_to_gates_and_heads_of_forms_have_words_too(
    client: Client, draft: QuestionnaireVersion
) -> None:
    room = f"{ROOM}{draft.pk}/change/"
    labels = {"better": "Good news", "worse": "Bad news", "dont_know": "Neither"}
    given = {f"choice_{code}": label for code, label in labels.items()}
    given["seen"] = draft.checksum
    client.post(f"{room}?place=easy_read.en-GB.choices", given)
    draft.refresh_from_db()
    assert "Good news" in text_of(
        client, f"{ROOM}{draft.pk}/form/?format=easy_read&page=any"
    )
    head = {"seen": draft.checksum, "first_page": "Ask slowly.\r\nThank them."}
    client.post(f"{room}?place=interviewer.en-GB.head", head)
    page = text_of(client, f"{ROOM}{draft.pk}/form/?format=interviewer")
    assert "Ask slowly." in page
    draft.refresh_from_db()
    assert draft.content["forms"][2]["first_page"] == "Ask slowly.\nThank them."


def test_who_may_not_change_questions_reads_them_only(
    here: Place, signed_in: Browser, asked: QuestionnaireVersion
) -> None:
    client = signed_in(here.person(Role.VIEWER))
    page = text_of(client, f"{ROOM}{asked.pk}/")
    assert "Make a new version" not in page
    assert client.post(f"{ROOM}{asked.pk}/draft/").status_code == 403
    assert client.post(f"{ROOM}take/", {"key": "carer"}).status_code == 403


def test_pressing_a_button_of_an_address_by_hand_changes_nothing(
    client: Client, asked: QuestionnaireVersion
) -> None:
    for deed in ("draft", "activate", "retire", "use-again", "drop"):
        assert client.get(f"{ROOM}{asked.pk}/{deed}/").status_code == 302
    client.post(f"{ROOM}{asked.pk}/drop/")
    (only,) = QuestionnaireVersion.objects.all()
    assert only.state == "active"


def test_a_question_is_added_and_another_left_out_on_pages(
    client: Client, draft: QuestionnaireVersion
) -> None:
    room = f"{ROOM}{draft.pk}/"
    lacking = client.post(f"{room}add/", {"seen": draft.checksum, "text": "New one?"})
    page = lacking.content.decode()
    assert "There is a problem" in page
    assert "New one?" in page
    given = {"seen": draft.checksum, "text": "New one?", "kinds": ["W1", "W4"]}
    assert client.post(f"{room}add/", given).status_code == 302
    page = text_of(client, room)
    assert "It cannot be taken into use yet" in page
    assert "A new one needs an old one to leave" in page
    assert 'name="own_1"' in text_of(client, f"{room}form/?page=own_1")
    draft.refresh_from_db()
    client.post(f"{room}leave-out/", {"seen": draft.checksum, "code": "care"})
    assert "It cannot be taken into use yet" not in text_of(client, room)
    page = text_of(client, f"{room}differences/")
    assert "Question “own_1”: newly asked" in page
    assert "Question “care”: no longer asked" in page


def test_a_page_that_is_no_longer_the_draft_is_told_so(
    client: Client, draft: QuestionnaireVersion
) -> None:
    room = f"{ROOM}{draft.pk}/"
    given = {"seen": "another", "code": "care"}
    page = client.post(f"{room}leave-out/", given, follow=True).content.decode()
    assert "Somebody changed the draft while this page was open" in page
    page = client.post(f"{room}activate/", {"seen": "another"}, follow=True)
    assert "Somebody changed the draft" in page.content.decode()
