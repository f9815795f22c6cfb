"""The answering app."""

from django.apps import AppConfig


class AnsweringConfig(AppConfig):
    """See the package."""

    name = "candela.web.answering"
    label = "answering"
