"""How does a secret link reach the person it is for?"""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.mail import send_mail
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse

from candela.web.accounts.models import Invitation

__all__ = ["full_address", "hand_over"]

SUBJECT = "Candela: {organisation} asks you to join"


def hand_over(
    request: HttpRequest, made: Invitation, token: str, *, back: str
) -> HttpResponse:
    """Send the link of an invitation; without a mail server, show it once.

    Shown, it is in this answer and nowhere else: a redirect would have to keep it.
    ``back`` is the path of the page to go on from.
    """
    link = full_address(request, reverse("join", args=[token]))
    told = {
        "invitation": made,
        "organisation": made.organisation,
        "link": link,
        "back": back,
    }
    if not settings.CONFIGURATION.mail.host:
        return render(request, "accounts/invited.html", told)
    words = render_to_string("accounts/email/invitation.txt", told)
    subject = SUBJECT.format(organisation=made.organisation.name)
    send_mail(subject, words, None, [made.email])
    messages.success(request, "The invitation is on its way.")
    return redirect(back)


def full_address(request: HttpRequest, path: str) -> str:
    """Return the address that people type, whatever name this request came by."""
    origin = settings.CONFIGURATION.origin
    return f"{origin}{path}" if origin else request.build_absolute_uri(path)
