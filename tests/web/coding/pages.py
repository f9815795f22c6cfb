"""Addresses and texts of pages, for the tests of answers, statements and evidence."""

from __future__ import annotations

import html
import re
from typing import Any

from web.conftest import Place

__all__ = ["at", "text_of"]


def at(place: Place, rest: str) -> str:
    """Return an address of impact in an organisation."""
    return f"/at/{place.organisation.slug}/impact/{rest}"


def text_of(response: Any) -> str:
    """Return the words of a page, without its marks."""
    plain = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(plain).split())
