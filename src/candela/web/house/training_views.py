"""What can be tried here, and which letters would have been sent?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import numpy as np
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from candela.errors import NotAllowed
from candela.web.access import member, operator
from candela.web.accounts.permissions import Permission
from candela.web.house import training
from candela.web.house.models import KeptLetter

__all__ = ["make", "start_again", "training_page"]

SHOWN = 50


@member(Permission.SEE_IMPACT)
def training_page(request: Any) -> HttpResponse:
    """Show what the training organisation is for, and the letters it kept."""
    if not request.organisation.is_training:
        raise Http404
    count = KeptLetter.objects.count()
    letters = "1 letter" if count == 1 else f"{count or 'No'} letters"
    context = {
        "caption": request.organisation.name,
        "organisation": request.organisation,
        "finding": f"{letters} would have been sent. None left this service.",
        "letters": KeptLetter.objects.all()[:SHOWN],
        "may_start_again": request.membership.may(Permission.MANAGE_MEMBERS),
    }
    return render(request, "house/training.html", context)


@member(Permission.MANAGE_MEMBERS, writes=True)
def start_again(request: Any) -> HttpResponse:
    """Put everything back as it was at the start."""
    if not request.organisation.is_training:
        raise Http404
    if request.method == "POST":
        training.start_again(
            organisation=request.organisation,
            by=request.user,
            now=datetime.now(UTC),
            rng=np.random.default_rng(),
        )
        messages.success(request, "Everything is as it was at the start.")
        return redirect("impact", request.organisation.slug)
    return redirect("training", request.organisation.slug)


@operator(writes=True)
def make(request: HttpRequest) -> HttpResponse:
    """Make the training organisation, with who asks as its administrator."""
    if request.method == "POST":
        try:
            made = training.make_training_organisation(
                by=request.user,
                now=datetime.now(UTC),
                rng=np.random.default_rng(),
            )
        except NotAllowed as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"{made.name} was made. You may do all in it.")
    return redirect("organisations")
