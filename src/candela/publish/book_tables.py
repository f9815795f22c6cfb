"""Which tables does a book hold, and what is in their columns?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from candela.association import Association
from candela.indicators import Funnel
from candela.participation import Concentration, Rate
from candela.publish.csv_tables import PublishedColumn, PublishedTable
from candela.publish.disclosure import (
    HIDDEN,
    NOTE,
    Count,
    hidden_counts,
    hidden_doses,
    protected,
)
from candela.publish.findings import Findings
from candela.publish.ledger import Origin
from candela.tables import Table

__all__ = ["all_tables", "published_outcome_table"]

ORG = PublishedColumn("org_code", "organisation code (ODS)")
START = PublishedColumn("period_start", "first day covered", "date")
END = PublishedColumn("period_end", "last day covered", "date")
INDICATOR = PublishedColumn("indicator", "published indicator")


def number(name: str, description: str, unit: str = "") -> PublishedColumn:
    """Return a column of numbers."""
    return PublishedColumn(name, description, "number", unit)


def all_tables(found: Findings) -> tuple[PublishedTable, ...]:
    """Return every table of the book, in the order in which a reader wants them."""
    tables = [
        participation_table(found),
        published_outcome_table(found),
        funnel_table(found.funnels),
        funnel_summary_table(found.funnels),
        concentration_table(found.concentrations, found),
        organisations_table(found),
        succession_table(found),
        sources_table(found),
    ]
    if found.association is not None:
        tables[3:3] = [
            association_table(found.association),
            panel_table(found.association, hidden_counts(found.rates)),
            left_out_one_table(found.association),
            not_done_table(found.association),
        ]
    if len(found.ratings):
        tables.append(ratings_table(found.ratings))
    if found.name_matches is not None:
        tables.append(name_matches_table(found.name_matches))
    return tuple(tables)


def participation_table(found: Findings) -> PublishedTable:
    """Return research activity by organisation and year."""
    hidden = hidden_counts(found.rates)
    rows = [
        (
            r.org_code,
            r.period.start,
            r.period.end,
            r.measure,
            r.denominator,
            HIDDEN if (r.org_code, r.period, r.measure) in hidden else r.value,
            r.unit,
        )
        for r in found.rates
    ]
    return PublishedTable(
        "participation",
        "Research activity of each organisation by year",
        (
            ORG,
            START,
            END,
            PublishedColumn("measure", "what was counted"),
            PublishedColumn("denominator", "size it is divided by, or none"),
            number("value", "the figure, or * where hidden"),
            PublishedColumn("unit", "unit of the value"),
        ),
        rows,
        Origin("candela.participation.rates.rates", _rows_of(found.rates)),
        (NOTE, f"Organisations are followed by the policy {found.policy}."),
    )


def _rows_of(rates: Iterable[Rate]) -> tuple[tuple[str, int], ...]:
    return tuple(sorted({row for rate in rates for row in rate.rows}))


def published_outcome_table(found: Findings) -> PublishedTable:
    """Return the published outcomes as read, with the row of each."""
    table = found.published
    rows = []
    for r in table.rows():
        hidden = HIDDEN if r["value_status"] == "suppressed" else None
        rows.append(
            (
                r["org_code"],
                r["indicator"],
                r["period_start"],
                r["period_end"],
                hidden or r["observed"],
                hidden or r["expected"],
                hidden or r["ratio"],
                r["rounding_base"],
                r["source_file"],
                r["source_row"],
            )
        )
    return PublishedTable(
        "published_outcome",
        "Deaths observed and expected as published",
        (
            ORG,
            INDICATOR,
            START,
            END,
            number("observed", "deaths observed", "deaths"),
            number("expected", "deaths expected", "deaths"),
            number("ratio", "ratio as published, never recomputed"),
            number("rounding_base", "counts are multiples of this"),
            PublishedColumn("source_file", "file the row came from"),
            number("source_row", "row in that file, counted from 1"),
        ),
        rows,
        Origin("candela.sources.folder.read_folder", _source_rows(table)),
        (f"`{HIDDEN}` means that the publisher hid the figure.", *found.cautions),
    )


def _source_rows(table: Table) -> tuple[tuple[str, int], ...]:
    return tuple(
        (str(f), int(n))
        for f, n in zip(table["source_file"], table["source_row"], strict=True)
    )


def funnel_table(funnels: tuple[Funnel, ...]) -> PublishedTable:
    """Return every organisation against its limits, by period and method."""
    rows = [
        (
            funnel.indicator,
            funnel.period.start,
            funnel.period.end,
            funnel.method,
            r.org_code,
            r.observed,
            r.expected,
            r.ratio,
            r.lower95,
            r.upper95,
            r.lower998,
            r.upper998,
            r.band,
        )
        for funnel in funnels
        for r in funnel.rows
    ]
    return PublishedTable(
        "funnel",
        "Each organisation against its control limits, by method",
        (
            INDICATOR,
            START,
            END,
            PublishedColumn("method", "how the limits were made; see the methods"),
            ORG,
            number("observed", "deaths observed", "deaths"),
            number("expected", "deaths expected", "deaths"),
            number("ratio", "ratio as published"),
            number("lower95", "lower inner limit of the ratio"),
            number("upper95", "upper inner limit of the ratio"),
            number("lower998", "lower outer limit of the ratio"),
            number("upper998", "upper outer limit of the ratio"),
            PublishedColumn("band", "higher, as_expected or lower, by inner limits"),
        ),
        rows,
        Origin("candela.indicators.funnel.funnel_of", ()),
        (
            "Organisations as reported, as in the official publication.",
            "Method shmi repeats the official rule: 95% limits over-dispersed, 99.8% "
            "limits exact Poisson.",
            "Bands are not judgements; see funnel_summary for how many would fall "
            "outside by chance.",
        ),
    )


def funnel_summary_table(funnels: tuple[Funnel, ...]) -> PublishedTable:
    """Return how many were outside, and how many would be by chance."""
    rows = [
        (
            f.indicator,
            f.period.start,
            f.period.end,
            f.method,
            len(f.rows),
            f.outside95,
            f.expected_outside95,
            f.outside998,
            f.expected_outside998,
            f.between_sd,
            f.scale,
            f.dispersion,
            " ".join(f.cautions),
        )
        for f in funnels
    ]
    return PublishedTable(
        "funnel_summary",
        "How many organisations were outside the limits, and how many by chance",
        (
            INDICATOR,
            START,
            END,
            PublishedColumn("method", "how the limits were made"),
            number("organisations", "organisations in the funnel"),
            number("outside95", "outside the inner limits"),
            number("expected_outside95", "outside the inner limits if none differed"),
            number("outside998", "outside the outer limits"),
            number("expected_outside998", "outside the outer limits if none differed"),
            number("between_sd", "standard deviation between organisations"),
            PublishedColumn("scale", "scale of that standard deviation"),
            number("dispersion", "mean squared z-score by the method's own rule"),
            PublishedColumn("cautions", "what to know"),
        ),
        rows,
        Origin("candela.indicators.funnel.funnel_of", ()),
    )


def association_table(found: Association) -> PublishedTable:
    """Return every analysis, the primary one first."""
    rows = [
        (
            a.name,
            a.primary,
            a.design,
            a.exposure,
            a.outcome,
            "e_value" if a.name == "e_value" else a.estimate.scale,
            a.estimate.value,
            a.estimate.lower,
            a.estimate.upper,
            a.estimate.level,
            a.estimate.p_value,
            a.estimate.organisations,
            a.estimate.observations,
            f"{a.estimate.method} ({a.estimate.reference})",
            " ".join(a.estimate.cautions),
        )
        for a in found.analyses
    ]
    return PublishedTable(
        "association",
        f"All analyses of the protocol {found.protocol.name}",
        (
            PublishedColumn("name", "the analysis"),
            PublishedColumn("primary", "yes for the one primary analysis", "boolean"),
            PublishedColumn("design", "model and adjustment"),
            PublishedColumn("exposure", "research activity, by what size, when"),
            PublishedColumn("outcome", "published indicator"),
            PublishedColumn("scale", "ratio, correlation or e_value"),
            number("estimate", "on that scale"),
            number("lower", "lower end of the interval"),
            number("upper", "upper end of the interval"),
            number("level", "coverage the interval aims at"),
            number("p_value", "two-sided, not adjusted for number of analyses"),
            number("organisations", "organisations (clusters)"),
            number("observations", "organisation-years"),
            PublishedColumn("method", "method and reference"),
            PublishedColumn("cautions", "what travels with the number"),
        ),
        rows,
        association_origin(found),
        (
            f"Protocol {found.protocol.name}, sha256 {found.protocol.sha256}.",
            f"Ratios compare doses of {found.dose_high:.4g} and {found.dose_low:.4g} "
            "where the dose is that of the primary analysis.",
        ),
    )


def association_origin(found: Association) -> Origin:
    """Return what the association rests on."""
    panel = found.panel
    return Origin(
        "candela.association.trust_level.associate",
        tuple(sorted({*panel.outcome_rows, *panel.dose_rows})),
        f"protocol {found.protocol.name}; policy {panel.policy}",
    )


def panel_table(found: Association, hidden: frozenset[Count]) -> PublishedTable:
    """Return the rows the primary analysis was fitted to."""
    panel = found.panel
    small = hidden_doses(panel, hidden)
    rows = []
    for n, code in enumerate(panel.codes):
        rows.append(
            (
                code,
                panel.periods[n].start,
                panel.periods[n].end,
                float(panel.observed[n]),
                float(panel.expected[n]),
                float(panel.published_ratio[n]),
                HIDDEN if small[n] else float(panel.dose[n]),
                *(float(x) for x in panel.covariates[n]),
            )
        )
    return PublishedTable(
        "association_panel",
        "The organisations and years of the primary analysis",
        (
            ORG,
            START,
            END,
            number("observed", "deaths observed", "deaths"),
            number("expected", "deaths expected", "deaths"),
            number("ratio", "ratio as published, or of summed counts after a merger"),
            number("dose", "research activity before the period"),
            *(
                number(name.replace(" ", "_"), f"log of {name}, centred")
                for name in panel.covariate_names
            ),
        ),
        rows,
        association_origin(found),
        (NOTE, f"Organisations are followed by the policy {panel.policy}."),
    )


def left_out_one_table(found: Association) -> PublishedTable:
    """Return the primary ratio without each organisation in turn."""
    return PublishedTable(
        "leave_one_out",
        "The primary ratio without each organisation in turn",
        (
            PublishedColumn("org_code", "organisation left out"),
            number("ratio", "primary ratio without it"),
        ),
        list(found.left_out_one),
        association_origin(found),
    )


def not_done_table(found: Association) -> PublishedTable:
    """Return what was planned and could not be done."""
    return PublishedTable(
        "not_done",
        "Analyses planned that could not be done",
        (
            PublishedColumn("name", "the analysis"),
            PublishedColumn("label", "what it would have shown"),
            PublishedColumn("reason", "why it could not be done"),
        ),
        [(n.name, n.label, n.reason) for n in found.not_done],
        association_origin(found),
    )


def concentration_table(
    found: tuple[Concentration, ...], findings: Findings
) -> PublishedTable:
    """Return how concentrated each measure was, by year."""
    rows = [
        (
            c.measure,
            c.period.start,
            c.period.end,
            c.organisations,
            c.total,
            c.gini,
            c.gini_lower,
            c.gini_upper,
            c.top_ten_share,
            c.top_lower,
            c.top_upper,
        )
        for c in map(protected, found)
    ]
    return PublishedTable(
        "concentration",
        "How concentrated research is between organisations, by year",
        (
            PublishedColumn("measure", "what was counted"),
            START,
            END,
            number("organisations", "organisations with a figure"),
            number("total", "all of them together"),
            number("gini", "0: all the same; near 1: one has all"),
            number("gini_lower", "lower end of its 95% bootstrap interval"),
            number("gini_upper", "upper end of its 95% bootstrap interval"),
            number("top_ten_share", "share of the ten with most (0 to 1)"),
            number("top_lower", "lower end of its 95% bootstrap interval"),
            number("top_upper", "upper end of its 95% bootstrap interval"),
        ),
        rows,
        Origin(
            "candela.participation.concentration.concentration",
            _rows_of(findings.rates),
        ),
        (
            "Totals of people are rounded to the nearest 5 on their own, and shares of "
            "them to the digits that do not give the total away.",
        ),
    )


def organisations_table(found: Findings) -> PublishedTable:
    """Return the names of the organisations in the book."""
    codes = sorted(
        {r.org_code for r in found.outcomes.rows} | {r.org_code for r in found.rates}
    )
    with_outcome = {r.org_code for r in found.outcomes.rows}
    return PublishedTable(
        "organisations",
        "Organisations in this book",
        (
            ORG,
            PublishedColumn("name", "latest name known"),
            PublishedColumn("has_outcome", "has a published outcome", "boolean"),
        ),
        [(code, found.names.get(code, ""), code in with_outcome) for code in codes],
        Origin("candela.build.inputs.names_of", ()),
    )


def succession_table(found: Findings) -> PublishedTable:
    """Return what happened to organisations under the policy."""
    rows: list[tuple[Any, ...]] = [
        (old, new, "counted for its successor", "") for old, new in found.carried.moved
    ]
    rows += [
        (r.org_code, " ".join(r.successors), "left out", str(r))
        for r in found.carried.refused
    ]
    rows += [
        (code, "", "year left out", str(period))
        for code, period in found.carried.dropped
    ]
    return PublishedTable(
        "succession",
        f"Organisations followed through time by the policy {found.policy}",
        (
            ORG,
            PublishedColumn("successors", "codes that took over"),
            PublishedColumn("what", "what was done with its figures"),
            PublishedColumn("why", "the reason, or the period"),
        ),
        rows,
        Origin("candela.tables.succession.Succession.carry", ()),
    )


def sources_table(found: Findings) -> PublishedTable:
    """Return every file of the folder and what became of it."""
    rows = [
        (
            report.name,
            report.title or "not recognised: left out",
            report.rows,
            report.periods[0].start if report.periods else None,
            report.periods[-1].end if report.periods else None,
            report.readings[0].file.sha256 if report.readings else "",
            report.readings[0].file.publisher if report.readings else "",
            report.readings[0].file.licence if report.readings else "",
            " ".join(str(note) for note in report.notes),
        )
        for report in found.folder.files
    ]
    return PublishedTable(
        "sources",
        "Files read, and files left out",
        (
            PublishedColumn("file", "path below the folder given"),
            PublishedColumn("recognised_as", "layout, told from the contents"),
            number("rows", "rows of data read"),
            START,
            END,
            PublishedColumn("sha256", "hash of the file"),
            PublishedColumn("publisher", "who publishes it"),
            PublishedColumn("licence", "under which licence"),
            PublishedColumn("notes", "what was noticed in reading"),
        ),
        rows,
        Origin("candela.sources.folder.read_folder", ()),
    )


def ratings_table(ratings: Table) -> PublishedTable:
    """Return the inspection ratings as read; used in no analysis of this book."""
    columns = tuple(
        PublishedColumn(
            c.name, c.description, "number" if c.kind == "number" else c.kind
        )
        for c in ratings.spec.columns
    )
    return PublishedTable(
        "ratings",
        "Care Quality Commission ratings as published",
        columns,
        [tuple(row.values()) for row in ratings.rows()],
        Origin("candela.sources.folder.read_folder", _source_rows(ratings)),
    )


def name_matches_table(matches: Table) -> PublishedTable:
    """Return which published name was taken for which code, for review."""
    columns = tuple(
        PublishedColumn(c.name, c.description) for c in matches.spec.columns
    )
    return PublishedTable(
        "name_matches",
        "Published names and the codes they were matched to",
        columns,
        [tuple(row.values()) for row in matches.rows()],
        Origin("candela.tables.names.match_names", ()),
    )
