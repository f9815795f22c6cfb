"""How are the analyses of a protocol published?"""

from __future__ import annotations

from candela.association import Association
from candela.publish.book_tables.columns import END, ORG, START, number
from candela.publish.csv_tables import PublishedColumn, PublishedTable
from candela.publish.disclosure import HIDDEN, NOTE, Count, hidden_doses
from candela.publish.ledger import Origin
from candela.publish.words import stand_in_words

__all__ = [
    "association_origin",
    "association_table",
    "left_out_one_table",
    "not_done_table",
    "panel_table",
]


def association_table(found: Association, hidden: frozenset[Count]) -> PublishedTable:
    """Return every analysis, the primary one first."""
    stood_in = stand_in_words(found, hidden, lambda name, value, words: words)
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
            number("lower", "lower end of the interval; of an e_value see the notes"),
            number("upper", "upper end of the interval; of an e_value see the notes"),
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
            "An e_value has no interval: its lower is the E-value of the limit of the "
            "primary ratio that is nearest to 1, and its upper repeats the estimate.",
            *filter(None, (stood_in,)),
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
