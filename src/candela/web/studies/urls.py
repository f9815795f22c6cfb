"""Addresses of studies, services and people in research."""

from __future__ import annotations

from django.urls import include, path

from candela.web.studies.views import (
    importing,
    listing,
    milestones,
    one,
    outputs,
    people,
)

__all__ = ["urlpatterns"]

one_study = [
    path("", one.study, name="study"),
    path("change/", one.change, name="study-change"),
    path("numbers/", one.numbers, name="study-numbers"),
    path("people/", one.members, name="study-members"),
    path("look-up/", one.look_up, name="study-look-up"),
    path("outputs/", outputs.outputs, name="study-outputs"),
    path("outputs/look-up/", outputs.look_up, name="study-outputs-look-up"),
    path("outputs/<int:output_id>/remove/", outputs.remove, name="study-output-remove"),
    path("days/", milestones.days, name="study-days"),
]
urlpatterns = [
    path("studies/", listing.studies, name="studies"),
    path("studies/new/", listing.add, name="study-new"),
    path("studies/find/", listing.find, name="study-find"),
    path("studies/import/", importing.import_studies, name="studies-import"),
    path("studies/<int:study_id>/", include(one_study)),
    path("milestones/<int:milestone_id>/", milestones.milestone, name="milestone"),
    path("services/", people.services, name="services"),
    path("services/<int:service_id>/", people.service, name="service"),
    path("colleagues/", people.colleagues, name="colleagues"),
    path("colleagues/<int:colleague_id>/", people.colleague, name="colleague"),
]
