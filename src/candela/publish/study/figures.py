"""Which pictures does the report of a study show, and what is found in each?"""

from __future__ import annotations

from candela.publish.book_tables.columns import number
from candela.publish.charts import Chart
from candela.publish.csv_tables import PublishedColumn
from candela.publish.study.charts import flow_chart
from candela.publish.study.drawn import drawn_table, subtitle_of
from candela.publish.study.protecting import NOTE
from candela.publish.study.result_figures import (
    curves_figure,
    forest_figure,
    shape_figure,
    tried_figure,
)
from candela.publish.study.shown import (
    ShownStep,
    ShownStudy,
)
from candela.publish.study.tables import all_steps
from candela.publish.study.trust_figures import calibration_figure, funnel_figure
from candela.publish.study.words import flow_sentence, key_of, outcome_flow
from candela.publish.words import Show

__all__ = ["figures_of"]


def figures_of(found: ShownStudy, show: Show) -> tuple[Chart, ...]:
    """Return the charts of a report, in order; those without material are left out."""
    charts: list[Chart | None] = []
    several = len(found.outcomes) > 1
    common = [(of, step) for of, step in all_steps(found) if not (several and of)]
    charts.append(_flow(found, "flow_shown", common, flow_sentence(found, show)))
    for outcome in found.outcomes:
        if several:
            steps = [("", step) for step in outcome.flow]
            name = f"flow_{key_of(outcome.name)}"
            charts.append(_flow(found, name, steps, outcome_flow(outcome, show)))
        charts += [
            forest_figure(found, outcome, show),
            curves_figure(found, outcome, show),
            shape_figure(found, outcome, show),
            tried_figure(found, outcome, show),
            funnel_figure(found, outcome, show),
            calibration_figure(found, outcome, show),
        ]
    return tuple(chart for chart in charts if chart is not None)


def _flow(
    found: ShownStudy, name: str, steps: list[tuple[str, ShownStep]], finding: str
) -> Chart | None:
    """Return a flow of the steps that touched somebody; nothing if none did."""
    steps = [(of, step) for of, step in steps if step.count != 0]
    if not steps:
        return None
    table = drawn_table(
        found,
        name,
        "Who was studied",
        (
            PublishedColumn("reason", "why rows left, or what was decided of them"),
            PublishedColumn("kind", "left, or changed and kept"),
            number("before", "rows before the step", "people"),
            number("count", "rows that left or were changed", "people"),
            number("remaining", "rows after the step", "people"),
        ),
        [(_reason(of, s), s.kind, s.before, s.count, s.remaining) for of, s in steps],
        NOTE,
    )
    left = sum(step.kind == "left" for _, step in steps)
    return flow_chart(
        table,
        finding=finding,
        subtitle=subtitle_of(found),
        alt=(
            f"Flow of rows from the files to those studied: {len(table.rows)} steps, "
            f"at {left} of which rows left. Counts are rounded. Table follows."
        ),
    )


def _reason(of: str, step: ShownStep) -> str:
    return f"{step.label} ({of} only)" if of else step.label
