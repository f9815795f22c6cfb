"""How do allauth's parts behave here?"""

from __future__ import annotations

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest

__all__ = ["AccountAdapter", "SecondFactorAdapter", "SingleSignOnAdapter"]


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by invitation only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Return that nobody makes an account for themselves."""
        return False


class SecondFactorAdapter(DefaultMFAAdapter):
    """Passkeys and codes."""


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    """An organisation's own sign-in service; it lets in members, and makes none."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: object) -> bool:
        """Return that signing in elsewhere makes no account here."""
        return False
