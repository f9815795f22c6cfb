"""What do those parts of a page take that no room below knows of?

Each class is what one macro of ``templates/parts.html`` shows.  Sentences, tables and
figures are those of ``candela.publish.pages.parts``.  All text is plain: templates
escape it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.core.paginator import Page

from candela.publish.pages.parts import Cell

__all__ = ["JobProgress", "Link", "LinkCell", "Pages", "Row", "Task", "numbered_pages"]


@dataclass(frozen=True)
class LinkCell(Cell):
    """A cell that leads to a page which no room below knows of; ``hidden`` is read out
    after its words."""

    address: str = ""
    hidden: str = ""


@dataclass(frozen=True)
class Link:
    """Words and where they lead; ``hidden`` is read out after them."""

    words: str
    address: str
    hidden: str = ""


@dataclass(frozen=True)
class Row:
    """A row of a summary list, with what may be done about it."""

    key: str
    value: str
    actions: Sequence[Link] = ()


@dataclass(frozen=True)
class Task:
    """A step to take; ``hint`` gives the reason where it cannot be started yet."""

    heading: str
    state: Literal["done", "to_do", "not_yet"] = "to_do"
    hint: str = ""
    address: str = ""


@dataclass(frozen=True)
class JobProgress:
    """How far a long piece of work is.

    ``address`` is the page of the job, which shows this again; ``cancel`` the address
    to send a wish to stop to; ``result`` where to go once it is done.
    """

    stage: str
    address: str
    running: bool
    done: int | None = None
    total: int | None = None
    elapsed: str = ""
    problem: str = ""
    cancel: str = ""
    result: Link | None = None


@dataclass(frozen=True)
class Pages:
    """Links to the pages of a long list; ``None`` in ``numbers`` is a gap."""

    current: int
    numbers: Sequence[tuple[int, str] | None]
    previous: str = ""
    following: str = ""


def numbered_pages(page: Page[Any], address: Callable[[int], str]) -> Pages:
    """Return the links for a page of Django's paginator.

    ``address`` gives the address of page n with the rest of the view kept.
    """
    shown = page.paginator.get_elided_page_range(page.number, on_each_side=1)
    return Pages(
        current=page.number,
        numbers=[(n, address(n)) if isinstance(n, int) else None for n in shown],
        previous=address(page.previous_page_number()) if page.has_previous() else "",
        following=address(page.next_page_number()) if page.has_next() else "",
    )
