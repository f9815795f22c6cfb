"""How does a page of a book become an answer?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import reverse
from markupsafe import Markup

from candela.publish.contents import BookContents
from candela.publish.pages.analysis import AnalysisPage, StoredFigure, analysis_page
from candela.publish.pages.funnel import FunnelPage, funnel_page
from candela.publish.pages.indicator import IndicatorPage, indicator_page
from candela.publish.pages.parts import Figure, PeriodChoice
from candela.web.books.models import Book
from candela.web.parts import Link
from candela.web.reading.addresses import PICTURES, Addresses
from candela.web.reading.asked import Asked
from candela.web.reading.kept import kept

__all__ = [
    "Picture",
    "addresses_of",
    "funnel_pictures",
    "hidden_or_not_found",
    "indicator_pictures",
    "pictures_of",
    "show",
    "stored_pictures",
    "stored_pictures_of",
]


@dataclass(frozen=True)
class Picture:
    """A figure with the addresses of its drawing, its files and its numbers."""

    figure: Figure | StoredFigure
    drawing: str
    files: tuple[Link, ...]
    where_from: str


def addresses_of(
    book: Book, asked: Asked | None = None, *, other: Book | None = None
) -> Addresses:
    """Return addresses in a book that keep the choices of this page's address.

    Parameters
    ----------
    other
        The book that this one can be compared with.
    """
    compared = other.public_id if other is not None else ""
    if asked is None:
        return Addresses(book.public_id, other=compared)
    return Addresses(
        book.public_id, asked.peers, asked.organisation, asked.period, compared
    )


def indicator_pictures(
    contents: BookContents, to: Addresses, code: str, key: str
) -> Markup:
    """Return what an indicator's page draws, laid out."""
    page = kept(indicator_page, contents, code, key, to.period, to.peers)
    return _laid_out(to, pictures_of(to, page, code)) if page else Markup()


def funnel_pictures(contents: BookContents, to: Addresses, key: str) -> Markup:
    """Return what a funnel's page draws, laid out."""
    page = kept(funnel_page, contents, key, to.period, to.organisation, to.peers)
    return _laid_out(to, pictures_of(to, page, to.organisation)) if page else Markup()


def stored_pictures(contents: BookContents, to: Addresses, name: str) -> Markup:
    """Return the charts that a book holds of an analysis, laid out."""
    page = kept(analysis_page, contents, name)
    return _laid_out(to, stored_pictures_of(to, page)) if page else Markup()


def _laid_out(to: Addresses, pictures: Iterable[Picture]) -> Markup:
    # Tables of all organisations are most of the work of a page: see `kept_markup`.
    parts = engines["jinja2"].env.get_template("reading/pictures.html").module
    return Markup("").join(parts.picture(drawn, to) for drawn in pictures)


def pictures_of(
    to: Addresses, page: IndicatorPage | FunnelPage, code: str
) -> tuple[Picture, ...]:
    """Return what a page draws; the addresses name peers also where none were chosen.

    So a picture stays as it is when other peers become the nearest.
    """
    found = page.figures if isinstance(page, IndicatorPage) else (page.figure,)
    exact = replace(to, peers=page.peer_codes)
    period = _chosen(page.periods) or to.period
    return tuple(
        _picture(exact, figure, code, page.indicator, period)
        for figure in found
        if figure is not None
    )


def stored_pictures_of(to: Addresses, page: AnalysisPage) -> tuple[Picture, ...]:
    """Return the charts that a book already holds, as it was built."""
    return tuple(_stored(to, figure) for figure in page.figures)


def _stored(to: Addresses, figure: StoredFigure) -> Picture:
    svg, png, csv = (
        to.file(f"charts/{figure.name}.{suffix}") for suffix in ("svg", "png", "csv")
    )
    return Picture(
        figure, svg, _files(csv, svg, png, figure.title), to.numbers_in(figure.finding)
    )


def _files(csv: str, svg: str, png: str, title: str) -> tuple[Link, ...]:
    of = f"of {title}"
    return Link("CSV", csv, of), Link("SVG", svg, of), Link("PNG", png, of)


def _picture(
    to: Addresses, figure: Figure, code: str, indicator: str, period: str
) -> Picture:
    svg, png, csv = (
        to.picture(figure.kind, suffix, code, indicator, period) for suffix in PICTURES
    )
    return Picture(
        figure, svg, _files(csv, svg, png, figure.title), to.numbers_in(figure.finding)
    )


def _chosen(periods: Sequence[PeriodChoice]) -> str:
    return next((choice.key for choice in periods if choice.chosen), "")


def hidden_or_not_found(
    request: HttpRequest, contents: BookContents, to: Addresses
) -> HttpResponse:
    """Answer that a figure is hidden since its file was changed, or is not there.

    Raises
    ------
    Http404
        If the files that single figures stand in are as they were written.
    """
    changed = sorted(name for name in contents.altered if _holds_figures(name))
    if not changed:
        raise Http404
    context = {
        "question": "Where is this figure?",
        "files": changed,
        "above": [Link("First page", reverse("book", args=[to.book]))],
    }
    return render(request, "reading/hidden.html", context)


def _holds_figures(name: str) -> bool:
    return name.startswith(("tables/position.", "tables/indicator."))


def show(
    request: HttpRequest,
    template: str,
    page: Any,
    to: Addresses,
    *,
    above: Sequence[Link] = (),
    notes: Sequence[str] = (),
    **more: Any,
) -> HttpResponse:
    """Return a page of a book, laid out.

    Parameters
    ----------
    above
        The pages above this one, below the book's own first page.
    notes
        What the address asked for that the book does not have.
    """
    first = Link("First page", reverse("book", args=[to.book]))
    context = {
        "page": page,
        "to": to,
        "above": [first, *above],
        "notes": list(notes),
        "question": page.question,
        **more,
    }
    return render(request, f"reading/{template}", context)
