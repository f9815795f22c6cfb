"""What does somebody meet who holds a link, without any script?"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from django.test import Client

from candela.impact.questionnaire import shipped
from candela.web.answering import drafts
from candela.web.answering.counts import answered
from candela.web.answering.door_limits import DoorLimits
from candela.web.answering.models import Answer, Consent, Response, SealedAnswer
from candela.web.answering.urls import RESERVED
from candela.web.answering.views import welcoming
from candela.web.answering.words import MODES
from candela.web.campaigns.codes import new_code
from candela.web.campaigns.links import token_of
from candela.web.campaigns.models import Campaign, Group, Invitation, NewsAddress
from candela.web.jobs.models import Job
from web.answering.places import NOW, TODAY, Asking, asking, scope
from web.conftest import Place

pytestmark = pytest.mark.django_db
Mode = Group.Mode
NHS = "943 476 5919"  # a test number of the NHS: 9*10+4*9+...; its check digit is right


@pytest.fixture
def named(here: Place) -> Asking:
    """People who are asked by name."""
    return asking(here, Mode.IDENTIFIED)


def hidden(page: str, name: str) -> str:
    """Return what a hidden field of a page holds."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


def answer(
    client: Client, token: str, page: str, *, go: str = "on", **fields: object
) -> object:
    """Fill a page in as a browser does, and return what comes back."""
    path = f"/tell/{token}/{page}/"
    shown = client.get(path).content.decode()
    given = {n: hidden(shown, n) for n in ("seen", "tab")}
    return client.post(path, {**given, "go": go, **fields})


def said(place: Place) -> dict[str, object]:
    """Return every answer by its question."""
    with scope(place):
        return {a.question: a.value for a in Answer.objects.all()}


def test_nothing_changed_takes_four_taps_and_no_typing(
    here: Place, named: Asking
) -> None:
    client, token = Client(), named.token()
    welcome = client.get(f"/tell/{token}/").content.decode()
    start = re.search(r'href="([^"]+)"[^>]*>Start<', welcome)  # 1: Start
    assert start is not None
    page = start[1].split("/")[3]
    response = answer(client, token, page, any="no_change")  # 2 the answer, 3 Continue
    assert response.headers["Location"] == f"/tell/{token}/check/"
    response = client.post(f"/tell/{token}/check/")  # 4: Send
    assert response.status_code == 302
    assert "Thank you" in client.get(response.headers["Location"]).content.decode()
    assert said(here) == {"any": "no_change"}


def test_opening_a_link_twenty_times_changes_nothing(
    here: Place, named: Asking
) -> None:
    token = named.token()
    for _ in range(20):
        assert Client().get(f"/tell/{token}/").status_code == 200
        assert Client().get(f"/tell/{token}/check/").status_code == 200
        assert Client().head(f"/tell/{token}/offline/").status_code == 200
    assert Client().post(f"/tell/{token}/check/").status_code == 302
    assert Client().post(f"/tell/{token}/check/").status_code == 409
    with scope(here):
        assert Response.objects.count() == 1


def test_sending_again_is_told_kindly_and_sends_nothing(
    here: Place, named: Asking
) -> None:
    client, token = Client(), named.token()
    client.post(f"/tell/{token}/check/")
    for _ in range(3):
        again = client.post(f"/tell/{token}/check/")
        assert again.status_code == 409
        assert "were sent already" in again.content.decode()
    assert client.get(f"/tell/{token}/check/").status_code == 404
    with scope(here):
        assert answered(named.group) == 1


def ways_a_link_may_not_work(asked: Asking) -> Iterator[tuple[str, str]]:
    yield "wrong", "a" * 43
    used = asked.token()
    Client().post(f"/tell/{used}/check/")
    yield "used", used
    for name, change in (
        ("revoked", {"state": Invitation.State.REVOKED}),
        ("no thanks", {"state": Invitation.State.NO_THANKS}),
        ("expired", {"expires_on": TODAY.replace(year=2020)}),
    ):
        invitation = asked.invite()
        with scope(asked.place):
            Invitation.objects.filter(pk=invitation.pk).update(**change)
        yield name, token_of(invitation)


