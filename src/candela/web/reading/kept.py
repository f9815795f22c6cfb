"""Which pages need not be made again?  Those of one book, the latest asked for.

A page is a value made of a book and the choices in an address, so the same choices give
the same page.  Pages are kept with the book in memory and go when it goes: a book of
which a file was changed is another book in memory.
"""

from __future__ import annotations

import zlib
from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from markupsafe import Markup

from candela.publish.contents import BookContents

__all__ = ["Shelf", "kept", "kept_markup"]

KEPT_PAGES = 300  # of one book
KEPT_MARKUP = 600  # of one book, packed: about a hundredth of a megabyte each

Made = TypeVar("Made")


class Shelf:
    """What was made of each book last; safe for several threads."""

    def __init__(self, room: int) -> None:
        self.room = room
        self._books: WeakKeyDictionary[BookContents, OrderedDict[Hashable, Any]] = (
            WeakKeyDictionary()
        )
        self._lock = Lock()

    def __call__(
        self, make: Callable[..., Made], contents: BookContents, *choices: Hashable
    ) -> Made:
        """Return ``make(contents, *choices)``, made at the first call only."""
        key = (make, choices)
        with self._lock:
            pages = self._books.setdefault(contents, OrderedDict())
            if key in pages:
                pages.move_to_end(key)
                found: Made = pages[key]
                return found
        # Not under the lock: two readers may make the same page, and both get it.
        made = make(contents, *choices)
        with self._lock:
            pages[key] = made
            while len(pages) > self.room:
                pages.popitem(last=False)
        return made


kept = Shelf(KEPT_PAGES)
_kept_packed = Shelf(KEPT_MARKUP)


def kept_markup(
    make: Callable[..., Markup], contents: BookContents, *choices: Hashable
) -> Markup:
    """Return ``make(contents, *choices)``, made at the first call only.

    Tables of all organisations are the same few words over and over: packed, ten times
    as many fit, and unpacking takes a hundredth of the time of making.
    """
    packed = _kept_packed(_packed, contents, make, *choices)
    return Markup(zlib.decompress(packed).decode())


def _packed(
    contents: BookContents, make: Callable[..., Markup], *choices: Hashable
) -> bytes:
    return zlib.compress(make(contents, *choices).encode(), level=1)
