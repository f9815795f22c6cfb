"""Where are there statements, where are there none, and where was nobody asked?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import Http404, HttpResponse
from django.urls import reverse

from candela.impact.framework import Domain, framework
from candela.impact.report import Coverage
from candela.impact.rollup import Rollup
from candela.publish.charts.chart import Chart
from candela.publish.csv_tables import csv_text
from candela.publish.impact import heat_map as drawing
from candela.publish.impact.heat_map import Grid, GridCell
from candela.publish.pages.parts import View
from candela.web.accounts.models import Organisation
from candela.web.parts import Link
from candela.web.reading.sent import named
from candela.web.stories.asking import service_names

__all__ = ["Map", "heat_map", "map_file_of"]

SUFFIXES = ("csv", "svg", "png")


@dataclass(frozen=True)
class MapFigure:
    """The heat map as a page's figure takes it."""

    name: str
    finding: tuple[str, ...]
    alt: str
    how_to_read: str
    view: View


@dataclass(frozen=True)
class Map:
    """The heat map with the addresses of its drawing and files."""

    chart: MapFigure
    picture: str
    files: tuple[Link, ...]


def heat_map(rolled: Rollup, organisation: Organisation) -> Map:
    """Return the heat map of the portfolio for its page."""
    grid = _grid(rolled, organisation)
    to = {
        suffix: reverse("impact-map", args=[organisation.slug, suffix])
        for suffix in SUFFIXES
    }
    return Map(
        chart=MapFigure(
            name=grid.name,
            finding=(grid.finding,),
            alt=drawing.alt_of(grid),
            how_to_read=drawing.HOW_TO_READ,
            view=drawing.view_of(grid),
        ),
        picture=to["svg"],
        files=tuple(
            Link(suffix.upper(), address, "of the heat map")
            for suffix, address in to.items()
        ),
    )


def map_file_of(
    rolled: Rollup, organisation: Organisation, suffix: str
) -> HttpResponse:
    """Return the heat map as a file.

    Raises
    ------
    Http404
        If there is nothing to draw, or no such kind of file.
    """
    if not rolled.counted or suffix not in SUFFIXES:
        raise Http404
    chart = drawing.heat_map(_grid(rolled, organisation))
    made_up = "_made-up" if organisation.is_training else ""
    name = f"{chart.name}_{organisation.slug}{made_up}.{suffix}"
    content, media_type = _written(chart, suffix)
    answer = HttpResponse(content, content_type=media_type)
    return named(answer, name, attachment=suffix != "svg")


def _written(chart: Chart, suffix: str) -> tuple[str | bytes, str]:
    if suffix == "csv":
        return csv_text(chart.table), "text/csv; charset=utf-8"
    if suffix == "svg":
        return chart.svg(), "image/svg+xml"
    return chart.png(), "image/png"


def _grid(rolled: Rollup, organisation: Organisation) -> Grid:
    names = service_names()
    domains = framework().domains
    services = sorted(
        {*rolled.service_coverage, *rolled.services}, key=lambda key: names.get(key, "")
    )
    return Grid(
        name="impact-by-service",
        title="What research changed, by service",
        row_heading="Service",
        column_heading="Domain",
        rows=tuple((names.get(key, key), _covered(rolled, key)) for key in services),
        columns=tuple(domain.label for domain in domains),
        cells=dict(_cells(rolled, services, domains)),
        finding=_finding(rolled, services, domains),
        subtitle=_of_whom(organisation),
    )


def _of_whom(organisation: Organisation) -> tuple[str, ...]:
    if organisation.is_training:
        return (organisation.name, "Made-up data")
    return (organisation.name,)


def _covered(rolled: Rollup, service: str) -> str:
    of = rolled.service_coverage.get(service, Coverage(0, 0, 0))
    studies = "study" if of.eligible == 1 else "studies"
    return f"{of.asked} of {of.eligible} {studies} asked"


def _cells(
    rolled: Rollup, services: list[str], domains: tuple[Domain, ...]
) -> Iterator[tuple[tuple[int, int], GridCell]]:
    for r, service in enumerate(services):
        for c, domain in enumerate(domains):
            places = [(kind.code, service) for kind in domain.kinds]
            found = [rolled.by_service[p] for p in places if p in rolled.by_service]
            asked = any(place in rolled.asked for place in places)
            if asked or found:
                claims = sum(cell.claims for cell in found)
                negative = sum(cell.negative for cell in found)
                yield (r, c), GridCell(claims, negative, asked)


def _finding(rolled: Rollup, services: list[str], domains: tuple[Domain, ...]) -> str:
    counts = {
        domain.label: sum(
            rolled.kinds[kind.code].claims
            for kind in domain.kinds
            if kind.code in rolled.kinds
        )
        for domain in domains
    }
    most = max(counts, key=lambda label: counts[label])
    silent = sum(
        rolled.service_coverage.get(key, Coverage(0, 0, 0)).asked == 0
        for key in services
    )
    has = "service has" if silent == 1 else "services have"
    none = (
        "Every service has been asked"
        if not silent
        else (f"{silent} {has} not been asked")
    )
    return f"Most statements are about {most.lower()}; {none[:1].lower()}{none[1:]}."