def test_every_link_that_does_not_work_is_answered_alike(named: Asking) -> None:
    answers = {}
    for name, token in ways_a_link_may_not_work(named):
        for page in ("", "any/", "check/", "sent/", "offline/", "delete/"):
            response = Client().get(f"/tell/{token}/{page}")
            answers[name, page] = (response.status_code, response.content)
    assert len(set(answers.values())) == 1
    ((status, page),) = set(answers.values())
    assert status == 404
    assert "This link cannot be used now" in page.decode()


def test_a_paused_campaign_is_answered_alike_and_keeps_the_draft(
    here: Place, named: Asking
) -> None:
    client, token = Client(), named.token()
    answer(client, token, "any", any="better")
    with scope(here):
        Campaign.objects.update(status=Campaign.Status.PAUSED)
    assert client.get(f"/tell/{token}/any/").status_code == 404
    assert client.post(f"/tell/{token}/check/").status_code == 404
    with scope(here):
        Campaign.objects.update(status=Campaign.Status.OPEN)
    assert "checked" in client.get(f"/tell/{token}/any/").content.decode()


@pytest.mark.parametrize("mode", list(MODES))
def test_the_first_page_says_who_asks_how_long_and_who_sees_what(
    here: Place, mode: str
) -> None:
    asked = asking(here, mode)
    page = Client().get(f"/tell/{asked.token()}/").content.decode()
    assert "Quillmere Trust" in page
    assert "Heron study" in page
    assert "about 5 minutes" in page
    assert "Your care stays the same" in page
    assert str(MODES[mode]) in page.replace("&#39;", "'")
    assert "Easy Read" in page
    assert "Ada Quill" in page
    assert "999" in page
    assert "do not ask me again" in page


def test_pages_make_no_session_and_are_kept_nowhere(here: Place) -> None:
    asked = asking(here)
    client, token = Client(), asked.token()
    answer(client, token, "any", any="no_change")
    sent = client.post(f"/tell/{token}/check/")
    client.get(sent.headers["Location"])
    assert Session.objects.count() == 0
    assert set(client.cookies) <= {"candela-csrf"}
    for path in (f"/tell/{asked.token()}/", "/tell/wrong/", "/tell/take-back/"):
        headers = client.get(path).headers
        assert headers["Cache-Control"] == "no-store, private"
        assert "noindex" in headers["X-Robots-Tag"]
        assert headers["Referrer-Policy"] == "same-origin"
    with scope(here):
        assert Job.objects.count() == 0


def test_what_was_begun_on_one_device_goes_on_on_another(named: Asking) -> None:
    token = named.token()
    words = "word " * 200
    answer(Client(), token, "any", any="better")
    answer(Client(), token, "about", about=["care"])
    later = answer(Client(), token, "care", **{"care": "better", "care_words": words})
    assert later.status_code == 302
    other = Client()
    welcome = other.get(f"/tell/{token}/").content.decode()
    assert "Carry on" in welcome
    assert f"/tell/{token}/hard/" in welcome
    assert words.strip() in other.get(f"/tell/{token}/care/").content.decode()


def test_back_skip_and_later_lose_nothing(named: Asking) -> None:
    client, token = Client(), named.token()
    answer(client, token, "any", any="better")
    back = answer(client, token, "about", go="back", about=["care", "health"])
    assert back.headers["Location"] == f"/tell/{token}/any/"
    kept = drafts.read(token)
    assert kept is not None
    assert kept.answers["about"] == ["care", "health"]
    skip = answer(client, token, "about", go="skip")
    assert skip.headers["Location"] == f"/tell/{token}/health/"
    kept = drafts.read(token)
    assert kept is not None
    assert kept.answers["about"] == ["care", "health"]
    later = answer(client, token, "health", go="later", health="better")
    page = client.get(later.headers["Location"]).content.decode()
    assert "Your answers are kept" in page


