"""What does the page say?  One self-contained HTML file, the finding first.

The page works without JavaScript or network, prints, and holds each chart with its
sentence, table and download.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from candela import __version__
from candela.association import Analysis, Association, Left, p_words
from candela.association.sensitivity import NEGATIVE_CONTROL
from candela.publish.book_tables import association_origin
from candela.publish.charts import Chart
from candela.publish.csv_tables import PublishedTable, csv_text
from candela.publish.disclosure import Count, hidden_counts
from candela.publish.figures import figures_of
from candela.publish.findings import Findings
from candela.publish.ledger import Ledger, Origin
from candela.publish.words import (
    CANNOT_TELL_YOU,
    Per1000,
    Show,
    comparison_words,
    control_sentence,
    finding,
    official_sentence,
    stand_in_words,
    verdict_sentence,
)
from candela.tables import span_words

__all__ = ["Report", "cell_words", "download_link", "make_report"]


@dataclass(frozen=True)
class Report:
    """The page, its charts, and the ledger of every number on it."""

    html: str
    charts: tuple[Chart, ...]
    drawings: dict[str, str]
    summary: dict[str, Any]
    ledger: Ledger


def make_report(found: Findings, tables: tuple[PublishedTable, ...]) -> Report:
    """Return the report of a book.

    Parameters
    ----------
    tables
        The book's tables, for the list of downloads.
    """
    ledger = Ledger()
    _origins(found, ledger)
    charts = figures_of(found, _shower(ledger))
    drawings = {chart.name: chart.svg() for chart in charts}
    page = Environment(
        loader=PackageLoader("candela.publish"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page.filters["cell"] = cell_words
    summary = _summary(found, ledger)
    html = page.get_template("report.html.jinja").render(
        found=found,
        summary=summary,
        charts=charts,
        drawings=drawings,
        download=download_link,
        limits=CANNOT_TELL_YOU,
        tables=tables,
        analyses=_analyses(found.association, ledger),
        version=__version__,
        markup=Markup,
    )
    return Report(html, charts, drawings, summary, ledger)


def _origins(found: Findings, ledger: Ledger) -> None:
    """Say once what each group of numbers rests on."""
    if found.association is not None:
        _analysis_origins(found.association, ledger)
    for name, funnel in (
        ("funnel", found.latest_funnel),
        ("official", found.official_funnel()),
    ):
        if funnel is None:
            continue
        rows = {row for o in found.outcomes.of(funnel.period) for row in o.rows}
        ledger.origin(
            name,
            Origin(
                "candela.indicators.funnel.funnel_of",
                tuple(sorted(rows)),
                f"method {funnel.method}, {funnel.period}",
            ),
        )
    if found.rates:
        rows = {row for rate in found.rates for row in rate.rows}
        ledger.origin(
            "concentration",
            Origin(
                "candela.participation.concentration.concentration",
                tuple(sorted(rows)),
            ),
        )
    rows = {row for outcome in found.outcomes.rows for row in outcome.rows}
    ledger.origin(
        "outcomes",
        Origin("candela.outcomes.published.published_outcomes", tuple(sorted(rows))),
    )


def _analysis_origins(found: Association, ledger: Ledger) -> None:
    """Say what each analysis rests on: its own panel, where that is another one."""
    shared = ledger.origin("association", association_origin(found))
    own = ledger.origins[shared]
    for analysis in found.analyses:
        if set(analysis.rows) != set(own.rows):
            note = f"{analysis.name}: {analysis.design}; {analysis.exposure}"
            ledger.origin(
                f"analysis.{analysis.name}", Origin(own.function, analysis.rows, note)
            )


# First words of the names of numbers that come from one analysis of the protocol.
ANALYSIS_OF = {
    "primary": "primary",
    "dose": "primary",
    "hidden": "primary",
    "smallest_that_matters": "primary",
    "times_information": "primary",
    "curve": "spline",
    "control": NEGATIVE_CONTROL,
    "top_third": "top_third",
}


def _origin_of(analysis: str, ledger: Ledger) -> str:
    own = f"analysis.{analysis}"
    return own if own in ledger.origins else "association"


def _shower(ledger: Ledger) -> Show:
    """Return how a named number is printed: its first word tells its origin."""

    def show(name: str, value: float, words: str) -> str:
        first = name.split(".")[0]
        origin = first
        if first in ANALYSIS_OF:
            origin = _origin_of(ANALYSIS_OF[first], ledger)
        return ledger.show(name, float(value), words, origin=origin)

    return show


def _summary(found: Findings, ledger: Ledger) -> dict[str, Any]:
    """Return the sentences at the top of the page."""
    show = _shower(ledger)
    periods = found.outcomes.periods
    spans: dict[str, Any] = {
        "periods": show("outcomes.periods", len(periods), f"{len(periods)}"),
        "span": span_words(periods),
        "trusts": show(
            "outcomes.organisations",
            len({row.org_code for row in found.outcomes.rows}),
            f"{len({row.org_code for row in found.outcomes.rows})}",
        ),
        "rows": show(
            "outcomes.rows", len(found.published), f"{len(found.published):,}"
        ),
    }
    official = found.official_funnel()
    spans["official"] = "" if official is None else official_sentence(official, show)
    spans["unused"] = [
        f"{rows} rows: {reason}. A hidden or missing figure is not zero."
        for reason, rows in found.outcomes.left_out
    ]
    spans["doubts"] = [
        note
        for report in found.folder.files
        for note in report.notes
        if not note.asks_for_nothing
    ]
    refused = {r.org_code: r for r in found.carried.refused}
    if found.association is None:
        return {**spans, "refused": list(refused.values()), "association": None}
    refused |= {r.org_code: r for r in found.association.panel.refused}
    spans["refused"] = [refused[code] for code in sorted(refused)]
    hidden = hidden_counts(found.rates)
    told = _association_words(found.association, hidden, show)
    return {**spans, "association": told}


def _association_words(
    a: Association, hidden: frozenset[Count], show: Show
) -> dict[str, Any]:
    per = Per1000.of(a.primary.estimate)
    estimate = a.primary.estimate
    return {
        "finding": Markup(finding(a, show)),
        "comparison": Markup(comparison_words(a, show)),
        "verdict": a.verdict.kind.value,
        "verdict_sentence": Markup(verdict_sentence(a.verdict, per, show)),
        "bend": ""
        if a.curve is None
        else Markup(show("curve.p_bent", a.curve.p_bent, p_words(a.curve.p_bent))),
        "control": Markup(control_sentence(a, show)),
        "stand_ins": Markup(stand_in_words(a, hidden, show)),
        "cautions": a.panel.cautions,
        "ratio": Markup(show("primary.ratio", estimate.value, f"{estimate.value:.3f}")),
        "lower": Markup(
            show("primary.ratio.lower", estimate.lower, f"{estimate.lower:.3f}")
        ),
        "upper": Markup(
            show("primary.ratio.upper", estimate.upper, f"{estimate.upper:.3f}")
        ),
        "p": ""
        if estimate.p_value is None
        else Markup(show("primary.p", estimate.p_value, p_words(estimate.p_value))),
        "left_out": [_left_out(left) for left in a.panel.left],
        "windows": [
            f"deaths of {o}: research of {span_words((s, e))}"
            for o, s, e in a.panel.exposure_windows
        ],
    }


def _left_out(left: Left) -> str:
    """Return how many trusts and years were left out, and why."""
    trusts, rows = len(left.organisations), left.observations
    return (
        f"{trusts} trust{'' if trusts == 1 else 's'} ({rows} "
        f"trust-year{'' if rows == 1 else 's'}): {left.reason}."
    )


def _analyses(a: Association | None, ledger: Ledger) -> list[dict[str, Any]]:
    """Return the rows of the table of analyses, each number in the ledger."""
    if a is None:
        return []
    return [_analysis_row(analysis, ledger) for analysis in a.analyses]


def _analysis_row(analysis: Analysis, ledger: Ledger) -> dict[str, Any]:
    e = analysis.estimate

    def show(part: str, value: float, words: str) -> Markup:
        name = f"analysis.{analysis.name}.{part}"
        origin = _origin_of(analysis.name, ledger)
        return Markup(ledger.show(name, value, words, origin=origin))

    return {
        "label": analysis.label[0].upper() + analysis.label[1:],
        "primary": analysis.primary,
        "exposure": analysis.exposure,
        "scale": "E-value" if analysis.name == "e_value" else e.scale,
        "value": show("value", e.value, f"{e.value:.3f}"),
        "lower": show("lower", e.lower, f"{e.lower:.3f}"),
        "upper": ""
        if analysis.name == "e_value"
        else show("upper", e.upper, f"{e.upper:.3f}"),
        "p": "" if e.p_value is None else show("p", e.p_value, _p_cell(e.p_value)),
        "p_holm": ""
        if analysis.p_holm is None
        else show("p_holm", analysis.p_holm, _p_cell(analysis.p_holm)),
        "n": show("n", e.organisations, f"{e.organisations}"),
        "design": analysis.design,
    }


def _p_cell(p: float) -> str:
    """Return a p-value for a column headed ``p``."""
    return p_words(p).removeprefix("p ").removeprefix("= ")


def download_link(table: PublishedTable) -> str:
    """Return a table as a link that works wherever the page is."""
    encoded = base64.b64encode(csv_text(table).encode()).decode()
    return f"data:text/csv;charset=utf-8;base64,{encoded}"


def cell_words(value: Any) -> str:
    """Return a table cell as people read it."""
    if value is None:
        return ""
    if isinstance(value, float):
        if value == round(value):
            return f"{value:,.0f}"
        size = abs(value)
        return f"{value:,.1f}" if size >= 100 else f"{value:.3f}"
    return str(value)
