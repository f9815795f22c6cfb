"""Which keys are links and addresses made with?  None of them is in the database.

All come from one secret file of the home, each for one purpose, so that knowing what
one made says nothing of another.
"""

from __future__ import annotations

import hashlib
import hmac
from functools import lru_cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

__all__ = ["SECRET", "keyed_hash", "purpose_key"]

SECRET = "answers-key"  # a file of mode 600


def purpose_key(purpose: str) -> bytes:
    """Return the 32 bytes that one purpose uses, the same after each start."""
    return _derived(settings.CONFIGURATION.secret(SECRET), purpose)


@lru_cache(maxsize=16)
def _derived(secret: str, purpose: str) -> bytes:
    derive = HKDF(hashes.SHA256(), 32, salt=None, info=f"candela {purpose}".encode())
    return derive.derive(secret.encode())


def keyed_hash(purpose: str, text: str) -> bytes:
    """Return 32 bytes that only who has the secret can make from a text."""
    return hmac.new(purpose_key(purpose), text.encode(), hashlib.sha256).digest()
