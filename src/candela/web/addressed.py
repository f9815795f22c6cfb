"""At which address do people reach this service?  For e-mails and posters.

It is configured where others reach it.  The service on one machine has no other address
than the port it listens on, which it learns as it starts.
"""

from __future__ import annotations

from django.conf import settings

__all__ = ["is_for_this_machine_only", "listens_at", "origin"]

UNKNOWN = "http://localhost"
_listening = [UNKNOWN]  # one service a process; its worker is a thread of it


def listens_at(address: str) -> None:
    """Note where this process listens."""
    _listening[0] = address


def origin() -> str:
    """Return the first part of every address, without a slash at its end."""
    configured: str = settings.CONFIGURATION.origin
    return configured or _listening[0]


def is_for_this_machine_only() -> bool:
    """Say whether nobody else can open what an e-mail leads to."""
    return not settings.CONFIGURATION.origin
