"""Addresses of what anybody may read about impact."""

from __future__ import annotations

from django.urls import URLPattern, path

from candela.web.stories.views import public

__all__ = ["urlpatterns"]

urlpatterns: list[URLPattern] = [
    path("how-we-use-answers/", public.answers_use, name="answers-use"),
    path("impact/", public.stories, name="stories"),
    path("impact/<str:public_id>/", public.story, name="story"),
    path("impact/<str:public_id>/file.<slug:suffix>", public.file, name="story-file"),
]
