"""What is found in the pictures of trusts against expectation, and of the model?"""

from __future__ import annotations

from candela.publish.book_tables.columns import ORG, number
from candela.publish.charts import VERDICTS, Chart, funnel_chart
from candela.publish.csv_tables import PublishedColumn
from candela.publish.study.charts import (
    calibration_chart,
)
from candela.publish.study.drawn import drawn_table, subtitle_of
from candela.publish.study.protecting import NOTE
from candela.publish.study.shown import (
    ShownOutcome,
    ShownStudy,
    ShownTrust,
)
from candela.publish.study.words import (
    capitalised,
    key_of,
)
from candela.publish.words import Show
from candela.stats.funnel import FEWEST

__all__ = ["calibration_figure", "funnel_figure"]


def funnel_figure(found: ShownStudy, outcome: ShownOutcome, show: Show) -> Chart | None:
    periods = sorted({t.period for t in outcome.trusts})
    trusts = [t for t in outcome.trusts if periods and t.period == periods[-1]]
    drawn = [t for t in trusts if t.ratio and t.lower998 and t.upper998]
    if len(drawn) < FEWEST:
        return None
    key = key_of(outcome.name)
    verdicts = [_verdict(t) for t in drawn]
    table = drawn_table(
        found,
        f"funnel_{key}",
        f"{capitalised(outcome.label)} compared with expected, {periods[-1]}",
        (
            ORG,
            PublishedColumn("name", "latest name known"),
            number("observed", "deaths observed", "people"),
            number("expected", "deaths expected", "people"),
            number("ratio", "observed as shown over expected"),
            *(
                number(name, words)
                for name, words in (
                    ("lower95", "lower inner limit"),
                    ("upper95", "upper inner limit"),
                    ("lower998", "lower outer limit"),
                    ("upper998", "upper outer limit"),
                )
            ),
            PublishedColumn("verdict", "what may be said"),
        ),
        [
            (
                t.org_code,
                found.names.get(t.org_code, ""),
                t.observed,
                t.expected,
                t.ratio,
                t.lower95,
                t.upper95,
                t.lower998,
                t.upper998,
                verdict,
            )
            for t, verdict in zip(drawn, verdicts, strict=True)
        ],
        NOTE,
    )
    return funnel_chart(
        table,
        finding=_funnel_finding(key, verdicts, len(trusts) - len(drawn), show),
        subtitle=subtitle_of(
            found,
            f"{capitalised(outcome.label)}, {periods[-1]}; {outcome.limits_method}.",
        ),
        alt=(
            f"Funnel of deaths compared with expected against size for {len(drawn)} "
            f"trusts. {verdicts.count(VERDICTS[2])} lie outside the outer limits, "
            f"{len(verdicts) - verdicts.count(VERDICTS[0])} outside the inner. Table "
            "follows."
        ),
        labelled=[
            t.org_code for t, v in zip(drawn, verdicts, strict=True) if v == VERDICTS[2]
        ],
    )


def _funnel_finding(key: str, verdicts: list[str], hidden: int, show: Show) -> str:
    """Return how many are outside the limits, and how many would be by chance."""
    count = len(verdicts)
    outer = verdicts.count(VERDICTS[2])
    inner = count - verdicts.count(VERDICTS[0])
    n = show(f"{key}.funnel.trusts", count, f"{count}")
    k = show(f"{key}.funnel.outer", outer, f"{outer}")
    i = show(f"{key}.funnel.inner", inner, f"{inner}")
    chance = show(f"{key}.funnel.chance", 0.05 * count, f"{0.05 * count:.0f}")
    told = (
        f"{k} of {n} trusts {'was' if outer == 1 else 'were'} different from expected; "
        f"{i} were outside the inner limits, where about {chance} would be by chance."
    )
    if not hidden:
        return told
    away = show(f"{key}.funnel.hidden", hidden, f"{hidden}")
    return f"{told} Not drawn, to protect people: {away}."


def _verdict(trust: ShownTrust) -> str:
    assert trust.ratio is not None
    for place, low, high in (
        (2, trust.lower998, trust.upper998),
        (1, trust.lower95, trust.upper95),
    ):
        if low is not None and high is not None and not low <= trust.ratio <= high:
            return VERDICTS[place]
    return VERDICTS[0]


def calibration_figure(
    found: ShownStudy, outcome: ShownOutcome, show: Show
) -> Chart | None:
    made = outcome.calibration
    if made is None or sum(t[1] is not None for t in made.tenths) < 2:
        return None
    key = key_of(outcome.name)
    table = drawn_table(
        found,
        f"calibration_{key}",
        "Predicted and observed deaths by tenth of predicted risk",
        (
            number("predicted", "mean predicted risk"),
            number("observed", "share who died"),
            number("patients", "patients", "people"),
            number("events", "deaths", "people"),
        ),
        made.tenths,
        NOTE,
    )
    c = show(f"{key}.c_statistic", made.c_statistic, f"{made.c_statistic:.2f}")
    slope = show(f"{key}.slope", made.slope, f"{made.slope:.2f}")
    return calibration_chart(
        table,
        finding=(
            f"Of two patients of whom one died, the case-mix model gave that one the "
            f"higher risk with a chance of {c}; the slope of calibration is {slope}, "
            "where 1 is right."
        ),
        subtitle=subtitle_of(found, f"{capitalised(outcome.label)}."),
        alt=(
            f"Predicted against observed share who died, {len(made.tenths)} tenths of "
            f"predicted risk, with the line on which the model is right. C-statistic "
            f"{made.c_statistic:.2f}, slope {made.slope:.2f}. Table follows."
        ),
    )
