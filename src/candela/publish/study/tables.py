"""Which tables does the book of a study hold?  Made of what may be shown, only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from candela.publish.book_tables.columns import END, ORG, START, number
from candela.publish.csv_tables import PublishedColumn, PublishedTable
from candela.publish.ledger import Origin
from candela.publish.study.protecting import NOTE
from candela.publish.study.shown import (
    ShownAnalysis,
    ShownContrast,
    ShownOutcome,
    ShownStep,
    ShownStudy,
)
from candela.stats.estimate import Estimate

__all__ = [
    "PUBLISHED_COLUMNS",
    "all_steps",
    "ends",
    "origin_of",
    "published_beside",
    "study_tables",
]

OUTCOME = PublishedColumn("outcome", "what was counted")
PATIENTS = number("patients", "patients", "people")
DEATHS = number("events", "deaths", "people")
INTERVAL = (
    number("lower", "lower end of the 95% interval"),
    number("upper", "upper end of the 95% interval"),
)
PUBLISHED_COLUMNS = (
    number("published_estimate", "as printed in the paper"),
    number("published_lower", "lower end of the interval printed"),
    number("published_upper", "upper end of the interval printed"),
    number("published_patients", "patients as printed", "people"),
    PublishedColumn("published_note", "what the paper compares, and in what figure"),
    number(
        "published_risk", "share who died, as printed or 1 less the survival printed"
    ),
)
OTHER_YEARS = ("lag_", "negative_control", "ever_")


def study_tables(found: ShownStudy) -> tuple[PublishedTable, ...]:
    """Return every table of the book, in the order in which a reader wants them."""
    tables = (
        _association(found),
        _contrasts(found),
        _risks(found),
        _outcome(found),
        _flow(found),
        _calibration(found),
        _curves(found),
        _shape(found),
        _hazards(found),
        _trial(found),
        _published(found),
        _not_done(found),
        _organisations(found),
        _inputs(found),
    )
    always = {"association", "outcome", "cohort_flow", "contrasts", "not_done"}
    return tuple(t for t in tables if t.rows or t.name in always)


def origin_of(found: ShownStudy, what: str = "study") -> Origin:
    """Return what a table rests on: files by name, and never rows of people."""
    files = ", ".join(sorted({one.file for one in found.inputs}))
    return Origin(
        f"candela.association.patients.{what}",
        (),
        f"protocol {found.protocol.name}; policy {found.policy}; engine "
        f"{found.engine}; files {files}; rows about people are not named",
    )


def all_steps(found: ShownStudy) -> Iterator[tuple[str, ShownStep]]:
    """Yield each step of the flow with the outcome it concerns, empty for all."""
    for step in found.flow:
        yield "", step
    for outcome in found.outcomes:
        for step in outcome.flow:
            yield outcome.label, step


def ends(e: Estimate | None) -> tuple[Any, Any, Any]:
    """Return an estimate and its interval, or nothings."""
    return (None, None, None) if e is None else (e.value, e.lower, e.upper)


def _table(
    found: ShownStudy,
    name: str,
    title: str,
    columns: Iterable[PublishedColumn],
    rows: Iterable[tuple[Any, ...]],
    notes: tuple[str, ...] = (),
) -> PublishedTable:
    return PublishedTable(
        name, title, tuple(columns), list(rows), origin_of(found), (NOTE, *notes)
    )


def _association(found: ShownStudy) -> PublishedTable:
    return _table(
        found,
        "association",
        f"All analyses of the protocol {found.protocol.name}",
        (
            PublishedColumn("name", "the analysis"),
            PublishedColumn("label", "what it asks"),
            PublishedColumn("primary", "yes for the main one of an outcome", "boolean"),
            OUTCOME,
            PublishedColumn("exposure", "research activity, by what size, when"),
            PublishedColumn("cohort", "who is in it"),
            PublishedColumn("model", "model and adjustment"),
            PublishedColumn("scale", "odds ratio or hazard ratio"),
            PublishedColumn(
                "target", "marginal over all patients, or conditional within a trust"
            ),
            PublishedColumn(
                "naive",
                "yes where patients of one trust are taken as independent",
                "boolean",
            ),
            number("estimate", "most research against least"),
            *INTERVAL,
            number("level", "coverage the interval aims at"),
            number("standard_error", "of the estimate, where it has one"),
            number("p_value", "two-sided, not adjusted for number of analyses"),
            number("p_holm", "adjusted for the number of secondary analyses"),
            number("organisations", "organisations (clusters)"),
            number("observations", "rows used", "people"),
            PublishedColumn("method", "method and reference"),
            PublishedColumn("notes", "what travels with the number"),
        ),
        (
            _analysis_row(outcome, analysis)
            for outcome in found.outcomes
            for analysis in outcome.analyses
        ),
        (
            f"Protocol {found.protocol.name}, sha256 {found.protocol.sha256}.",
            "A ratio below 1: fewer deaths with more research.",
        ),
    )


def _analysis_row(outcome: ShownOutcome, a: ShownAnalysis) -> tuple[Any, ...]:
    e = a.estimate
    return (
        a.name,
        a.label,
        a.primary,
        outcome.name,
        a.exposure,
        a.cohort,
        a.model,
        a.ratio,
        a.target,
        a.naive,
        *ends(e),
        None if e is None else e.level,
        None if e is None else e.standard_error,
        None if e is None else e.p_value,
        a.p_holm,
        None if e is None else e.organisations,
        "*" if e is None else e.observations,
        "" if e is None else f"{e.method} ({e.reference})",
        " ".join((*a.notes, *(() if e is None else e.cautions))),
    )


def published_beside(
    found: ShownStudy, outcome: ShownOutcome, analysis: ShownAnalysis, label: str
) -> tuple[Any, ...]:
    """Return the paper's figures for a class, in the columns of ``PUBLISHED_COLUMNS``.

    Nothing beside analyses that count research in years that the paper did not.
    """
    ratio: tuple[Any, ...] = (None, None, None, None, "")
    risk: float | None = None
    if analysis.name.startswith(OTHER_YEARS):
        return (*ratio, risk)
    counted = analysis.exposure
    names = {counted} | {
        e.name
        for e in found.protocol.exposures
        if counted in (e.name, e.label) or counted.startswith(f"{e.label},")
    }
    for p in outcome.published:
        if p.exposure not in names or p.label.casefold() != label.casefold():
            continue
        if p.ratio in ("odds ratio", "hazard ratio"):
            note = "; ".join(filter(None, (p.ratio, p.note)))
            ratio = (p.estimate, p.lower, p.upper, p.patients, note)
        elif p.estimate is not None:
            risk = p.estimate if p.ratio == "risk" else round(1 - p.estimate, 6)
    return (*ratio, risk)


def _contrasts(found: ShownStudy) -> PublishedTable:
    return _table(
        found,
        "contrasts",
        "Each class of research activity, and the figure of the paper beside it",
        (
            OUTCOME,
            PublishedColumn("analysis", "the analysis"),
            PublishedColumn("exposure", "research activity, by what size, when"),
            PublishedColumn("class", "class of research activity"),
            PublishedColumn("reference", "yes for the class compared with", "boolean"),
            number("from", "where the class begins"),
            number("to", "where the class ends"),
            number("organisations", "organisations with a patient in it"),
            PATIENTS,
            DEATHS,
            number("crude_risk", "share who died, before anything is allowed for"),
            PublishedColumn("scale", "odds ratio or hazard ratio"),
            number("estimate", "against the reference class"),
            *INTERVAL,
            *PUBLISHED_COLUMNS,
        ),
        (
            _contrast_row(found, outcome, analysis, contrast)
            for outcome in found.outcomes
            for analysis in outcome.analyses
            for contrast in analysis.contrasts
        ),
    )


def _contrast_row(
    found: ShownStudy, outcome: ShownOutcome, a: ShownAnalysis, c: ShownContrast
) -> tuple[Any, ...]:
    return (
        outcome.name,
        a.name,
        a.exposure,
        c.label,
        c.reference,
        c.low,
        c.high,
        c.organisations,
        c.patients,
        c.events,
        c.crude_risk,
        a.ratio,
        *ends(c.estimate),
        *published_beside(found, outcome, a, c.label),
    )


def _risks(found: ShownStudy) -> PublishedTable:
    return _table(
        found,
        "risks",
        "Risk of death if every patient had been in one class",
        (
            OUTCOME,
            PublishedColumn("class", "class of research activity"),
            number("risk", "share who would die, standardised over the cohort"),
            number("difference", "risk less that of the reference class"),
            *INTERVAL,
        ),
        (
            (o.name, r.label, r.risk, *ends(r.difference))
            for o in found.outcomes
            for r in o.risks
        ),
        ("The interval is of the difference.",),
    )


def _outcome(found: ShownStudy) -> PublishedTable:
    return _table(
        found,
        "outcome",
        "Deaths of each organisation and period, compared with expected",
        (
            ORG,
            PublishedColumn("name", "latest name known"),
            START,
            END,
            OUTCOME,
            PATIENTS,
            number("observed", "deaths observed", "people"),
            number("expected", "deaths expected from who was admitted", "people"),
            number("ratio", "observed as shown over expected"),
            number("lower95", "lower inner limit"),
            number("upper95", "upper inner limit"),
            number("lower998", "lower outer limit"),
            number("upper998", "upper outer limit"),
        ),
        (
            (
                t.org_code,
                found.names.get(t.org_code, ""),
                t.period.start,
                t.period.end,
                o.name,
                t.patients,
                t.observed,
                t.expected,
                t.ratio,
                t.lower95,
                t.upper95,
                t.lower998,
                t.upper998,
            )
            for o in found.outcomes
            for t in sorted(o.trusts, key=lambda t: (t.org_code, t.period))
        ),
        tuple(f"{o.label}: {o.limits_method}." for o in found.outcomes if o.trusts),
    )


def _flow(found: ShownStudy) -> PublishedTable:
    return _table(
        found,
        "cohort_flow",
        "Who was studied: each step, who left, and why",
        (
            PublishedColumn("step", "the step"),
            PublishedColumn("outcome", "the outcome it concerns; empty for all"),
            PublishedColumn("reason", "why rows left, or what was decided of them"),
            PublishedColumn("kind", "left, or changed and kept"),
            number("before", "rows before the step", "people"),
            number("count", "rows that left or were changed", "people"),
            number("remaining", "rows after the step", "people"),
            number("organisations", "organisations that remain"),
        ),
        (
            (
                step.name,
                outcome,
                step.label,
                step.kind,
                step.before,
                step.count,
                step.remaining,
                step.remaining_organisations,
            )
            for outcome, step in all_steps(found)
        ),
        (
            "Where a count is hidden, what remains is given as if four had left: it "
            "says nothing of how many did.",
        ),
    )


def _calibration(found: ShownStudy) -> PublishedTable:
    notes = tuple(
        f"{o.label}: c-statistic {o.calibration.c_statistic:.3f}, Brier score "
        f"{o.calibration.brier:.4f}, slope {o.calibration.slope:.3f}, in the large "
        f"{o.calibration.in_the_large:.4f}."
        for o in found.outcomes
        if o.calibration is not None
    )
    return _table(
        found,
        "calibration",
        "What the case-mix model predicts, and what happened, by tenth of risk",
        (
            OUTCOME,
            number("tenth", "tenth of predicted risk, from the lowest"),
            number("predicted", "mean predicted risk"),
            number("observed", "share who died"),
            PATIENTS,
            DEATHS,
        ),
        (
            (o.name, tenth, *row)
            for o in found.outcomes
            if o.calibration is not None
            for tenth, row in enumerate(o.calibration.tenths, start=1)
        ),
        notes,
    )


def _curves(found: ShownStudy) -> PublishedTable:
    return _table(
        found,
        "curves",
        "Survival by class of research activity",
        (
            OUTCOME,
            PublishedColumn("class", "class of research activity"),
            PublishedColumn("kind", "observed, adjusted or net of other causes"),
            number("day", "days since diagnosis"),
            number("survival", "share alive"),
            *INTERVAL,
            number("followed", "patients followed to that day", "people"),
        ),
        (
            (o.name, c.label, c.kind, *point)
            for o in found.outcomes
            for c in o.curves
            for point in c.points
        ),
        (
            "Given at quarters of a year, and only where nobody or at least eight "
            "people died since the last point.",
        ),
    )


def _shape(found: ShownStudy) -> PublishedTable:
    return _table(
        found,
        "dose_shape",
        "The ratio over the range of research activity",
        (
            OUTCOME,
            number("dose", "research activity before"),
            number("ratio", "against the reference dose"),
            *INTERVAL,
        ),
        (
            (o.name, *point)
            for o in found.outcomes
            if o.shape is not None
            for point in o.shape.points
        ),
        tuple(
            f"{o.label}: knots at {', '.join(f'{k:.3g}' for k in o.shape.knots)}; "
            f"reference {o.shape.reference:.3g}."
            for o in found.outcomes
            if o.shape is not None
        ),
    )


def _hazards(found: ShownStudy) -> PublishedTable:
    return _table(
        found,
        "proportional_hazards",
        "Do hazards stay in proportion over time?  A test of each term",
        (
            OUTCOME,
            PublishedColumn("term", "part of the model; the last row is of all"),
            number("chi2", "test statistic"),
            number("degrees_of_freedom", "degrees of freedom"),
            number("p_value", "two-sided"),
        ),
        ((o.name, *row) for o in found.outcomes for row in o.proportional_hazards),
    )


def _trial(found: ShownStudy) -> PublishedTable:
    return _table(
        found,
        "trial_participants",
        "Participants in trials among the patients",
        (
            OUTCOME,
            number("participants", "patients in a trial by the first day", "people"),
            number("events", "deaths among them", "people"),
            number("unknown", "patients of whom it is not known", "people"),
            number("share_highest", "share of the class with most research"),
            number("share_lowest", "share of the class with least research"),
            number(
                "bound", "ratio of risks if no participant had died, all else alike"
            ),
        ),
        (
            (
                o.name,
                o.trial.participants,
                o.trial.events,
                o.trial.unknown,
                o.trial.share_highest,
                o.trial.share_lowest,
                o.trial.bound,
            )
            for o in found.outcomes
            if o.trial is not None
        ),
    )


def _published(found: ShownStudy) -> PublishedTable:
    figures = chain.from_iterable(o.published for o in found.outcomes)
    return PublishedTable(
        "published",
        "Figures as printed in the paper",
        (
            OUTCOME,
            PublishedColumn("exposure", "research activity, by what size"),
            PublishedColumn("class", "class of research activity"),
            number("estimate", "as printed"),
            number("lower", "lower end of the interval printed"),
            number("upper", "upper end of the interval printed"),
            number("patients", "patients as printed", "people"),
            PublishedColumn("scale", "what the figure is"),
            PublishedColumn("note", "what it compares"),
        ),
        [
            (
                p.outcome,
                p.exposure,
                p.label,
                p.estimate,
                p.lower,
                p.upper,
                p.patients,
                p.ratio,
                p.note,
            )
            for p in figures
        ],
        Origin(
            "candela.association.patients.protocol",
            (),
            f"{found.protocol.mirrors}; doi {found.protocol.doi}",
        ),
        ("Printed figures, not ours: counts are as the paper has them.",),
    )


def _not_done(found: ShownStudy) -> PublishedTable:
    return _table(
        found,
        "not_done",
        "Analyses planned that could not be done",
        (
            PublishedColumn("name", "the analysis"),
            OUTCOME,
            PublishedColumn("label", "what it would have shown"),
            PublishedColumn("reason", "why it could not be done"),
        ),
        (
            (n.name, o.name, n.label, n.reason)
            for o in found.outcomes
            for n in o.not_done
        ),
    )


def _organisations(found: ShownStudy) -> PublishedTable:
    with_outcome = {t.org_code for o in found.outcomes for t in o.trusts}
    codes = sorted(with_outcome | set(found.names))
    return _table(
        found,
        "organisations",
        "Organisations by code",
        (
            ORG,
            PublishedColumn("name", "latest name known"),
            PublishedColumn("has_outcome", "whether a table has its deaths", "boolean"),
        ),
        ((code, found.names.get(code, ""), code in with_outcome) for code in codes),
    )


def _inputs(found: ShownStudy) -> PublishedTable:
    return _table(
        found,
        "inputs",
        "Files that were read, and their fingerprints",
        (
            PublishedColumn("file", "file below the folder"),
            PublishedColumn("layout", "recognised as"),
            PublishedColumn("table", "what its rows are"),
            number("rows", "rows, to the nearest 5"),
            number("bytes", "size", "bytes"),
            PublishedColumn("sha256", "fingerprint"),
            PublishedColumn("notes", "what was noticed"),
        ),
        (
            (
                i.file,
                i.layout,
                i.table,
                i.rows,
                i.size_bytes,
                i.sha256,
                " ".join(i.notes),
            )
            for i in found.inputs
        ),
    )
