"""Every address of the service; each view says who may open it (see ``access``)."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

__all__ = ["urlpatterns"]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("candela.web.reading.urls")),
    path("", include("candela.web.accounts.urls")),
    path("", include("candela.web.house.urls")),
    path("", include("candela.web.books.urls")),
    path("at/<slug:slug>/audit/", include("candela.web.audit.urls")),
    path("at/<slug:slug>/jobs/", include("candela.web.jobs.urls")),
    path("", include("candela.web.answering.urls")),
    path("", include("candela.web.stories.public_urls")),
    path("", include("candela.web.campaigns.public_urls")),
    path("", include("candela.web.coding.public_urls")),
    path("at/<slug:slug>/impact/", include("candela.web.stories.urls")),
    path("at/<slug:slug>/impact/", include("candela.web.studies.urls")),
    path("at/<slug:slug>/impact/", include("candela.web.questionnaires.urls")),
    path("at/<slug:slug>/impact/", include("candela.web.campaigns.urls")),
    path("at/<slug:slug>/impact/", include("candela.web.coding.urls")),
    path("api/v1/", include("candela.web.api.urls")),
]

handler400 = "candela.web.errors.bad_request"
handler403 = "candela.web.errors.not_allowed"
handler404 = "candela.web.errors.not_found"
handler500 = "candela.web.errors.something_broke"
