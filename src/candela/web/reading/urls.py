"""Addresses of what readers see."""

from __future__ import annotations

from django.urls import URLPattern, path, register_converter

from candela.web.reading.converters import (
    BookName,
    FigureKind,
    FigureSuffix,
    NameConverter,
)
from candela.web.reading.views import (
    about,
    home,
    organisations,
    pictures,
    records,
    results,
)

register_converter(NameConverter, "name")
register_converter(BookName, "book")
register_converter(FigureKind, "figure")
register_converter(FigureSuffix, "form")

BOOK = "books/<book:book_id>/"
ORGANISATION = f"{BOOK}organisations/<name:code>/"

urlpatterns: list[URLPattern] = [
    path("", home.home, name="home"),
    path("find/", home.find, name="find"),
    path("my-organisation/", home.my_organisation, name="my-organisation"),
    path(BOOK, home.book, name="book"),
    path(f"{BOOK}find/", home.book_find, name="book-find"),
    path(ORGANISATION, organisations.organisation, name="organisation"),
    path(f"{ORGANISATION}peers/", organisations.peers, name="peers"),
    path(
        f"{ORGANISATION}indicators/<name:key>/",
        organisations.indicator,
        name="indicator",
    ),
    path(f"{BOOK}indicators/<name:key>/", organisations.funnel, name="funnel"),
    path(f"{BOOK}charts/<figure:kind>.<form:suffix>", pictures.chart, name="chart"),
    path(f"{BOOK}analyses/", results.analyses, name="analyses"),
    path(f"{BOOK}analyses/<name:name>/", results.analysis, name="analysis"),
    path(f"{BOOK}compare/<book:other_id>/", results.compare, name="compare"),
    path(
        f"{BOOK}compare/<book:other_id>/differences.csv",
        results.differences,
        name="differences",
    ),
    path(f"{BOOK}sources/", records.sources, name="sources"),
    path(f"{BOOK}downloads/", records.downloads, name="downloads"),
    path(f"{BOOK}numbers/<name:names>/", records.number, name="number"),
    path(f"{BOOK}files/<path:path>", records.file, name="book-file"),
    path("methods/", about.methods, name="methods"),
    path("methods/<name:name>/", about.method, name="method"),
    path("words/", about.words, name="words"),
    path("privacy/", about.privacy, name="privacy"),
    path("accessibility/", about.accessibility, name="accessibility"),
    path("help/", about.help_page, name="help"),
    path("something-wrong/", about.something_wrong, name="something-wrong"),
]
