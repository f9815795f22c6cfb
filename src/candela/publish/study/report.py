"""What does the report of a study say?  One self-contained page, the answer first.

The order is that of a study report: summary, question, what was declared, who was
studied, result, explanations, all analyses, sufficiency, limits, method, checks,
software and fingerprints, and the lists that go with protected data.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from candela import __version__
from candela.association import p_words
from candela.publish.charts import Chart
from candela.publish.csv_tables import PublishedTable
from candela.publish.ledger import Ledger
from candela.publish.report import Report, cell_words, download_link
from candela.publish.study.checks import RELEASE, checks_of
from candela.publish.study.explanations import explanations_of
from candela.publish.study.figures import figures_of
from candela.publish.study.shown import ShownAnalysis, ShownOutcome, ShownStudy
from candela.publish.study.tables import origin_of
from candela.publish.study.words import (
    CANNOT_TELL_YOU,
    HIDDEN_RESULT,
    NOT_CAUSE,
    capitalised,
    compared_sentence,
    finding,
    flow_sentence,
    in_1000,
    key_of,
    relative_sentence,
    sufficiency,
    verdict_sentence,
)
from candela.publish.words import Show

__all__ = ["make_study_report"]


@dataclass(frozen=True)
class _OfOutcome:
    """What the page says of one outcome."""

    found: ShownOutcome
    key: str
    finding: Markup
    verdict: str
    verdict_sentence: Markup
    not_cause: str
    relative: Markup
    compared: Markup
    sufficiency: tuple[Markup, ...]
    explanations: tuple[Any, ...]
    analyses: tuple[dict[str, Any], ...]
    charts: dict[str, Chart]


def make_study_report(found: ShownStudy, tables: tuple[PublishedTable, ...]) -> Report:
    """Return the report of a study's book.

    Parameters
    ----------
    tables
        The book's tables, for the list of downloads and the checks.
    """
    ledger = Ledger()
    origin = ledger.origin("study", origin_of(found))

    def show(name: str, value: float, words: str) -> str:
        return ledger.show(name, float(value), words, origin=origin)

    charts = figures_of(found, show)
    drawings = {chart.name: chart.svg() for chart in charts}
    outcomes = tuple(_of_outcome(o, charts, show) for o in found.outcomes)
    flow = flow_sentence(found, show)
    page = Environment(
        loader=PackageLoader("candela.publish"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page.filters["cell"] = cell_words
    page.filters["capitalised"] = capitalised
    page.filters["in_1000"] = in_1000
    page.filters["plain_number"] = lambda number: f"{number:g}"
    html = page.get_template("study.html.jinja").render(
        found=found,
        outcomes=outcomes,
        flow=Markup(flow),
        flow_chart=next((c for c in charts if c.name == "flow_shown"), None),
        drawings=drawings,
        download=download_link,
        tables=tables,
        by_name={table.name: table for table in tables},
        limits=(*found.cannot_tell, *CANNOT_TELL_YOU),
        checks=checks_of(found, (*tables, *(t for c in charts for t in c.tables))),
        release=RELEASE,
        checklist=_checklist(),
        version=__version__,
        markup=Markup,
    )
    summary = {
        "flow": flow,
        "outcomes": [
            {
                "name": o.found.name,
                "finding": str(o.finding),
                "verdict": o.verdict,
                "verdict_sentence": str(o.verdict_sentence),
                "not_cause": o.not_cause,
                "relative": str(o.relative),
                "compared": str(o.compared),
                "sufficiency": [str(s) for s in o.sufficiency],
            }
            for o in outcomes
        ],
    }
    return Report(html, charts, drawings, summary, ledger)


def _of_outcome(
    found: ShownOutcome, charts: tuple[Chart, ...], show: Show
) -> _OfOutcome:
    key = key_of(found.name)
    verdict = "" if found.verdict is None else found.verdict.kind.value
    own = {
        chart.name.removesuffix(f"_{key}"): chart
        for chart in charts
        if chart.name.endswith(f"_{key}")
    }
    return _OfOutcome(
        found,
        key,
        Markup(finding(found, show)),
        verdict or "Hidden to protect people",
        Markup(verdict_sentence(found, show)),
        NOT_CAUSE if verdict.startswith("A difference") else "",
        Markup(relative_sentence(found, show)),
        Markup(compared_sentence(found, show)),
        tuple(Markup(told) for told in sufficiency(found, show)),
        explanations_of(found),
        tuple(_analysis_row(found, a, show) for a in found.analyses),
        own,
    )


def _analysis_row(
    found: ShownOutcome, analysis: ShownAnalysis, show: Show
) -> dict[str, Any]:
    e = analysis.estimate
    row: dict[str, Any] = {
        "label": capitalised(analysis.label),
        "primary": analysis.primary,
        "scale": analysis.ratio,
        "exposure": _same_as(found.primary.exposure, analysis.exposure, analysis),
        "model": "; ".join(
            (
                _same_as(found.primary.model, analysis.model, analysis),
                analysis.cohort,
            )
        ),
        "naive": analysis.naive,
        "shown": e is not None,
        "why": HIDDEN_RESULT,
    }
    if e is None:
        return row
    name = f"{key_of(found.name)}.analysis.{key_of(analysis.name)}"
    numbers = {
        "value": (e.value, f"{e.value:.3f}"),
        "lower": (e.lower, f"{e.lower:.3f}"),
        "upper": (e.upper, f"{e.upper:.3f}"),
        "people": (e.observations, f"{e.observations:,}"),
    }
    if e.p_value is not None:
        numbers["p"] = (e.p_value, p_words(e.p_value).removeprefix("p "))
    if analysis.p_holm is not None:
        numbers["p_holm"] = (analysis.p_holm, p_words(analysis.p_holm)[2:])
    return row | {
        part: Markup(show(f"{name}.{part}", value, words.removeprefix("= ")))
        for part, (value, words) in numbers.items()
    }


def _same_as(main: str, own: str, analysis: ShownAnalysis) -> str:
    """Return a choice in words, short where it is that of the main analysis."""
    return "as the main one" if own == main and not analysis.primary else own


def _checklist() -> list[dict[str, str]]:
    """Return the items of the reporting guidelines."""
    file = resources.files("candela.publish.study") / "checklist.toml"
    items: list[dict[str, str]] = tomllib.loads(file.read_text("utf-8"))["item"]
    return items
