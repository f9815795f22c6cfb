"""Who is told by e-mail that figures changed?  Once a month, and never twice."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail.backends import locmem
from django.test import Client

from candela.web.accounts.models import Membership, User
from candela.web.accounts.permissions import Role
from candela.web.audit.models import Event
from candela.web.books import following
from candela.web.books.following import EVERY, follow, send_changes
from candela.web.books.letters import one_line
from candela.web.books.models import Book, Follow
from candela.web.jobs.handlers import periodic
from candela.web.jobs.periods import Every
from candela.web.scoping import across_organisations, organisation_scope
from web.books.zips import other_version, with_cells
from web.conftest import Place

pytestmark = pytest.mark.django_db

START = datetime(2026, 1, 5, 3, 0, tzinfo=UTC)
ORG = "ZA1"
Files = dict[str, bytes]
Shelve = Callable[..., Book]


@pytest.fixture
def shelve(here: Place) -> Shelve:
    """Return a function that puts a book of these files on an organisation's shelf."""

    def add(files: Mapping[str, bytes], place: Place = here, **more: Any) -> Book:
        content = json.loads(files["manifest.json"])
        folder = settings.CONFIGURATION.folder("books") / content["seal"]
        for name, raw in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(raw)
        with organisation_scope(place.organisation):
            given = {
                "title": "Figures",
                "protocol": "jonker_2018",
                "state": Book.State.READY,
                "made_up": True,
                **more,
            }
            return Book.objects.create(
                organisation=place.organisation,
                built_on=date.fromisoformat(content["built_on"]),
                seal=content["seal"],
                folder=content["seal"],
                **given,
            )

    return add


@pytest.fixture
def june(files: Files) -> Files:
    """The book a month later: deaths of one organisation in one year were revised."""
    table = with_cells(
        files["tables/position.csv"],
        {"org_code": ORG, "indicator": "shmi", "period_start": "2017-04-01"},
        times=1.1,
    )
    return other_version(files, "2025-06-01", position=table)


@pytest.fixture
def july(files: Files) -> Files:
    """The book two months later: every figure of deaths of it was revised."""
    table = with_cells(
        files["tables/position.csv"], {"org_code": ORG, "indicator": "shmi"}, times=1.2
    )
    return other_version(files, "2025-07-01", position=table)


@pytest.fixture
def reader(here: Place) -> User:
    """Somebody who asks to be told."""
    return here.person(Role.VIEWER)


@pytest.fixture
def asked(here: Place, reader: User, shelve: Shelve, files: Files) -> Follow:
    """The wish of a reader of the first book, and nothing told yet."""
    book = shelve(files)
    with organisation_scope(here.organisation):
        wish = follow(
            organisation=here.organisation,
            user=reader,
            org_code=ORG,
            book_id=book.public_id,
            now=START,
        )
    assert send_changes(START) == 0
    return wish


def again(wish: Follow) -> Follow:
    """Return the wish as the database has it."""
    with across_organisations():
        return Follow.objects.get(pk=wish.pk)


def stop_link(message: mail.EmailMessage) -> str:
    """Return the path of the link that stops an e-mail."""
    found = re.search(r"(/stop/[\w-]+/)$", message.body.strip())
    assert found is not None
    assert found[1] in message.extra_headers["List-Unsubscribe"]
    return found[1]


def test_one_email_tells_the_finding_first_then_what_changed_and_why_it_came(
    asked: Follow, reader: User, shelve: Shelve, june: Files
) -> None:
    newer = shelve(june)
    assert send_changes(START + timedelta(days=1)) == 1
    (message,) = mail.outbox
    assert message.to == [reader.email]
    assert re.fullmatch(r"Candela: [\w ()]+, 1 figure changed", message.subject)
    paragraphs = [" ".join(p.split()) for p in message.body.split("\n\n")]
    assert re.match(r"[\w ()]+: .*different from expected", paragraphs[0])
    assert paragraphs[1] == (
        "1 figure differs from the book of 1 May 2025: 1 because data were revised."
    )
    assert "Made-up data: the organisations and figures belong to nobody." in paragraphs
    assert f"/books/{newer.public_id}/compare/" in message.body
    assert f"/books/{newer.public_id}/organisations/{ORG}/" in message.body
    assert "You get this since you asked on 5 January 2026" in paragraphs[-2]
    assert "once a month at most" in paragraphs[-2]
    assert message.extra_headers["List-Unsubscribe-Post"] == (
        "List-Unsubscribe=One-Click"
    )
    assert message.content_subtype == "plain"


