"""The audit app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """See the package."""

    name = "candela.web.audit"
    label = "audit"
