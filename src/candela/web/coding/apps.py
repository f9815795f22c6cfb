"""The coding app."""

from django.apps import AppConfig


class CodingConfig(AppConfig):
    """See the package."""

    name = "candela.web.coding"
    label = "coding"
