"""The stories app."""

from django.apps import AppConfig


class StoriesConfig(AppConfig):
    """See the package."""

    name = "candela.web.stories"
    label = "stories"
