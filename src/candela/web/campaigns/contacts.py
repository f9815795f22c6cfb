"""How is an address kept so that a copy of the database does not tell it?

Sealed with a key outside the database.  Beside it stands a *mark*, the same for the
same address in one campaign and another in the next: it finds duplicates, and leads
from nobody in one campaign to anybody in another.
"""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken

from candela.errors import CandelaError
from candela.web.campaigns.keys import keyed_hash, purpose_key

__all__ = ["LostKey", "mark_for_news", "mark_of", "seal", "unseal"]

PURPOSE = "contact address"
MARK = "contact mark"
NEWS = "news mark"


class LostKey(CandelaError):
    """An address was sealed with another key than the one this service has."""


def seal(address: str) -> str:
    """Return an address that only this installation can read."""
    return _box().encrypt(address.encode()).decode()


def unseal(sealed: str) -> str:
    """Return the address again.

    Raises
    ------
    LostKey
        If it was sealed with another key, or changed.
    """
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken:
        raise LostKey(
            "An address cannot be read: it was sealed with another key than the file "
            "answers-key of this service. Bring that file back from the backup that "
            "the database came from."
        ) from None


def mark_of(address: str, *, campaign: int) -> str:
    """Return what is the same for one address in one campaign, and says nothing."""
    return keyed_hash(MARK, f"{campaign}:{address.strip().casefold()}").hex()


def mark_for_news(address: str, *, campaign: int) -> str:
    """Return the same for who asked to be told, unlike any mark of an invitation."""
    return keyed_hash(NEWS, f"{campaign}:{address.strip().casefold()}").hex()


def _box() -> Fernet:
    return Fernet(base64.urlsafe_b64encode(purpose_key(PURPOSE)))
