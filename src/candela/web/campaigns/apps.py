"""The campaigns app."""

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """See the package."""

    name = "candela.web.campaigns"
    label = "campaigns"
