"""How does a name out of a book stand in an address, whatever is in it?

Books come from anywhere.  A code with a stroke in it must break no page that links to
it, so strokes are written twice escaped: servers undo the first time.
"""

from __future__ import annotations

from urllib.parse import unquote

__all__ = ["BookName", "FigureKind", "FigureSuffix", "NameConverter"]


class NameConverter:
    """A code, key or name out of a book."""

    regex = "[^/]+"

    def to_python(self, value: str) -> str:
        """Return the name that stands in an address."""
        return unquote(value)

    def to_url(self, value: str) -> str:
        """Return the name as it stands in an address."""
        return value.replace("%", "%25").replace("/", "%2F")


class _Word:
    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class BookName(_Word):
    """What names a book in addresses."""

    regex = "[a-z0-9]{1,12}"


class FigureKind(_Word):
    """A figure that is drawn on request."""

    regex = "funnel|trend|peers"


class FigureSuffix(_Word):
    """A form in which a figure is given out."""

    regex = "svg|png|csv"