def test_the_same_news_is_told_once_however_often_it_is_asked_for(
    asked: Follow, shelve: Shelve, june: Files
) -> None:
    shelve(june)
    for days in range(1, 70):
        send_changes(START + timedelta(days=days))
    assert len(mail.outbox) == 1


def test_two_books_in_a_month_are_one_email_and_the_second_waits_its_month(
    asked: Follow, shelve: Shelve, june: Files, july: Files
) -> None:
    shelve(june)
    told = START + timedelta(days=1)
    assert send_changes(told) == 1
    shelve(july)
    for days in (1, 10, 30):
        assert send_changes(told + timedelta(days=days)) == 0
    assert send_changes(told + EVERY) == 1
    first, second = mail.outbox
    assert "of 1 May 2025: 1 because data were revised." in " ".join(first.body.split())
    assert "from the book of 1 June 2025" in " ".join(second.body.split())
    assert stop_link(first) == stop_link(second)


def test_two_emails_are_never_in_one_month_of_the_calendar() -> None:
    for start in (datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 2, 1, tzinfo=UTC)):
        after = start + EVERY
        assert (after.year, after.month) != (start.year, start.month)


def test_a_newer_book_that_says_the_same_of_it_is_no_news(
    asked: Follow, shelve: Shelve, files: Files
) -> None:
    other = with_cells(
        files["tables/position.csv"], {"org_code": "ZC1", "indicator": "shmi"}, times=2
    )
    newer = shelve(other_version(files, "2025-06-01", position=other))
    assert send_changes(START + timedelta(days=1)) == 0
    assert again(asked).last_seal == newer.seal
    assert again(asked).last_sent_at is None


