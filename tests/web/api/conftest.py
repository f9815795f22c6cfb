"""The same books that pages are tested on."""

from __future__ import annotations

from web.reading.conftest import private_book, public_book, shelve_public

__all__ = ["private_book", "public_book", "shelve_public"]
