"""Addresses of questionnaires."""

from __future__ import annotations

from django.urls import include, path

from candela.web.questionnaires.views import changing, one

__all__ = ["urlpatterns"]

one_version = [
    path("", one.questionnaire, name="questionnaire"),
    path("form/", one.preview, name="questionnaire-form"),
    path("differences/", one.different, name="questionnaire-differences"),
    path("draft/", changing.draft, name="questionnaire-draft"),
    path("change/", changing.change, name="questionnaire-change"),
    path("activate/", changing.activate, name="questionnaire-activate"),
    path("retire/", changing.retire, name="questionnaire-retire"),
    path("use-again/", changing.use_again, name="questionnaire-use-again"),
    path("drop/", changing.drop, name="questionnaire-drop"),
]
urlpatterns = [
    path("questionnaires/", changing.questionnaires, name="questionnaires"),
    path("questionnaires/take/", changing.take, name="questionnaire-take"),
    path("questionnaires/<int:questionnaire_id>/", include(one_version)),
]
