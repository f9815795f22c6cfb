"""From a data folder to a book."""

from __future__ import annotations

from candela.build.book import BuildSettings, build_book
from candela.build.verify import Change, verify_book

__all__ = ["BuildSettings", "Change", "build_book", "verify_book"]
