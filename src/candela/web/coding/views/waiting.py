"""What waits for you, and is an e-mail sent about it?"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt

from candela.web.access import link_holder, member
from candela.web.accounts.permissions import Permission
from candela.web.coding import digest
from candela.web.coding.waiting import waiting_for

__all__ = ["stop_waiting", "waiting"]


@member(Permission.SEE_IMPACT, writes=True)
def waiting(request: Any) -> HttpResponse:
    """List what waits; switch the e-mail about it on or off."""
    if request.method == "POST":
        on = request.POST.get("email") == "on"
        digest.switch(organisation=request.organisation, user=request.user, on=on)
        words = "You get the e-mail." if on else "You get no more e-mail about it."
        messages.success(request, words)
        return redirect("waiting", request.organisation.slug)
    context = {
        "caption": request.organisation.name,
        "organisation": request.organisation,
        "things": waiting_for(request.membership),
        "is_on": digest.is_on(request.user),
    }
    return render(request, "coding/waiting.html", context)


# Mail programs send the one-click stop by themselves (RFC 8058), without our cookies;
# the secret in the address stands for the token, and all it does is stop an e-mail.
@csrf_exempt
@link_holder(writes=True)
def stop_waiting(request: Any, token: str) -> HttpResponse:
    """Stop the e-mail that a link came with; opening the link changes nothing."""
    if request.method == "POST":
        digest.stop_by_link(token)
    context = {"stopped": request.method == "POST"}
    return render(request, "coding/stop-waiting.html", context)
