"""What is said when something is not found, not allowed, or broken?

Three parts each: what happened, what is safe, what to do.  Never a trace, never the
identifier that was asked for.
"""

from __future__ import annotations

import errno
import logging
import sys
import traceback
from pathlib import Path
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from candela.errors import CandelaError
from candela.web.accounts.models import Membership
from candela.web.accounts.permissions import Permission, roles_with
from candela.web.retrying import has_gone_away, try_again
from candela.web.scoping import across_organisations

__all__ = [
    "bad_request",
    "form_expired",
    "is_disk_full",
    "missing_role",
    "not_allowed",
    "not_found",
    "something_broke",
]

log = logging.getLogger("candela.web")
DISK_FULL = ("disk is full", "disk full", "no space left", "could not extend file")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer that there is no such page, or none for this person."""
    return render(request, "errors/not-found.html", status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer that the request cannot be understood."""
    return render(request, "errors/bad-request.html", status=400)


def form_expired(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer that a form was too old or came from elsewhere."""
    return render(request, "errors/form-expired.html", status=403)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer that this needs another role, and say who holds it."""
    return render(request, "errors/not-allowed.html", status=403)


def missing_role(
    request: HttpRequest, permission: Permission, membership: Membership
) -> HttpResponse:
    """Answer which role is needed in one's own organisation, and who holds it."""
    roles = roles_with(permission)
    organisation = membership.organisation
    with across_organisations():
        holders = [
            m
            for m in Membership.objects.filter(
                organisation=organisation
            ).select_related("user")
            if set(m.roles) & {role.value for role in roles}
        ]
    context = {
        "permission": permission.value,
        "roles": [role.label for role in roles],
        "holders": holders,
        "organisation": organisation,
    }
    return render(request, "errors/missing-role.html", context, status=403)


def something_broke(request: HttpRequest) -> HttpResponse:
    """Answer that something broke; with its own words where we know what."""
    error = sys.exc_info()[1]
    if error is not None and is_disk_full(error):
        return _full(request)
    if error is not None and has_gone_away(error):
        return try_again(request, error)
    if isinstance(error, CandelaError):
        context = {"what": str(error), "reference": _reference(request)}
        return render(request, "errors/refused.html", context, status=422)
    log.error(
        "%s: %s at %s",
        _reference(request),
        type(error).__name__,
        _place(error),
    )
    context = {"reference": _reference(request)}
    return render(request, "errors/broken.html", context, status=500)


def is_disk_full(error: BaseException) -> bool:
    """Say whether the machine has no room left."""
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return True
    return isinstance(error, DatabaseError) and any(
        words in str(error).lower() for words in DISK_FULL
    )


def _full(request: HttpRequest) -> HttpResponse:
    log.error("%s: no room left on the disk", _reference(request))
    context: dict[str, Any] = {"reference": _reference(request)}
    return render(request, "errors/disk-full.html", context, status=503)


def _reference(request: HttpRequest) -> str:
    return str(getattr(request, "reference", ""))


def _place(error: BaseException | None) -> str:
    """Return the line where it broke: no values, no people."""
    if error is None or error.__traceback__ is None:
        return "an unknown place"
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"
