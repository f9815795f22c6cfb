"""Addresses for who holds a link, and for who types in paper and conversations."""

from __future__ import annotations

from django.urls import URLPattern, path

from candela.web.answering.views import (
    asking,
    offline,
    sending,
    typing_in,
    welcoming,
    who_answered,
)

__all__ = ["RESERVED", "urlpatterns"]

# Words after a link's token that are no page of a questionnaire.
RESERVED = ("check", "sent", "no-thanks", "delete", "offline")
CAMPAIGN = "at/<slug:slug>/impact/campaigns/<int:campaign_id>/"

urlpatterns: list[URLPattern] = [
    path("ask/<str:door>/", welcoming.door, name="door"),
    path("tell/worker.js", offline.worker, name="tell-worker"),
    path("tell/take-back/", sending.take_back_page, name="tell-take-back"),
    path("tell/<str:token>/", welcoming.welcome, name="tell"),
    path("tell/<str:token>/check/", sending.check, name="tell-check"),
    path("tell/<str:token>/sent/", sending.sent, name="tell-sent"),
    path("tell/<str:token>/no-thanks/", welcoming.no_thanks, name="tell-no-thanks"),
    path("tell/<str:token>/delete/", welcoming.delete, name="tell-delete"),
    path("tell/<str:token>/offline/", offline.offline, name="tell-offline"),
    path("tell/<str:token>/<str:page>/", asking.page, name="tell-page"),
    path(f"{CAMPAIGN}type-in/", typing_in.type_in, name="type-in"),
    path(f"{CAMPAIGN}who-answered/", who_answered.who_answered, name="who-answered"),
]
