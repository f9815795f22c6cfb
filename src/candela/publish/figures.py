"""Which pictures does a report show, and what is found in each?"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from candela.association import Association, Panel, p_words
from candela.indicators import Funnel
from candela.participation import Concentration
from candela.publish.book_tables import association_origin
from candela.publish.book_tables.columns import (
    INDICATOR,
    ORG,
    number,
    outcome_rows,
    rate_rows,
)
from candela.publish.charts import (
    VERDICTS,
    Chart,
    concentration_chart,
    dose_chart,
    dot_chart,
    funnel_chart,
)
from candela.publish.csv_tables import PublishedColumn, PublishedTable
from candela.publish.disclosure import hidden_counts, hidden_doses, protected
from candela.publish.findings import Findings
from candela.publish.ledger import Origin
from candela.publish.words import Show, decimals_for, dose_words, funnel_sentence
from candela.tables import MEASURES

__all__ = ["figures_of"]

THIRDS = ("bottom third", "middle third", "top third")


def figures_of(found: Findings, show: Show) -> tuple[Chart, ...]:
    """Return the charts of a report, in order; those without material are left out."""
    charts: list[Chart] = []
    association = found.association
    if association is not None:
        source = _source(found, association_origin(association).rows)
        if association.curve is not None:
            charts.append(_dose(found, association, source, show))
        dots = _dots(found, association, source, show)
        if dots is not None:
            charts.append(dots)
    if found.latest_funnel is not None:
        source = _source(found, outcome_rows(found.outcomes))
        charts.append(_funnel(found, found.latest_funnel, source, show))
    shown = _shown_concentration(found)
    if shown:
        measure = shown[-1].measure
        of = rate_rows(r for r in found.rates if r.measure == measure)
        charts.append(_concentration(shown, of, _source(found, of), show))
    return tuple(charts)


def _source(found: Findings, rows: Iterable[tuple[str, int]]) -> str:
    """Return who published the files that a picture rests on."""
    if found.made_up:
        return "Made-up data. Source: the made-up nation."
    files = {name for name, _ in rows}
    publishers = {
        reading.file.publisher
        for report in found.folder.files
        for reading in report.readings
        if reading.file.name in files
    }
    return f"Source: {'; '.join(sorted(publishers))}."


def _dose(all_of: Findings, found: Association, source: str, show: Show) -> Chart:
    curve = found.curve
    assert curve is not None
    table = PublishedTable(
        "dose_response",
        "Ratio of deaths over the range of research activity",
        (
            number("dose", "research activity before the period"),
            number("ratio", "ratio of deaths to those at the middle dose"),
            number("lower", "lower end of the 95% interval"),
            number("upper", "upper end of the 95% interval"),
        ),
        list(
            zip(
                curve.dose.tolist(),
                curve.ratio.tolist(),
                curve.lower.tolist(),
                curve.upper.tolist(),
                strict=True,
            )
        ),
        association_origin(found),
        (
            f"Restricted cubic spline, knots at {_listed(curve.knots)}.",
            f"Test of a bend against a straight line: {p_words(curve.p_bent)}.",
        ),
    )
    panel = found.panel
    rug = panel.dose[~hidden_doses(panel, hidden_counts(all_of.rates))].tolist()
    end, start = curve.ratio[-1], curve.ratio[0]
    shape = (
        "The line bends"
        if curve.p_bent < 0.05
        else "No bend can be told from a straight line"
    )
    low = show("curve.ratio.start", float(start), f"{start:.2f}")
    high = show("curve.ratio.end", float(end), f"{end:.2f}")
    ends = f"{high} times the deaths of the middle trust at much research"
    if curve.reference > curve.dose[0]:
        ends = (
            f"{low} times the deaths of the middle trust at little research, {high} "
            "times at much"
        )
    what, by = dose_words(found)
    return dose_chart(
        table,
        rug,
        finding=f"{shape}: {ends}.",
        subtitle=(source,),
        alt=(
            f"Curve of deaths compared with the middle trust, against {what} {by}, "
            f"{len(panel)} trust-years. Ratio {start:.2f} at the lowest dose drawn, "
            f"{end:.2f} at the highest; the band is widest at the ends. Table follows."
        ),
        dose_title=f"{what[0].upper() + what[1:]} {by}, a year",
        reference=curve.reference,
    )


def _dots(
    all_of: Findings, found: Association, source: str, show: Show
) -> Chart | None:
    """Return the latest year's trusts by third; nothing where thirds cannot be cut."""
    compared = next((a for a in found.secondary if a.name == "top_third"), None)
    if compared is None or not found.thirds:
        return None
    latest = found.panel.in_period(found.panel.distinct_periods[-1])
    group = _groups(found, latest)
    hidden = hidden_doses(latest, hidden_counts(all_of.rates))
    words = _third_words(found, latest.dose, group, hidden)
    table = _trusts_by_third(found, latest, group, words)
    means = _mean_by_third(found, words)
    top = compared.estimate
    a = show("top_third.ratio", top.value, f"{top.value:.2f}")
    b = show("top_third.lower", top.lower, f"{top.lower:.2f}")
    c = show("top_third.upper", top.upper, f"{top.upper:.2f}")
    inside = latest.published_ratio[group == 2]
    d = show("top_third.smallest", float(inside.min()), f"{inside.min():.2f}")
    e = show("top_third.largest", float(inside.max()), f"{inside.max():.2f}")
    return dot_chart(
        table,
        means,
        finding=(
            f"The top third had {a} times the deaths of the bottom third (95% interval "
            f"{b} to {c}, all years); within the top third trusts run from {d} to {e}."
        ),
        subtitle=(f"Deaths of {latest.periods[0]}. {source}",),
        alt=(
            "Dot plot of deaths compared with expected by third of research activity, "
            f"{len(latest)} trusts. Top third against bottom third {top.value:.2f}, "
            f"{top.lower:.2f} to {top.upper:.2f}; within the top third "
            f"{inside.min():.2f} to {inside.max():.2f}. Table follows."
        ),
    )


