"""Addresses that stand outside an organisation: the stop link of an e-mail."""

from __future__ import annotations

from django.urls import URLPattern, path

from candela.web.coding.views import waiting

__all__ = ["urlpatterns"]

urlpatterns: list[URLPattern] = [
    path("stop-waiting/<str:token>/", waiting.stop_waiting, name="stop-waiting"),
]
