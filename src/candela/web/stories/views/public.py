"""What may anybody read about the difference research has made?"""

from __future__ import annotations

from functools import partial

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from markupsafe import Markup

from candela.publish.documents import page
from candela.web.access import public
from candela.web.reading.personal import schedule_of_answers
from candela.web.scoping import organisation_scope
from candela.web.stories.building import frozen_document
from candela.web.stories.files import file_answer, file_links
from candela.web.stories.models import Report
from candela.web.stories.public_list import find_public, list_finding, public_rows
from candela.web.stories.report_page import standing

__all__ = ["answers_use", "file", "stories", "story"]


@public
def stories(request: HttpRequest) -> HttpResponse:
    """List what was released for anybody to read."""
    rows = public_rows()
    request.made_up = any(row.made_up for row in rows)  # type: ignore[attr-defined]
    context = {"rows": rows, "finding": list_finding(rows)}
    return render(request, "stories/public.html", context)


@public
def story(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one report that was released for anybody to read."""
    found = _found(request, public_id)
    with organisation_scope(found.organisation):
        document = frozen_document(found)
        said = standing(found)
    context = {
        "title": found.title,
        "organisation": found.organisation.name,
        "standing": said,
        # What writes a document as a page escapes every text in it.
        "document": Markup(page.write(document)),
        "files": file_links(partial(_address, found.public_id), found.title),
        "seal": found.seal[:12],
    }
    return render(request, "stories/story.html", context)


@public
def file(request: HttpRequest, public_id: str, suffix: str) -> HttpResponse:
    """Send a public report as a file."""
    found = _found(request, public_id)
    with organisation_scope(found.organisation):
        return file_answer(frozen_document(found), suffix)


@public
def answers_use(request: HttpRequest) -> HttpResponse:
    """Say to who answers what happens to what they say."""
    return render(request, "stories/answers-use.html", {"kept": schedule_of_answers()})


def _found(request: HttpRequest, public_id: str) -> Report:
    found = find_public(public_id)
    if found is None:
        raise Http404
    request.made_up = found.organisation.is_training  # type: ignore[attr-defined]
    return found


def _address(public_id: str, suffix: str) -> str:
    return reverse("story-file", args=[public_id, suffix])
