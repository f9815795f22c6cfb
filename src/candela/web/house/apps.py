"""The house app."""

from django.apps import AppConfig


class HouseConfig(AppConfig):
    """See the package."""

    name = "candela.web.house"
    label = "house"
