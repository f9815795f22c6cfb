"""Which e-mail about changes does somebody get, and how does it stop?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.csrf import csrf_exempt

from candela.errors import InputError
from candela.web.access import link_holder, member
from candela.web.accounts.permissions import Permission
from candela.web.books import following
from candela.web.books.models import Follow

__all__ = ["follow", "stop_following", "unfollow"]


@member(Permission.FOLLOW, writes=True)
def follow(request: Any) -> HttpResponse:
    """Ask for e-mail about an organisation, or show what was asked for."""
    if request.method == "POST":
        return _asked_for(request)
    context = {
        "caption": request.organisation.name,
        "organisation": request.organisation,
        "follows": Follow.objects.filter(user=request.user).order_by("org_code"),
        "email": request.user.email,
    }
    return render(request, "books/follow.html", context)


def _asked_for(request: Any) -> HttpResponse:
    code = request.POST.get("org_code", "")[:10]
    try:
        following.follow(
            organisation=request.organisation,
            user=request.user,
            org_code=code,
            book_id=request.POST.get("book", ""),
            now=datetime.now(UTC),
        )
    except InputError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request,
            "You will get an e-mail when figures of this organisation change, once a "
            "month at most.",
        )
    back = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(
        back, allowed_hosts=None, require_https=False
    ) and back.startswith("/"):
        return redirect(back)
    return redirect("follow", request.organisation.slug)


@member(Permission.FOLLOW, writes=True)
def unfollow(request: Any, follow_id: int) -> HttpResponse:
    """Stop e-mail about one organisation."""
    if request.method == "POST":
        asked = get_object_or_404(Follow, pk=follow_id, user=request.user)
        following.unfollow(follow=asked, by=request.user)
        messages.success(request, "You will get no more e-mail about it.")
    return redirect("follow", request.organisation.slug)


# Mail programs send the one-click stop by themselves (RFC 8058), without our cookies,
# so they cannot send back a token against forged requests. The secret in the address
# stands for it: who forges the request must know it, and all it does is stop an e-mail.
@csrf_exempt
@link_holder(writes=True)
def stop_following(request: Any, token: str) -> HttpResponse:
    """Stop the e-mail that a link came with; opening the link changes nothing.

    A link that was used, and one that never was, are answered alike.
    """
    stopped = False
    if request.method == "POST":
        stopped = following.stop(token)
    context = {"open": following.is_open(token), "stopped": stopped}
    return render(request, "books/stop.html", context)
