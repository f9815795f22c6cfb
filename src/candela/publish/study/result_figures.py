"""What is found in the pictures of a result: classes, curves, shape, all analyses?"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from candela.association import p_words
from candela.publish.book_tables.columns import number
from candela.publish.charts import Chart
from candela.publish.csv_tables import PublishedColumn
from candela.publish.study.charts import (
    curves_chart,
    forest_chart,
    shape_chart,
    tried_chart,
)
from candela.publish.study.charts.forest import SOURCES
from candela.publish.study.charts.tried import CHOICES
from candela.publish.study.drawn import CLASS, INTERVAL, drawn_table, subtitle_of
from candela.publish.study.explanations import OTHER_UNIT
from candela.publish.study.protecting import NOTE
from candela.publish.study.shown import (
    ShownAnalysis,
    ShownCurve,
    ShownOutcome,
    ShownStudy,
)
from candela.publish.study.tables import ends, published_beside
from candela.publish.study.words import (
    capitalised,
    estimate_words,
    key_of,
)
from candela.publish.words import Show

__all__ = ["curves_figure", "forest_figure", "shape_figure", "tried_figure"]

MOST_CLASSES = 6
OTHER_ADJUSTMENT = ("unadjusted", "without_")


def forest_figure(found: ShownStudy, outcome: ShownOutcome, show: Show) -> Chart | None:
    rows = list(_forest_rows(found, outcome))
    if len({row[0] for row in rows}) < 2:
        return None
    printed = sum(row[1] == SOURCES[1] for row in rows)
    scale = outcome.primary.ratio
    key = key_of(outcome.name)
    table = drawn_table(
        found,
        f"forest_{key}",
        f"Each class of research activity: {outcome.label}",
        (
            CLASS,
            PublishedColumn("source", "this study, or printed in the paper"),
            number("patients", "patients", "people"),
            number("estimate", f"{scale} against the reference class"),
            *INTERVAL,
        ),
        rows,
        NOTE,
    )
    return forest_chart(
        table,
        finding=_forest_finding(outcome, show),
        subtitle=subtitle_of(
            found, f"{capitalised(outcome.label)}; {estimate_words(outcome.primary)}."
        ),
        alt=(
            f"Forest of {scale}s by class of research activity, {len(rows) - printed} "
            f"of this study and {printed} printed in the paper, against the reference "
            "class. Table follows."
        ),
        scale=scale,
    )


def _forest_rows(found: ShownStudy, outcome: ShownOutcome) -> Iterable[tuple[Any, ...]]:
    """Yield each class of each exposure, ours and the paper's."""
    shown = _by_exposure(outcome)
    for analysis in shown:
        for c in sorted(analysis.contrasts, key=lambda c: c.low or 0.0):
            label = c.label
            if len(shown) > 1:
                label = f"{_short(found, analysis.exposure)}: {label}"
            ours = (1.0, None, None) if c.reference else ends(c.estimate)
            yield (label, SOURCES[0], c.patients, *ours)
            value, low, high, people, *_ = published_beside(
                found, outcome, analysis, c.label
            )
            if value is not None:
                yield (label, SOURCES[1], people, value, low, high)


def _short(found: ShownStudy, exposure: str) -> str:
    """Return the name of an exposure that is told with when it was counted."""
    for declared in found.protocol.exposures:
        if exposure == declared.label or exposure.startswith(f"{declared.label},"):
            return declared.name
    return exposure


def _by_exposure(outcome: ShownOutcome) -> list[ShownAnalysis]:
    """Return the analysis of each exposure as it was declared, in classes."""
    found: dict[str, ShownAnalysis] = {}
    for a in outcome.analyses:
        declared = a.primary or a.name.startswith("by_")
        if a.contrasts and declared and not a.naive:
            found.setdefault(a.exposure, a)
    return list(found.values())


def _forest_finding(outcome: ShownOutcome, show: Show) -> str:
    classes = [c for c in outcome.classes if not c.reference and c.estimate]
    if not classes:
        return "No class can be compared: too few people stand behind them."
    told = []
    for n, c in enumerate(classes):
        assert c.estimate is not None
        name = f"{key_of(outcome.name)}.class_{n}"
        value = show(name, c.estimate.value, f"{c.estimate.value:.2f}")
        told.append(f"{c.label} {value}")
    reference = next((c.label for c in outcome.classes if c.reference), "")
    against = f" against {reference}" if reference else ""
    order = {True: "in order of research", False: "not in order of research", None: ""}
    more = order[outcome.monotone]
    return (
        f"{capitalised(outcome.primary.ratio)}s{against}: {'; '.join(told)}"
        f"{f', {more}' if more else ''}."
    )