def test_a_second_window_is_shown_both_texts_and_writes_over_nothing(
    named: Asking,
) -> None:
    token, path = named.token(), ""
    client = Client()
    answer(client, token, "any", any="better")
    path = f"/tell/{token}/more/"
    windows = [client.get(path).content.decode() for _ in range(2)]
    texts = ["From the first window", "From the second window"]
    sent = [
        client.post(
            path,
            {"seen": hidden(w, "seen"), "tab": hidden(w, "tab"), "more": text},
        )
        for w, text in zip(windows, texts, strict=True)
    ]
    assert [s.status_code for s in sent] == [302, 409]
    page = sent[1].content.decode()
    assert all(text in page for text in texts)
    kept = drafts.read(token)
    assert kept is not None
    assert kept.answers["more"] == texts[0]
    # The words just sent may be chosen, knowing the others.
    chosen = client.post(
        path,
        {"seen": hidden(page, "seen"), "tab": hidden(page, "tab"), "more": texts[1]},
    )
    assert chosen.status_code == 302
    kept = drafts.read(token)
    assert kept is not None
    assert kept.answers["more"] == texts[1]


def test_one_window_may_go_back_and_write_other_words(named: Asking) -> None:
    client, token = Client(), named.token()
    answer(client, token, "any", any="better")
    path = f"/tell/{token}/more/"
    window = client.get(path).content.decode()
    own = {n: hidden(window, n) for n in ("seen", "tab")}
    # The browser's back button shows the page as it was made the first time.
    for text in ("First words", "Other words", "And other words again"):
        assert client.post(path, {**own, "more": text}).status_code == 302
    kept = drafts.read(token)
    assert kept is not None
    assert kept.answers["more"] == "And other words again"


def test_two_windows_on_two_pages_do_not_disturb_each_other(named: Asking) -> None:
    client, token = Client(), named.token()
    answer(client, token, "any", any="better")
    first = client.get(f"/tell/{token}/more/").content.decode()
    answer(client, token, "hard", hard="no_change")
    sent = client.post(
        f"/tell/{token}/more/",
        {"seen": hidden(first, "seen"), "tab": hidden(first, "tab"), "more": "Thanks"},
    )
    assert sent.status_code == 302
    kept = drafts.read(token)
    assert kept is not None
    assert (kept.answers["hard"], kept.answers["more"]) == ("no_change", "Thanks")


def test_an_nhs_number_is_not_kept_and_what_was_typed_stays(named: Asking) -> None:
    client, token = Client(), named.token()
    answer(client, token, "any", any="better")
    sent = answer(client, token, "more", more=f"My number is {NHS}.")
    assert sent.status_code == 422
    page = sent.content.decode()
    assert page.count("There is an NHS number in this") == 2  # summary and field
    assert NHS in page
    kept = drafts.read(token)
    assert kept is not None
    assert "more" not in kept.answers


def test_a_phone_number_is_pointed_out_and_taken_out_with_one_button(
    here: Place, named: Asking
) -> None:
    client, token = Client(), named.token()
    answer(client, token, "any", any="better")
    answer(client, token, "more", more="Ring 07700 900123 please.")
    path = f"/tell/{token}/check/"
    assert "this looks like a phone number" in client.get(path).content.decode()
    assert client.post(path, {"take_out": "more"}).status_code == 302
    page = client.get(path).content.decode()
    assert "looks like" not in page
    assert "Ring [phone number hidden] please." in page
    client.post(path)
    assert said(here)["more"] == "Ring [phone number hidden] please."


def test_a_phone_number_that_somebody_wants_to_leave_is_sent_and_locked(
    here: Place, named: Asking
) -> None:
    client, token = Client(), named.token()
    answer(client, token, "any", any="better")
    answer(client, token, "more", more="Ring 07700 900123 please.")
    assert client.post(f"/tell/{token}/check/").status_code == 302
    with scope(here):
        assert Answer.objects.get(question="more").redaction == "locked"


