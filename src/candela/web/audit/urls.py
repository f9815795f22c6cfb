"""Addresses of the audit log."""

from django.urls import path

from candela.web.audit import views

urlpatterns = [
    path("", views.audit, name="audit"),
    path("export/", views.export_audit, name="export-audit"),
]
