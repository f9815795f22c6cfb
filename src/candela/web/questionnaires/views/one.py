"""What does one version ask, in which forms, and what is different in it?"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from candela.impact.differences import differences
from candela.impact.questionnaire import Questionnaire
from candela.impact.questions import Form, Format
from candela.impact.soundness import doubts
from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.questionnaires import pages
from candela.web.questionnaires.forms import form_of_page
from candela.web.questionnaires.models import QuestionnaireVersion
from candela.web.questionnaires.reading import HOME_LOCALE, questionnaire_of

__all__ = ["different", "preview", "questionnaire"]

State = QuestionnaireVersion.State


@member(Permission.SEE_IMPACT)
def questionnaire(request: Any, questionnaire_id: int) -> HttpResponse:
    """Show a version: its forms side by side, and what can be done."""
    version = get_object_or_404(QuestionnaireVersion, pk=questionnaire_id)
    read = questionnaire_of(version)
    same = QuestionnaireVersion.objects.filter(key=version.key)
    context = {
        "caption": f"{pages.title_of(read)} {version.version}",
        "organisation": request.organisation,
        "version": version,
        "standing": pages.standing(version, read),
        "forms": pages.forms_table(request.organisation, version, read),
        "side_by_side": pages.side_by_side(read),
        "others": same.exclude(pk=version.pk),
        "doubts": doubts(version.content) if version.state == State.DRAFT else (),
        "may_change": request.membership.may(Permission.CHANGE_QUESTIONS),
        "has_draft": same.filter(state=State.DRAFT).exists(),
    }
    return render(request, "questionnaires/one.html", context)


@member(Permission.SEE_IMPACT)
def preview(request: Any, questionnaire_id: int) -> HttpResponse:
    """Show one page of a form as the people who are asked see it."""
    version = get_object_or_404(QuestionnaireVersion, pk=questionnaire_id)
    form = _form(questionnaire_of(version), request.GET)
    codes = [page.code for page in form.pages]
    code = request.GET.get("page", codes[0])
    if code not in codes:
        raise Http404
    n = codes.index(code)
    page = form.pages[n]
    context = {
        "caption": f"Part {page.part} of {len(form.parts)}: "
        f"{form.parts[page.part - 1]}",
        "organisation": request.organisation,
        "version": version,
        "form": form,
        "fields": form_of_page(page),
        "asked_when": pages.asked_when(form, page),
        "number": n + 1,
        "before": codes[n - 1] if n else "",
        "after": codes[n + 1] if n + 1 < len(codes) else "",
    }
    return render(request, "questionnaires/form.html", context)


def _form(read: Questionnaire, given: Any) -> Form:
    """Return the form that an address asks for, also one that waits for its check."""
    format = given.get("format", Format.STANDARD.value)
    which = (format, given.get("locale", HOME_LOCALE))
    every = {**read.forms, **read.unchecked}
    for (known, locale), form in every.items():
        if (known.value, locale) == which:
            return form
    raise Http404


@member(Permission.SEE_IMPACT)
def different(request: Any, questionnaire_id: int) -> HttpResponse:
    """Show what is different from the version that this one was made from."""
    version = get_object_or_404(
        QuestionnaireVersion.objects.select_related("made_from"), pk=questionnaire_id
    )
    before = version.made_from
    found = differences(before.content, version.content) if before else ()
    context = {
        "caption": f"{version.key} {version.version}",
        "organisation": request.organisation,
        "version": version,
        "before": before,
        "differences": [(pages.heading_of(line), line) for line in found],
    }
    return render(request, "questionnaires/differences.html", context)
