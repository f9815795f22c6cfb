"""How is this worked out, what do words mean, and what does this service keep?"""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from candela.publish.pages.methods import method_names, method_page
from candela.publish.pages.words import words_page
from candela.web.access import public
from candela.web.reading.faults import FAULTS
from candela.web.reading.personal import cookies, kept_about_people, schedule

__all__ = [
    "accessibility",
    "help_page",
    "method",
    "methods",
    "privacy",
    "something_wrong",
    "words",
]


@public
def methods(request: HttpRequest) -> HttpResponse:
    """List how everything is worked out."""
    pages = [method_page(name) for name in method_names()]
    return render(request, "reading/methods.html", {"pages": pages})


@public
def method(request: HttpRequest, name: str) -> HttpResponse:
    """Show how one thing is worked out."""
    page = method_page(name)
    if page is None:
        raise Http404
    return render(request, "reading/method.html", {"page": page})


@public
def words(request: HttpRequest) -> HttpResponse:
    """Show what the words mean, A to Z."""
    return render(request, "reading/words.html", {"page": words_page()})


@public
def privacy(request: HttpRequest) -> HttpResponse:
    """Say what this service keeps about people, for what, and how long."""
    context = {
        "kept": kept_about_people(),
        "cookies": cookies(),
        "schedule": schedule(),
    }
    return render(request, "about/privacy.html", context)


@public
def accessibility(request: HttpRequest) -> HttpResponse:
    """Say who can use this service, and what is known not to work."""
    return render(request, "about/accessibility.html", {"faults": FAULTS})


@public
def help_page(request: HttpRequest) -> HttpResponse:
    """Say how to find, read and take away."""
    return render(request, "about/help.html")


@public
def something_wrong(request: HttpRequest) -> HttpResponse:
    """Say whom to tell when a figure or a page is wrong."""
    return render(request, "about/something-wrong.html")
