"""The accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts, organisations, members and invitations."""

    name = "candela.web.accounts"
    label = "accounts"