def test_nobody_is_quoted_who_did_not_say_so(here: Place, named: Asking) -> None:
    client = Client()
    for quote in ({}, {"quote": "none"}, {"quote": "quote"}, {"quote": "quote_named"}):
        token = named.token()
        answer(client, token, "any", any="better")
        answer(client, token, "more", more="Thank you")
        page = client.get(f"/tell/{token}/check/").content.decode()
        assert "checked" not in page
        client.post(f"/tell/{token}/check/", quote)
    with scope(here):
        given = list(
            Consent.objects.filter(given=True).values_list("purpose", flat=True)
        )
    assert sorted(given) == [
        "quote_anonymously",
        "quote_anonymously",
        "quote_named",
        *["use_in_summary"] * 4,
    ]


def test_nobody_anonymous_is_quoted_by_name(here: Place) -> None:
    asked = asking(here)
    token, client = asked.token(), Client()
    answer(client, token, "any", any="better")
    answer(client, token, "more", more="Thank you")
    assert "with my name" not in client.get(f"/tell/{token}/check/").content.decode()


def test_nothing_answered_may_be_sent_as_nothing_to_tell(
    here: Place, named: Asking
) -> None:
    client, token = Client(), named.token()
    assert "nothing to tell" in client.get(f"/tell/{token}/check/").content.decode()
    client.post(f"/tell/{token}/check/")
    with scope(here):
        assert Response.objects.get().nothing_to_tell


def test_everything_can_be_deleted_before_sending(named: Asking) -> None:
    client, token = Client(), named.token()
    answer(client, token, "any", any="better")
    assert (
        "Nobody can bring it back"
        in client.get(f"/tell/{token}/delete/").content.decode()
    )
    assert client.post(f"/tell/{token}/delete/").status_code == 302
    assert drafts.read(token) is None
    assert client.get(f"/tell/{token}/").status_code == 200


def test_no_thank_you_ends_the_link(here: Place, named: Asking) -> None:
    client, token = Client(), named.token()
    answer(client, token, "any", any="better")
    assert client.get(f"/tell/{token}/no-thanks/").status_code == 200
    assert (
        "not ask you again" in client.post(f"/tell/{token}/no-thanks/").content.decode()
    )
    assert drafts.read(token) is None
    assert client.get(f"/tell/{token}/").status_code == 404
    with scope(here):
        assert Invitation.objects.get().state == Invitation.State.NO_THANKS


@pytest.mark.parametrize("format", ["easy_read", "large_print", "child_6_11"])
def test_a_format_stays_until_the_end(here: Place, named: Asking, format: str) -> None:
    client, token = Client(), named.token()
    welcome = client.get(f"/tell/{token}/?format={format}").content.decode()
    start = re.search(r'href="([^"]+)"[^>]*>Start<', welcome)
    assert start is not None
    assert f"format={format}" in start[1]
    path = start[1].replace("&amp;", "&")
    shown = client.get(path).content.decode()
    given = {n: hidden(shown, n) for n in ("seen", "tab")}
    client.post(path, {**given, "any": "dont_know"})
    # On another device the format is known without being asked for again.
    Client().post(f"/tell/{token}/check/")
    with scope(here):
        assert Response.objects.get().format == format


def test_a_wish_to_be_told_is_kept_apart(here: Place) -> None:
    asked = asking(here, door=new_code())
    client = Client()
    started = client.post(f"/ask/{asked.group.door}/")
    token = started.headers["Location"].split("/")[2]
    sent = client.post(f"/tell/{token}/check/")
    path = sent.headers["Location"]
    wrong = client.post(path, {"address": "no address"})
    assert wrong.status_code == 422
    assert "no address" in wrong.content.decode()
    assert client.post(path, {"address": "bea@place.example"}).status_code == 200
    with scope(here):
        assert NewsAddress.objects.count() == 1
        assert SealedAnswer.objects.filter(holds="answer").count() == 1


