"""The studies app."""

from django.apps import AppConfig


class StudiesConfig(AppConfig):
    """See the package."""

    name = "candela.web.studies"
    label = "studies"