def _trusts_by_third(
    found: Association, latest: Panel, group: np.ndarray, words: tuple[str, ...]
) -> PublishedTable:
    return PublishedTable(
        "trusts_by_third",
        f"Each trust by third of research activity, deaths of {latest.periods[0]}",
        (
            ORG,
            PublishedColumn("third", "third of research activity"),
            number("ratio", "deaths compared with expected, as published"),
            number("expected", "deaths expected", "deaths"),
        ),
        [
            (code, words[int(g)], float(ratio), float(expected))
            for code, g, ratio, expected in zip(
                latest.codes,
                group,
                latest.published_ratio,
                latest.expected,
                strict=True,
            )
        ],
        association_origin(found),
    )


def _mean_by_third(found: Association, words: tuple[str, ...]) -> PublishedTable:
    return PublishedTable(
        "thirds",
        "Ratio of deaths to expected in each third",
        (
            PublishedColumn("third", "third of research activity"),
            number("ratio", "observed over expected, all its trusts together"),
            number("lower", "lower end of the 95% interval between trusts"),
            number("upper", "upper end of the 95% interval between trusts"),
        ),
        [
            (name, third.ratio, *(third.interval or (None, None)))
            for name, third in zip(words, found.thirds, strict=True)
        ],
        association_origin(found),
        ("No interval is given for fewer than 5 trusts.",),
    )


def _groups(found: Association, latest: Panel) -> np.ndarray:
    """Return the third of each row: 0, 1 or 2."""
    place = {code: g for g, third in enumerate(found.thirds) for code in third.codes}
    return np.array([place[code] for code in latest.codes])


def _third_words(
    found: Association, dose: np.ndarray, group: np.ndarray, hidden: np.ndarray
) -> tuple[str, ...]:
    """Return each third's name, from which dose to which, and its number of trusts.

    A dose that is hidden is no end of a range either.
    """
    decimals = decimals_for(10 * (found.dose_high - found.dose_low))
    words = []
    for g, name in enumerate(THIRDS):
        here = group == g
        low, high = dose[here].min(), dose[here].max()
        span = f": {low:.{decimals}f}"
        if (dose[here & hidden] == high).any():
            span = ""
        elif hidden[here].any():
            span = f": up to {high:.{decimals}f}"
        elif high > low:
            span += f" to {high:.{decimals}f}"
        words.append(f"{name}{span} ({int(here.sum())} trusts)")
    return tuple(words)


