"""How is this worked out?  One page for each method, indicator and measure.

The numbers of every example are worked out by the functions that work out the book.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial

from candela.publish.pages.methods.indicators import activity_page, deaths_page
from candela.publish.pages.methods.limits import limits_page, limits_pages
from candela.publish.pages.methods.measures import measure_page, measure_pages
from candela.publish.pages.methods.page import MethodPage, Reference
from candela.publish.pages.methods.single import (
    change_page,
    interval_page,
    peers_method_page,
)

__all__ = ["MethodPage", "Reference", "method_names", "method_page"]


@cache
def _makers() -> Mapping[str, Callable[[], MethodPage]]:
    return {
        "shmi": deaths_page,
        "activity": activity_page,
        "interval": interval_page,
        "change": change_page,
        "peers": peers_method_page,
        **{name: partial(limits_page, of) for name, of in limits_pages().items()},
        **{name: partial(measure_page, of) for name, of in measure_pages().items()},
    }


def method_names() -> tuple[str, ...]:
    """Return the names of all method pages, those of indicators first."""
    return tuple(_makers())


@cache
def _made(name: str) -> MethodPage:
    return _makers()[name]()


def method_page(name: str) -> MethodPage | None:
    """Return a method's page by its name, such as ``shmi`` or ``limits-dl``."""
    return _made(name) if name in _makers() else None