def test_a_poster_lets_in_who_says_its_word(here: Place) -> None:
    asked = asking(here, door=new_code(), passphrase="Heron")
    client, path = Client(), f"/ask/{asked.group.door}/"
    assert client.get(path).status_code == 200
    wrong = client.post(path, {"passphrase": "stork"})
    assert "this is another one" in wrong.content.decode()
    right = client.post(path, {"passphrase": " heron "})
    assert right.status_code == 302
    assert client.get(right.headers["Location"]).status_code == 200
    assert client.get("/ask/zzzz-zzzz-zzzz/").status_code == 404


def test_a_door_that_is_opened_again_and_again_asks_to_wait(
    here: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asking(here, door=new_code())
    monkeypatch.setattr(welcoming, "limits", DoorLimits(most=2))
    path = f"/ask/{asked.group.door}/"
    answers = [Client().post(path).status_code for _ in range(3)]
    assert answers == [302, 302, 429]


def test_what_was_said_can_be_taken_back_with_the_code(
    here: Place, named: Asking
) -> None:
    client, token = Client(), named.token()
    answer(client, token, "any", any="better")
    answer(client, token, "more", more="I sleep better.")
    sent = client.post(f"/tell/{token}/check/", {"quote": "quote"})
    page = client.get(sent.headers["Location"]).content.decode()
    code = re.search(r"candela-code\">([a-z0-9-]+)<", page)
    assert code is not None
    wrong = client.post("/tell/take-back/", {"code": "abcd-efgh-jkmn"})
    assert wrong.status_code == 422
    client.post("/tell/take-back/", {"code": code[1], "what": "quotes"})
    with scope(here):
        quote = Consent.objects.get(purpose="quote_anonymously")
        assert quote.withdrawn_on is not None
        assert Consent.objects.get(purpose="use_in_summary").withdrawn_on is None
        assert Answer.objects.get(question="more").value == "I sleep better."
    client.post("/tell/take-back/", {"code": code[1].upper(), "what": "everything"})
    with scope(here):
        assert set(Answer.objects.values_list("value", "shown")) == {("", "")}
        assert Response.objects.get().withdrawn_on is not None


def test_all_questions_on_one_page_are_one_answer(here: Place, named: Asking) -> None:
    client, token = Client(), named.token()
    path = f"/tell/{token}/offline/"
    page = client.get(path).content.decode()
    form = {"ticket": hidden(page, "ticket"), "any": "better", "health": "better"}
    assert client.post(path, {**form, "later": "1"}).status_code == 302
    assert client.post(path, form).status_code == 409
    assert said(here) == {"any": "better", "health": "better"}
    with scope(here):
        assert Response.objects.get().how == "offline"


def test_on_the_one_page_a_phone_number_is_pointed_out_once(
    here: Place, named: Asking
) -> None:
    client, token = Client(), named.token()
    path = f"/tell/{token}/offline/"
    words = {"any": "better", "more": "Ring 07700 900123"}
    first = client.post(path, words)
    assert first.status_code == 422
    assert "looks like a phone number" in first.content.decode()
    assert client.post(path, {**words, "looked": "1"}).status_code == 302


def test_the_worker_keeps_styles_and_scripts_and_no_answers() -> None:
    response = Client().get("/tell/worker.js")
    assert response.headers["Content-Type"].startswith("text/javascript")
    text = response.content.decode()
    assert "SHELL" not in text
    assert "/static/candela/answering" in text


def test_no_page_of_a_questionnaire_has_the_name_of_another_page() -> None:
    for questionnaire in shipped().values():
        for form in questionnaire.forms.values():
            assert not {page.code for page in form.pages} & set(RESERVED)


def test_a_page_that_is_not_there_is_not_found(named: Asking) -> None:
    assert Client().get(f"/tell/{named.token()}/nothing/").status_code == 404


def test_the_moment_is_the_clocks(named: Asking) -> None:
    assert named.visit(named.token()).campaign.started_at < NOW
