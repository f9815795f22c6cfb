"""The questionnaires app."""

from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    """See the package."""

    name = "candela.web.questionnaires"
    label = "questionnaires"
