"""What would this export of CPMS or EDGE change here?"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from candela.errors import InputError
from candela.impact.registers.cells import text_of
from candela.impact.registers.exports import Export, read
from candela.web.access import member
from candela.web.accounts.permissions import Permission
from candela.web.books.uploads import refusal_of
from candela.web.studies import importing
from candela.web.studies.people_forms import ExportForm, uploaded

__all__ = ["import_studies"]

NAME = "the export"
TOO_LARGE = "the file is larger than this service takes. Export fewer studies."


@member(Permission.MANAGE_STUDIES, writes=True)
def import_studies(request: Any) -> HttpResponse:
    """Show what an export would change; then take it, all or nothing."""
    if request.method == "POST" and "rows" in request.POST:
        return _take(request)
    form = ExportForm(*((request.POST, request.FILES) if _sent(request) else ()))
    if refusal_of(request):
        form.fields["file"].error_messages["required"] = TOO_LARGE
    context: dict[str, Any] = {
        "caption": request.organisation.name,
        "organisation": request.organisation,
        "form": form,
        "problems": (),
    }
    if _sent(request) and form.is_valid():
        try:
            export = _export(form.cleaned_data["file"])
            lines = importing.preview(export, NAME)
        except ValidationError as error:
            form.add_error("file", error)
        except InputError as error:
            form.add_error("file", _first(error))
            context["problems"] = error.problems
        else:
            context.update(_shown(request, export, lines))
            return render(request, "studies/preview.html", context)
    context["in_error"] = bool(form.errors)
    return render(request, "studies/import.html", context)


def _sent(request: Any) -> bool:
    return bool(request.method == "POST")


def _export(file: Any) -> Export:
    text = text_of(uploaded(file), NAME)
    return read(text, NAME, today=timezone.localdate(timezone.now()))


def _first(error: InputError) -> str:
    """Return what the summary says; the list below the form names every place."""
    count = len(error.problems)
    if count < 2:
        return f"{error} Nothing was written."
    return (
        f"{count} things in it are to be corrected; they are listed below. Nothing was "
        "written."
    )


def _shown(request: Any, export: Export, lines: list[importing.Line]) -> dict[str, Any]:
    return {
        "lines": lines,
        "register": export.register.words,
        "notes": export.notes,
        "added": sum(line.study is None for line in lines),
        "changed": sum(line.changes and line.study is not None for line in lines),
        "unchanged": sum(not line.changes for line in lines),
        "rows": importing.packed(
            export, organisation=request.organisation, by=request.user
        ),
    }


def _take(request: Any) -> HttpResponse:
    slug = request.organisation.slug
    try:
        rows = importing.unpacked(
            request.POST["rows"], organisation=request.organisation, by=request.user
        )
        taken = importing.import_entries(
            organisation=request.organisation,
            rows=rows,
            by=request.user,
            now=timezone.now(),
        )
    except InputError as error:
        messages.error(request, str(error))
        return redirect("studies-import", slug)
    messages.success(
        request,
        f"{taken.added} added, {taken.changed} changed, {taken.unchanged} as they "
        "were.",
    )
    return redirect("studies", slug)