def test_killed_while_sending_it_is_not_sent_twice(
    asked: Follow, shelve: Shelve, june: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def killed(self: object, messages: object) -> int:
        raise Killed

    shelve(june)
    with monkeypatch.context() as patch:
        patch.setattr(locmem.EmailBackend, "send_messages", killed)
        with pytest.raises(Killed):
            send_changes(START + timedelta(days=1))
    # It may have left: it is noted as sent, and does not leave again.
    assert again(asked).last_sent_at == START + timedelta(days=1)
    for days in range(2, 60):
        assert send_changes(START + timedelta(days=days)) == 0


def test_while_the_mail_server_is_away_nothing_is_noted(
    asked: Follow, shelve: Shelve, june: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(self: object) -> bool:
        raise ConnectionRefusedError

    shelve(june)
    with monkeypatch.context() as patch:
        patch.setattr(locmem.EmailBackend, "open", away)
        with pytest.raises(ConnectionRefusedError):
            send_changes(START + timedelta(days=1))
    assert again(asked).last_sent_at is None
    assert send_changes(START + timedelta(days=2)) == 1


def test_one_address_that_is_refused_keeps_nobody_else_from_being_told(
    here: Place,
    asked: Follow,
    shelve: Shelve,
    june: Files,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with organisation_scope(here.organisation):
        follow(
            organisation=here.organisation,
            user=here.person(Role.CODER),
            org_code=ORG,
            book_id="",
            now=START,
        )
    shelve(june)
    real = locmem.EmailBackend.send_messages
    refused: list[int] = []

    def first_is_refused(self: object, messages: Any) -> int:
        if not refused:
            refused.append(1)
            raise TimeoutError
        return real(self, messages)  # type: ignore[arg-type]

    monkeypatch.setattr(locmem.EmailBackend, "send_messages", first_is_refused)
    assert send_changes(START + timedelta(days=1)) == 1
    assert len(mail.outbox) == 1


def test_of_two_workers_that_both_saw_the_news_one_sends_it(
    asked: Follow, shelve: Shelve, june: Files
) -> None:
    shelve(june)
    first, second = following._prepared(asked.pk), following._prepared(asked.pk)
    assert first is not None
    assert second is not None
    now = START + timedelta(days=1)
    assert following._noted(first, now)
    assert not following._noted(second, now)


def test_who_is_no_longer_a_member_is_told_nothing(
    asked: Follow, reader: User, shelve: Shelve, june: Files
) -> None:
    shelve(june, is_public=True)
    with across_organisations():
        Membership.objects.filter(user=reader).delete()
    assert send_changes(START + timedelta(days=1)) == 0


def test_whose_account_is_closed_is_told_nothing(
    asked: Follow, reader: User, shelve: Shelve, june: Files
) -> None:
    shelve(june)
    reader.is_active = False
    reader.save()
    assert send_changes(START + timedelta(days=1)) == 0


def test_a_book_that_one_may_not_read_is_no_news(
    asked: Follow, there: Place, shelve: Shelve, june: Files, july: Files
) -> None:
    shelve(june, place=there)
    shelve(july, state=Book.State.WITHDRAWN)
    assert send_changes(START + timedelta(days=1)) == 0


def test_where_the_book_told_last_was_withdrawn_one_begins_anew(
    asked: Follow, shelve: Shelve, june: Files, july: Files
) -> None:
    newer = shelve(june)
    with across_organisations():
        Book.objects.exclude(pk=newer.pk).update(state=Book.State.WITHDRAWN)
    assert send_changes(START + timedelta(days=1)) == 0
    assert again(asked).last_seal == newer.seal
    shelve(july)
    assert send_changes(START + timedelta(days=2)) == 1


def test_a_book_that_was_changed_on_the_disk_is_no_news(
    asked: Follow, shelve: Shelve, june: Files
) -> None:
    newer = shelve(june)
    folder = settings.CONFIGURATION.folder("books") / newer.folder
    (folder / "manifest.json").write_bytes(b"{}")
    assert send_changes(START + timedelta(days=1)) == 0
    assert again(asked).last_seal != newer.seal


def test_the_work_is_asked_for_each_day() -> None:
    kinds = {kind.name: kind.every for kind in periodic()}
    assert kinds["send-changes"] is Every.DAY
    assert kinds["tidy-books"] is Every.DAY


def test_text_of_a_book_adds_no_line_and_no_heading() -> None:
    assert (
        one_line("Trust\r\nBcc: x@y.example\u2028\x00z") == "Trust Bcc: x@y.example z"
    )
    assert len(one_line("x" * 5_000)) == 600


@pytest.fixture
def link(asked: Follow, shelve: Shelve, june: Files) -> str:
    """The stop link of an e-mail that was sent."""
    shelve(june)
    send_changes(START + timedelta(days=1))
    return stop_link(mail.outbox[0])


def test_opening_the_stop_link_changes_nothing_and_one_click_stops(
    asked: Follow, link: str, shelve: Shelve, july: Files
) -> None:
    browser = Client()
    for _ in range(20):  # programs that look at links before people do
        page = browser.get(link).content.decode()
        assert "Stop these e-mails" in page
        assert browser.head(link).status_code == 200
    with across_organisations():
        assert Follow.objects.count() == 1
    page = browser.post(link).content.decode()
    assert "They are stopped." in page
    with across_organisations():
        assert Follow.objects.count() == 0
        assert Event.objects.order_by("-number")[0].action == "follow.stopped"
    shelve(july)
    assert send_changes(START + timedelta(days=90)) == 0


def test_a_mail_program_stops_it_without_cookies_and_may_ask_twice(link: str) -> None:
    program = Client(enforce_csrf_checks=True)
    for _ in range(2):
        answer = program.post(
            link,
            b"List-Unsubscribe=One-Click",
            content_type="application/x-www-form-urlencoded",
        )
        assert answer.status_code == 200
    with across_organisations():
        assert Follow.objects.count() == 0


def test_a_link_that_was_used_and_one_that_never_was_look_alike(link: str) -> None:
    Client().post(link)
    never = link.replace(link[6:12], "abcdef")

    def shown(path: str) -> str:
        text = Client().get(path).content.decode()
        return re.sub(r'value="[\w-]+"', "", text)  # the token against forged requests

    assert shown(link) == shown(never)
    assert "No e-mail is sent because of this link." in shown(never)


def test_the_secret_of_the_link_is_not_in_the_database(
    asked: Follow, link: str
) -> None:
    token = link.split("/")[2]
    assert len(token) == 64
    with across_organisations():
        rows = str(list(Follow.objects.values()) + list(Event.objects.values()))
    assert token not in rows


def test_after_a_new_secret_key_the_next_email_has_a_link_that_works(
    asked: Follow,
    shelve: Shelve,
    june: Files,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shelve(june)
    monkeypatch.setattr(settings, "SECRET_KEY", "another secret of this service")
    send_changes(START + timedelta(days=1))
    assert (
        "They are stopped." in Client().post(stop_link(mail.outbox[0])).content.decode()
    )


@pytest.fixture
def browser(reader: User, signed_in: Callable[[User], Client]) -> Iterator[Client]:
    """The browser of the reader."""
    return signed_in(reader)


def test_one_asks_on_a_page_and_stops_on_another(
    here: Place, browser: Client, shelve: Shelve, files: Files
) -> None:
    book = shelve(files)
    page = "/at/quillmere/follow/"
    assert "None." in browser.get(page).content.decode()
    back = f"/books/{book.public_id}/organisations/{ORG}/"
    form = {"org_code": ORG, "book": book.public_id, "next": back}
    for _ in range(2):  # twice is once
        answer = browser.post(page, form)
        assert answer.headers["Location"] == back
    shown = browser.get(page).content.decode()
    assert "You will get an e-mail when figures" in shown
    assert f"Organisation {ORG}" in shown
    with organisation_scope(here.organisation):
        (wish,) = Follow.objects.all()
        assert [e.action for e in Event.objects.all()] == ["follow.started"]
    assert browser.get(f"{page}{wish.pk}/stop/").status_code == 302
    assert again(wish) == wish
    browser.post(f"{page}{wish.pk}/stop/")
    assert "None." in browser.get(page).content.decode()


def test_one_is_never_led_away_from_the_service(
    browser: Client, shelve: Shelve, files: Files
) -> None:
    shelve(files)
    for back in ("https://evil.example/", "//evil.example", "javascript:alert(1)", ""):
        answer = browser.post("/at/quillmere/follow/", {"org_code": ORG, "next": back})
        assert answer.headers["Location"] == "/at/quillmere/follow/"


def test_what_no_readable_book_knows_cannot_be_asked_for(
    there: Place, browser: Client, shelve: Shelve, files: Files
) -> None:
    theirs = shelve(files, place=there)
    for form in ({"org_code": ORG}, {"org_code": ORG, "book": theirs.public_id}):
        shown = browser.post("/at/quillmere/follow/", form, follow=True)
        assert "No book that you can read knows this" in shown.content.decode()
    with across_organisations():
        assert Follow.objects.count() == 0


def test_a_colleagues_email_is_theirs_to_stop(
    here: Place, asked: Follow, signed_in: Callable[[User], Client]
) -> None:
    other = signed_in(here.person(Role.ADMINISTRATOR))
    address = f"/at/quillmere/follow/{asked.pk}/stop/"
    assert other.post(address).status_code == 404
    assert again(asked) == asked
    assert (
        f"Organisation {ORG}" not in other.get("/at/quillmere/follow/").content.decode()
    )
