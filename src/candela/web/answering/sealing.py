"""How is something kept so that a copy of the database does not tell it?

Encrypted with a key that is not in the database, and padded before that to one length,
so that a long answer and none look alike.  Two kinds of key: that of this installation,
for what is sent, and that of a link, for what is not sent yet.  A link's token is kept
nowhere, so nobody but who holds the link reads a draft, not even we.

The longest answer of one block: 32,764 bytes after compression, about 70,000 letters of
English, which is more than the boxes of any form hold together.
"""

from __future__ import annotations

import base64
import json
import secrets
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from candela.errors import CandelaError
from candela.web.campaigns.keys import purpose_key

__all__ = [
    "BLOCK",
    "LinkKeys",
    "LostAnswersKey",
    "answers_key",
    "keys_of_link",
    "seal",
    "unseal",
]

BLOCK = 2 * 16 * 1024
NONCE = 12
LENGTH = 4  # bytes that say how long the content is

Content = Mapping[str, Any]


class LostAnswersKey(CandelaError):
    """An answer was sealed with another key than the one this service has."""


@dataclass(frozen=True)
class LinkKeys:
    """What is made from a link's token: where its draft lies, and how it is read.

    ``mark`` cannot be compared with the hash that an invitation holds.
    """

    mark: str
    key: bytes


def answers_key() -> bytes:
    """Return the key of this installation for what people sent."""
    return purpose_key("sealed answer")


def keys_of_link(token: str) -> LinkKeys:
    """Return what a link's draft is found and read with."""
    return LinkKeys(_derived(token, "draft mark").hex(), _derived(token, "draft key"))


def _derived(token: str, purpose: str) -> bytes:
    # The token has 256 bits drawn at random, so no slow derivation is needed.
    derive = HKDF(hashes.SHA256(), 32, salt=None, info=f"candela {purpose}".encode())
    return derive.derive(token.encode())


def seal(content: Content, *, key: bytes, place: str) -> str:
    """Return content that only the key opens, in this place only.

    ``place`` is not secret: it says what the row belongs to, so that nobody who writes
    to the database can move a sealed row elsewhere.
    """
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    packed = zlib.compress(text.encode(), 9)
    said = len(packed).to_bytes(LENGTH, "big") + packed
    padded = said + bytes(-len(said) % BLOCK)
    nonce = secrets.token_bytes(NONCE)
    box = AESGCM(key).encrypt(nonce, padded, place.encode())
    return base64.b64encode(nonce + box).decode()


def unseal(sealed: str, *, key: bytes, place: str) -> dict[str, Any]:
    """Return what was sealed.

    Raises
    ------
    LostAnswersKey
        If it was sealed with another key, or changed, or moved.
    """
    raw = base64.b64decode(sealed)
    try:
        padded = AESGCM(key).decrypt(raw[:NONCE], raw[NONCE:], place.encode())
    except InvalidTag:
        raise LostAnswersKey(
            "Answers cannot be read: they were sealed with another key than the file "
            "answers-key of this service. Bring that file back from the backup that "
            "the database came from."
        ) from None
    size = int.from_bytes(padded[:LENGTH], "big")
    text = zlib.decompress(padded[LENGTH : LENGTH + size])
    content: dict[str, Any] = json.loads(text)
    return content