def _funnel(found: Findings, funnel: Funnel, source: str, show: Show) -> Chart:
    verdicts = {
        r.org_code: VERDICTS[2 if r.outer != "as_expected" else r.band != "as_expected"]
        for r in funnel.rows
    }
    table = PublishedTable(
        "funnel_shown",
        f"Deaths compared with expected, {funnel.period}, method {funnel.method}",
        (
            ORG,
            PublishedColumn("name", "latest name known"),
            INDICATOR,
            number("observed", "deaths observed", "deaths"),
            number("expected", "deaths expected", "deaths"),
            number("ratio", "ratio as published"),
            number("lower95", "lower inner limit"),
            number("upper95", "upper inner limit"),
            number("lower998", "lower outer limit"),
            number("upper998", "upper outer limit"),
            PublishedColumn("verdict", "what may be said"),
        ),
        [
            (
                r.org_code,
                found.names.get(r.org_code, ""),
                funnel.indicator,
                r.observed,
                r.expected,
                r.ratio,
                r.lower95,
                r.upper95,
                r.lower998,
                r.upper998,
                verdicts[r.org_code],
            )
            for r in funnel.rows
        ],
        Origin(
            "candela.indicators.funnel.funnel_of",
            tuple(
                sorted(
                    {row for o in found.outcomes.of(funnel.period) for row in o.rows}
                )
            ),
            f"method {funnel.method}",
        ),
        funnel.cautions,
    )
    return funnel_chart(
        table,
        finding=funnel_sentence(funnel, show),
        subtitle=(
            f"{funnel.period}; over-dispersed limits ({funnel.method}), standard "
            f"deviation between trusts {funnel.between_sd:.3f}. {source}",
        ),
        alt=(
            f"Funnel of deaths compared with expected against size for "
            f"{len(funnel.rows)} trusts. {funnel.outside998} lie outside the outer "
            f"limits, {funnel.outside95} outside the inner, where about "
            f"{funnel.expected_outside95:.0f} would by chance. Table follows."
        ),
        labelled=[code for code, verdict in verdicts.items() if verdict == VERDICTS[2]],
    )


def _shown_concentration(found: Findings) -> tuple[Concentration, ...]:
    """Return the years of the measure the association is of, or of the first known."""
    measures = [c.measure for c in found.concentrations]
    if not measures:
        return ()
    wanted = measures[0]
    if found.association and found.association.panel.design.measure in measures:
        wanted = found.association.panel.design.measure
    return tuple(protected(c) for c in found.concentrations if c.measure == wanted)


def _concentration(
    shown: Sequence[Concentration],
    rows: tuple[tuple[str, int], ...],
    source: str,
    show: Show,
) -> Chart:
    last = shown[-1]
    share = show(
        "concentration.top_ten_share",
        last.top_ten_share,
        f"{100 * last.top_ten_share:.0f}%",
    )
    low = show("concentration.lower", last.top_lower, f"{100 * last.top_lower:.0f}%")
    high = show("concentration.upper", last.top_upper, f"{100 * last.top_upper:.0f}%")
    n = show("concentration.organisations", last.organisations, f"{last.organisations}")
    year = show("concentration.year", last.period.start.year, str(last.period))
    table = PublishedTable(
        "concentration_shown",
        f"Concentration of {MEASURES[last.measure].label}, by year",
        (
            PublishedColumn("year", "period"),
            number("organisations", "organisations with a figure"),
            number("gini", "Gini coefficient"),
            number("gini_lower", "lower end of its 95% interval"),
            number("gini_upper", "upper end of its 95% interval"),
            number("top_ten_share", "share of the ten with most (0 to 1)"),
            number("top_lower", "lower end of its 95% interval"),
            number("top_upper", "upper end of its 95% interval"),
        ),
        [
            (
                str(c.period),
                c.organisations,
                c.gini,
                c.gini_lower,
                c.gini_upper,
                c.top_ten_share,
                c.top_lower,
                c.top_upper,
            )
            for c in shown
        ],
        Origin("candela.participation.concentration.concentration", rows),
    )
    return concentration_chart(
        table,
        finding=(
            f"Ten of {n} organisations had {share} of all "
            f"{MEASURES[last.measure].label} in {year} (95% interval {low} to {high})."
        ),
        subtitle=(f"{MEASURES[last.measure].label}. {source}",),
        alt=(
            f"Points by year of the share of {MEASURES[last.measure].label} held by "
            f"the ten organisations with most, {len(shown)} years. In {last.period} it "
            f"was {100 * last.top_ten_share:.0f}%. Table follows."
        ),
        equal_share=10 / last.organisations,
    )


def _listed(numbers: Sequence[float]) -> str:
    return ", ".join(f"{n:.3g}" for n in numbers)
