"""What people do in these tests: sign in, show a code, look into the log."""

from __future__ import annotations

import re
import time
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.http import HttpResponse
from django.test import Client

from candela.web.accounts.models import User
from candela.web.audit.models import Event
from candela.web.scoping import across_organisations
from web.conftest import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.S)
TAG = re.compile(r"<[^>]+>")
LINK = re.compile(r"https?://\S+")


def sign_in(
    client: Client, person: User | str, password: str = PASSWORD, **more: Any
) -> HttpResponse:
    """Send the form of the sign-in page."""
    address = person if isinstance(person, str) else person.email
    return client.post(
        "/sign-in/", {"login": address, "password": password}, follow=False, **more
    )


def is_signed_in(client: Client) -> bool:
    """Say whether this browser may open the page of the account."""
    return client.get("/account/").status_code == 200


def question(response: HttpResponse) -> str:
    """Return the heading of a page."""
    (heading,) = HEADING.findall(response.content.decode())
    return " ".join(TAG.sub("", heading).split())


def words(response: HttpResponse) -> str:
    """Return the text of a page, without what differs in each answer."""
    page = response.content.decode()
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page)
    return " ".join(TAG.sub(" ", page).split())


def add_app(person: User) -> Authenticator:
    """Give somebody an app that shows codes."""
    return Authenticator.objects.create(
        user=person,
        type=Authenticator.Type.TOTP,
        data={"secret": get_adapter().encrypt(SECRET)},
    )


def code(secret: str = SECRET) -> str:
    """Return what the app shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def lines(*, by: User | None = None) -> list[Event]:
    """Return the audit lines of one person, or all, oldest first."""
    with across_organisations():
        found = Event.objects.order_by("number")
        return list(found if by is None else found.filter(actor_id=by.pk))


def deeds(*, by: User | None = None) -> list[str]:
    """Return what those lines tell of."""
    return [event.action for event in lines(by=by)]


def links(message: int = -1) -> list[str]:
    """Return the addresses in an e-mail, as paths."""
    found = LINK.findall(str(mail.outbox[message].body))
    return [re.sub(r"^https?://[^/]+", "", link) for link in found]
