"""When does e-mail leave, and what does it say?"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string

from candela.web.house.models import Note
from candela.web.jinja import TEMPLATES
from candela.web.mail import TROUBLE, AfterCommit

BODIES = sorted(
    path.relative_to(TEMPLATES).as_posix()
    for path in TEMPLATES.rglob("email/*.txt")
    if not path.stem.endswith("_subject") and path.stem not in ("frame", "changed")
)
PERSON = {"name": "Ada O'Brien & Daughter", "email": "ada@quillmere.example"}
KNOWN: dict[str, Any] = {
    "user": PERSON,
    "timestamp": datetime(2026, 11, 24, 10, 0, tzinfo=UTC),
    "ip": "192.0.2.7",
    "user_agent": "A browser",
    "password_reset_url": "https://candela.example/link/",
    "link": "https://candela.example/link/",
    "organisation": {"name": "Quillmere & Westerby"},
    "invitation": {
        "role_words": "viewer",
        "expires_at": datetime(2026, 12, 1, 10, 0, tzinfo=UTC),
    },
}


class Refused(AfterCommit):
    """A mail server that is not there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)

    def send_messages(self, email_messages: Any) -> int:
        raise ConnectionRefusedError(111, "to secret@quillmere.example")


@pytest.fixture
def message() -> EmailMessage:
    return EmailMessage("Subject", "Body", None, ["secret@quillmere.example"])


@pytest.mark.django_db
def test_email_waits_for_the_commit(
    message: EmailMessage, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.MAIL_THROUGH = "django.core.mail.backends.locmem.EmailBackend"
    with django_capture_on_commit_callbacks(execute=True):
        AfterCommit().send_messages([message])
        assert mail.outbox == []
    assert len(mail.outbox) == 1


@pytest.mark.django_db
def test_what_was_undone_is_told_to_nobody(
    message: EmailMessage, settings: Any, django_capture_on_commit_callbacks: Any
) -> None:
    settings.MAIL_THROUGH = "django.core.mail.backends.locmem.EmailBackend"

    def send_and_stumble() -> None:
        with transaction.atomic():
            AfterCommit().send_messages([message])
            raise ZeroDivisionError

    with (
        django_capture_on_commit_callbacks(execute=True),
        pytest.raises(ZeroDivisionError),
    ):
        send_and_stumble()
    assert mail.outbox == []


@pytest.mark.django_db
def test_a_mail_server_that_is_not_there_breaks_no_page_and_is_noted(
    message: EmailMessage,
    settings: Any,
    django_capture_on_commit_callbacks: Any,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.MAIL_THROUGH = f"{__name__}.Refused"
    with django_capture_on_commit_callbacks(execute=True):
        AfterCommit().send_messages([message])
    assert Note.objects.get(name=TROUBLE).value == {"kind": "ConnectionRefusedError"}
    assert "1 e-mails could not be sent" in caplog.text
    assert "secret@" not in caplog.text
    settings.MAIL_THROUGH = "django.core.mail.backends.locmem.EmailBackend"
    with django_capture_on_commit_callbacks(execute=True):
        AfterCommit().send_messages([message])
    assert not Note.objects.filter(name=TROUBLE).exists()


@pytest.mark.parametrize("name", BODIES)
def test_every_email_is_plain_text_that_says_why_it_came(name: str) -> None:
    text = render_to_string(name, KNOWN)
    assert "You get this e-mail because" in " ".join(text.split())
    assert not re.search(r"&(amp|#39|quot);|</?\w+>", text), "plain text is not escaped"
    assert [line for line in text.splitlines() if len(line) > 100] == []


def test_every_email_has_a_subject_without_a_name_in_it() -> None:
    bodies = {n.removesuffix("_message.txt") for n in BODIES if "_message" in n}
    assert len(bodies) >= 10
    for name in bodies:
        subject = (Path(TEMPLATES) / f"{name}_subject.txt").read_text().strip()
        assert 10 < len(subject) < 60
        assert "{" not in subject
