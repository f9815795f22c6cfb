"""Addresses of questionnaires."""

from __future__ import annotations

from django.urls import include, path

from candela.web.questionnaires.views import changing, one, writing

__all__ = ["urlpatterns"]

one_version = [
    path("", one.questionnaire, name="questionnaire"),
    path("form/", one.preview, name="questionnaire-form"),
    path("differences/", one.different, name="questionnaire-differences"),
    path("draft/", changing.draft, name="questionnaire-draft"),
    path("change/", writing.change, name="questionnaire-change"),
    path("add/", writing.add, name="questionnaire-add"),
    path("leave-out/", writing.leave_out, name="questionnaire-leave-out"),
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