def curves_figure(found: ShownStudy, outcome: ShownOutcome, show: Show) -> Chart | None:
    curves = _one_kind(outcome.curves)[:MOST_CLASSES]
    if len(curves) < 2:
        return None
    key, kind = key_of(outcome.name), curves[0].kind
    table = drawn_table(
        found,
        f"curves_{key}",
        f"Survival by class of research activity ({kind})",
        (
            CLASS,
            number("day", "days since diagnosis"),
            number("survival", "share alive"),
            *INTERVAL,
            number("followed", "patients followed to that day", "people"),
        ),
        ((c.label, *point) for c in curves for point in c.points),
        NOTE,
    )
    first, last = curves[0], curves[-1]
    day = min(first.points[-1][0], last.points[-1][0])
    low, high = (_at(c, day) for c in (first, last))
    a = show(f"{key}.alive.least", low, f"{100 * low:.1f}%")
    b = show(f"{key}.alive.most", high, f"{100 * high:.1f}%")
    years = show(f"{key}.alive.years", day / 365.25, f"{day / 365.25:.1f}")
    return curves_chart(
        table,
        finding=(
            f"After {years} years {b} were alive with most research ({last.label}) and "
            f"{a} with least ({first.label}), {kind}."
        ),
        subtitle=subtitle_of(
            found, f"{capitalised(kind)} survival, by quarter of a year."
        ),
        alt=(
            f"Curves of the share alive against years since diagnosis, {len(curves)} "
            f"classes of research activity ({kind}). At the end {100 * high:.1f}% with "
            f"most research, {100 * low:.1f}% with least. Table follows."
        ),
    )


def _one_kind(curves: tuple[ShownCurve, ...]) -> list[ShownCurve]:
    """Return adjusted curves where there are two, else net ones, else observed ones."""
    for kind in ("adjusted", "net", "observed"):
        found = [c for c in curves if c.kind == kind and len(c.points) > 1]
        if len(found) > 1:
            return found
    return []


def _at(curve: ShownCurve, day: int) -> float:
    return [p[1] for p in curve.points if p[0] <= day][-1]


def shape_figure(found: ShownStudy, outcome: ShownOutcome, show: Show) -> Chart | None:
    shape = outcome.shape
    if shape is None or len(shape.points) < 2:
        return None
    key = key_of(outcome.name)
    table = drawn_table(
        found,
        f"shape_{key}",
        "The ratio over the range of research activity",
        (
            number("dose", "research activity before"),
            number("ratio", "ratio"),
            *INTERVAL,
        ),
        shape.points,
        f"Test of a bend against a straight line: {p_words(shape.p_bent)}.",
    )
    start, end = shape.points[0][1], shape.points[-1][1]
    low = show(f"{key}.shape.start", start, f"{start:.2f}")
    high = show(f"{key}.shape.end", end, f"{end:.2f}")
    bent = (
        "The line bends"
        if shape.p_bent < 0.05
        else "No bend can be told from a straight line"
    )
    way = "" if shape.monotone else ", and does not go one way"
    return shape_chart(
        table,
        finding=f"{bent}{way}: {low} times at least research, {high} times at most.",
        subtitle=subtitle_of(found, f"{capitalised(outcome.label)}."),
        alt=(
            f"Curve of the {outcome.primary.ratio} against research activity. "
            f"{start:.2f} at the lowest dose drawn, {end:.2f} at the highest; the band "
            "is widest at the ends. Table follows."
        ),
        dose_title=f"{capitalised(shape.unit)}, before",
        reference=shape.reference,
        scale=outcome.primary.ratio,
    )


def tried_figure(found: ShownStudy, outcome: ShownOutcome, show: Show) -> Chart | None:
    done = [a for a in outcome.analyses if a.estimate is not None]
    if outcome.primary.estimate is None or len(done) < 2:
        return None
    key, main = key_of(outcome.name), outcome.primary
    table = drawn_table(
        found,
        f"tried_{key}",
        f"Every analysis that was run: {outcome.label}",
        (
            PublishedColumn("analysis", "what it asks"),
            PublishedColumn("main", "yes for the main one", "boolean"),
            number("estimate", "ratio, most research against least"),
            *INTERVAL,
            *(
                PublishedColumn(
                    c.replace(" ", "_"), f"{c} than the main one", "boolean"
                )
                for c in CHOICES
            ),
        ),
        [
            (
                a.label if a is not main else f"Main: {a.label}",
                a is main,
                *ends(a.estimate),
                *_differs(a, main),
            )
            for a in done
        ],
    )
    values = [a.estimate.value for a in done if a.estimate]
    side = sum(
        (v < 1) is (main.estimate is not None and main.estimate.value < 1)
        for v in values
    )
    n = show(f"{key}.tried", len(done), f"{len(done)}")
    k = show(f"{key}.tried.same_side", side, f"{side}")
    low = show(f"{key}.tried.least", min(values), f"{min(values):.2f}")
    high = show(f"{key}.tried.most", max(values), f"{max(values):.2f}")
    return tried_chart(
        table,
        finding=(
            f"{k} of {n} analyses point the same way as the main one; they run from "
            f"{low} to {high}."
        ),
        subtitle=subtitle_of(found, f"{capitalised(outcome.label)}."),
        alt=(
            f"{len(done)} analyses in the order of their ratios, from "
            f"{min(values):.2f} to {max(values):.2f}; marks show in which choices each "
            "differs from the main one. Table follows."
        ),
    )


def _differs(a: ShownAnalysis, main: ShownAnalysis) -> tuple[bool, ...]:
    """Return in which choices an analysis differs from the main one."""
    people = a.cohort != main.cohort
    return (
        a.exposure != main.exposure,
        people,
        a.model != main.model and not a.naive,
        a.name.startswith(OTHER_ADJUSTMENT) and not people,
        a.name.startswith(OTHER_UNIT),
        a.naive,
    )
