"""From a data folder to a book, and from a book to what it holds."""

from __future__ import annotations

from candela.build.book import BuildSettings, build_book
from candela.build.reading import open_book, read_whole_book
from candela.build.verify import Change, verify_book

__all__ = [
    "BuildSettings",
    "Change",
    "build_book",
    "open_book",
    "read_whole_book",
    "verify_book",
]
