"""What are the numbers of a declared analysis?  All of them, planned and tried."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from candela.association import p_words
from candela.association.sensitivity import NEGATIVE_CONTROL
from candela.publish.contents import BookContents, Row
from candela.publish.pages.book_words import ledger_number, strings_of
from candela.publish.pages.parts import Cell, Fact, View
from candela.publish.pages.records import text_of
from candela.publish.pages.rounding import counted
from candela.tables import DENOMINATORS, MEASURES

__all__ = ["analyses_view", "analysis_facts", "analysis_label"]

LABELS = {
    "primary": "The main analysis",
    "unadjusted": "Without allowing for staffing",
    "negative_binomial": "Negative binomial instead of Poisson",
    "random_intercept": "A random level for each organisation",
    "middle_third": "Middle third against the bottom third",
    "top_third": "Top third against the bottom third",
    "spline": "A curve instead of a straight line",
    "between_organisations": "Between organisations",
    "within_organisations": "Between years of the same organisation",
    NEGATIVE_CONTROL: "Research after the deaths, allowing for that before (a check)",
    "latest_period": "The last period only",
    "without_most_influential": "Without the organisation that moves it most",
    "policy_as_reported": "Organisations as reported",
    "policy_drop_year_of_merger": "Without years of merger",
    "policy_successor_at": "Organisations followed to their successors",
    "e_value": "How strong an unmeasured cause would have to be (E-value)",
}
FACTS = (
    ("Ratio of deaths, high dose over low dose", "primary.ratio"),
    ("Lower end of its 95% interval", "primary.ratio.lower"),
    ("Upper end of its 95% interval", "primary.ratio.upper"),
    ("p-value", "primary.p"),
    ("Low dose (a quarter of the way up)", "dose.low"),
    ("High dose (three quarters of the way up)", "dose.high"),
    ("Organisations", "primary.n"),
    ("Organisation-years", "primary.rows"),
    ("Years of deaths", "primary.years"),
    ("Smallest difference that matters, in 1,000", "smallest_that_matters"),
    ("Test of a bend against a straight line", "curve.p_bent"),
)


def analysis_label(name: str) -> str:
    """Return what an analysis is, in words."""
    if name in LABELS:
        return LABELS[name]
    kind, _, rest = name.partition("_")
    if kind == "lag":
        return f"Research {rest} years before"
    if kind == "by" and rest in DENOMINATORS:
        return f"Research {DENOMINATORS[rest].label}"
    if name in MEASURES:
        label = MEASURES[name].label
        return f"{label[0].upper()}{label[1:]} instead"
    if kind == "spearman" and len(rest) == 13:
        return (
            f"Spearman correlation, {rest[4:6]}/{rest[:4]} to {rest[11:]}/{rest[7:11]}"
        )
    return name.replace("_", " ")


def analyses_view(contents: BookContents) -> View:
    """Return every analysis that was done, the main one first."""
    rows = contents.rows("association")
    ordered = sorted(
        enumerate(rows, start=2), key=lambda at: at[1].get("primary") is not True
    )
    return View.of(
        "All analyses, planned and tried",
        (
            "Analysis",
            "Scale",
            "Estimate",
            "95% interval",
            "p-value",
            "Organisations",
            "Design",
            "Research counted",
        ),
        [_row(contents, row, number) for number, row in ordered],
        numeric=(False, False, True, True, True, True, False, False),
        notes=(
            "A ratio below 1: more research went with fewer deaths. The p-values of "
            "secondary analyses are not adjusted for their number here.",
        ),
        own=frozenset(
            n for n, (_, row) in enumerate(ordered) if row.get("primary") is True
        ),
    )


def _row(contents: BookContents, row: Row, number: int) -> tuple[Cell, ...]:
    name = text_of(row, "name")
    scale = text_of(row, "scale")

    def cell(column: str, part: str, words: str) -> Cell:
        ledger = f"analysis.{name}.{part}"
        named = ledger if ledger in contents.numbers else ""
        value = row.get(column)
        sort = float(value) if isinstance(value, int | float) else None
        return Cell(words, named or f"table:association:{number}:{column}", sort=sort)

    def digits(column: str) -> str:
        value = row.get(column)
        return f"{value:.3f}" if isinstance(value, float) else ""

    interval = f"{digits('lower')} to {digits('upper')}"
    if scale == "e_value":
        interval = f"{digits('lower')} for the near end of the interval"
    p = row.get("p_value")
    n = row.get("organisations")
    return (
        Cell(analysis_label(name)),
        Cell("E-value" if scale == "e_value" else scale),
        cell("estimate", "value", digits("estimate")),
        cell("lower", "lower", interval),
        cell("p_value", "p", p_words(p).removeprefix("p ").removeprefix("= "))
        if isinstance(p, float)
        else Cell(""),
        cell("organisations", "n", counted(n) if isinstance(n, float) else ""),
        Cell(text_of(row, "design")),
        Cell(text_of(row, "exposure")),
    )


def analysis_facts(
    contents: BookContents, protocol: Mapping[str, Any]
) -> tuple[Fact, ...]:
    """Return the facts of *numbers and method*."""
    found = []
    for term, name in FACTS:
        number = ledger_number(contents, name)
        if number is not None:
            found.append(Fact(term, (number,)))
    main = next(
        (r for r in contents.rows("association") if r.get("primary") is True), None
    )
    if main is not None:
        found += [
            Fact("Model", (text_of(main, "design"),)),
            Fact("Method", (text_of(main, "method"),)),
            Fact("Research counted", (text_of(main, "exposure"),)),
            Fact("Outcome", (f"Deaths compared with expected ({main['outcome']})",)),
        ]
    windows = strings_of(protocol.get("windows"))
    if windows:
        found.append(Fact("Which research before which deaths", ("; ".join(windows),)))
    for term, key in (("Policy on mergers", "policy"), ("Protocol", "protocol_sha256")):
        if contents.settings.get(key):
            value = str(contents.settings[key])
            words = f"{protocol['name']}, sha256 {value}" if "sha" in key else value
            found.append(Fact(term, (words,)))
    return tuple(fact for fact in found if fact.words != ("",))
