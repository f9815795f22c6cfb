"""Does the report of a study say what was found, in the order of a study report?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import altair
import pytest

from book_pages import Element, parsed
from candela.association.verdict import Kind, verdict_of
from candela.publish.ledger import Ledger, Origin
from candela.publish.study.checks import counts_are_rounded
from candela.publish.study.explanations import explanations_of
from candela.publish.study.figures import figures_of
from candela.publish.study.protecting import protected
from candela.publish.study.report import make_study_report
from candela.publish.study.shown import ShownStudy
from candela.publish.study.tables import study_tables
from candela.publish.study.words import absolute, finding, verdict_sentence
from study_cases import downing_like, ozdemir_like, ratio

SECTIONS = (
    *("summary", "question", "declared", "flow", "result", "explanations"),
    *("analyses", "sufficiency", "limits", "method", "checks", "software"),
    *("release", "checklist"),
)
SUMMARY_WORDS = 150
DIGIT = re.compile(r"\d")
FORBIDDEN = (
    *("outlier", "gaming", "failing", "poor", "worst", "best", "at risk"),
    *("significant", "effect of research", "suppressed", "subject", "proves"),
)


def show(name: str, value: float, words: str) -> str:
    return words


@pytest.fixture(scope="module")
def pages() -> dict[str, Element]:
    """The reports of both studies, drawn once."""
    found = {"deaths": protected(ozdemir_like()), "survival": protected(downing_like())}
    return {
        name: parsed(make_study_report(one, study_tables(one)).html)
        for name, one in found.items()
    }


@pytest.fixture(params=["deaths", "survival"])
def page(pages: dict[str, Element], request: pytest.FixtureRequest) -> Element:
    return pages[request.param]


def sections(page: Element) -> Iterator[Element]:
    (main,) = page.all("main")
    yield from main.all("section")


def test_the_sections_stand_in_the_order_of_a_study_report(page: Element) -> None:
    found = [s.attributes["id"] for s in sections(page) if "id" in s.attributes]
    assert tuple(found) == SECTIONS


def test_the_summary_is_of_a_hundred_and_fifty_words_at_most(page: Element) -> None:
    first = next(sections(page))
    assert len(first.text().split()) <= SUMMARY_WORDS


def test_the_answer_is_the_heading_and_a_verdict_follows(
    pages: dict[str, Element],
) -> None:
    (heading,) = pages["deaths"].all("h1")
    # 0.00273 less for a patient, from 0.00183 to 0.00363.
    assert heading.text() == (
        "More research went with fewer deaths in hospital or within 30 days of "
        "discharge: 2.7 fewer for every 1,000 patients (95% interval 3.6 fewer to 1.8 "
        "fewer)."
    )
    summary = next(sections(pages["deaths"])).text()
    assert "A difference that matters. At least 1.8 fewer for every 1,000" in summary
    assert "This does not show that one caused the other." in summary


def test_every_number_is_named_or_in_a_table_or_a_source(page: Element) -> None:
    for section in sections(page):
        for paragraph in section.all("p"):
            text = paragraph.untraced_text().replace("95%", "").replace("1,000", "")
            text = re.sub(r"\b30 days\b", "", text)
            if "source" not in paragraph.attributes.get("class", ""):
                assert not re.search(r"\d{2,}", text) or "%" in text, text


def test_words_that_are_not_said_are_nowhere(page: Element) -> None:
    text = page.text().lower()
    assert [word for word in FORBIDDEN if re.search(rf"\b{word}\b", text)] == []


def test_each_picture_has_its_words_table_and_files(page: Element) -> None:
    figures = list(page.all("figure"))
    assert len(figures) >= 6
    for figure in figures:
        (drawing,) = figure.all("svg")
        assert drawing.attributes["role"] == "img"
        assert any(figure.all("figcaption"))
        (heading,) = (*figure.all("h2"), *figure.all("h3"))
        assert heading.text().endswith(".")


def test_a_page_needs_nothing_from_elsewhere(page: Element) -> None:
    for element in page.all():
        assert element.tag not in ("script", "img", "link", "iframe")
        address = element.attributes.get("src", element.attributes.get("href", ""))
        assert not address.startswith("http") or "doi.org" in address


def test_ids_of_a_page_are_its_own(page: Element) -> None:
    ids = [e.attributes["id"] for e in page.all() if e.attributes.get("id")]
    drawn = {e.attributes.get("id", "") for svg in page.all("svg") for e in svg.all()}
    own = [one for one in ids if one not in drawn]
    assert len(own) == len(set(own))


def test_the_checklist_leads_to_sections_that_are_there(page: Element) -> None:
    (table,) = (
        t for t in page.all("table") if t.attributes.get("data-table") == "checklist"
    )
    linked = {a.attributes["href"].removeprefix("#") for a in table.all("a")}
    assert linked <= set(SECTIONS)
    assert "to be written by you" in table.text()


# Charts.


@pytest.fixture(scope="module")
def charts() -> dict[str, object]:
    return {
        chart.name: chart
        for found in (ozdemir_like(), downing_like())
        for chart in figures_of(protected(found), show)
    }


def test_there_is_a_picture_for_each_question(charts: dict[str, object]) -> None:
    assert set(charts) == {
        *("flow_shown", "forest_deaths", "shape_deaths", "tried_deaths"),
        *("funnel_deaths", "calibration_deaths"),
        *("forest_survival", "curves_survival", "tried_survival"),
        *("forest_deaths_after_surgery", "tried_deaths_after_surgery"),
        *("funnel_deaths_after_surgery", "calibration_deaths_after_surgery"),
    }


def test_each_specification_is_one_that_its_grammar_allows(
    charts: dict[str, object],
) -> None:
    for chart in charts.values():
        altair.Chart.from_dict(json.loads(chart.specification), validate=True)  # type: ignore[attr-defined]


def test_the_words_of_a_drawing_are_few_and_lead_to_its_table(
    charts: dict[str, object],
) -> None:
    for chart in charts.values():
        assert len(chart.alt.split()) <= 60  # type: ignore[attr-defined]
        assert chart.alt.endswith("Table follows.")  # type: ignore[attr-defined]


def test_a_forest_lays_our_figures_beside_those_printed() -> None:
    found = protected(ozdemir_like())
    forest = next(c for c in figures_of(found, show) if c.name == "forest_deaths")
    rows = [(r[0], r[1], r[3]) for r in forest.table.rows]
    assert ("lowest third", "this study", 1.06) in rows
    assert ("lowest third", "printed in the paper", 1.069) in rows
    assert ("highest third", "this study", 1.0) in rows
    assert "not in order of research" in forest.finding


def test_the_paper_is_not_laid_beside_research_of_other_years() -> None:
    found = ozdemir_like()
    (outcome,) = found.outcomes
    lag = next(a for a in outcome.secondary if a.name == "lag_2")
    lagged = replace(lag, contrasts=outcome.primary.contrasts)
    secondary = tuple(lagged if a is lag else a for a in outcome.secondary)
    found = replace(found, outcomes=(replace(outcome, secondary=secondary),))
    table = next(t for t in study_tables(protected(found)) if t.name == "contrasts")
    beside = {
        row[1]: row[table.headings.index("published_estimate")]
        for row in table.rows
        if row[3] == "lowest third"
    }
    assert beside == {"primary": 1.069, "lag_2": None}


# Sentences.


@pytest.mark.parametrize(
    ("value", "half", "kind", "said"),
    [
        (0.95, 0.01, Kind.MATTERS, "At least"),
        (0.97, 0.02, Kind.SIZE_UNSURE, "It could be too small to matter"),
        (0.99, 0.005, Kind.TOO_SMALL, "There is a difference, but it is smaller"),
        (1.0, 0.01, Kind.LITTLE_OR_NONE, "That is an answer, not a lack of one."),
        (0.98, 0.05, Kind.CANNOT_TELL, "To settle it would take about"),
    ],
)
def test_the_sentence_of_a_verdict_is_chosen_by_the_interval(
    value: float, half: float, kind: Kind, said: str
) -> None:
    (outcome,) = protected(ozdemir_like(value=value, half=half)).outcomes
    assert outcome.verdict is not None
    assert outcome.verdict.kind is kind
    assert said in verdict_sentence(outcome, show)


def test_we_cannot_tell_is_said_with_what_fits() -> None:
    (outcome,) = protected(ozdemir_like(value=0.98, half=0.05)).outcomes
    assert finding(outcome, show).startswith("We cannot tell whether more research")


def test_the_absolute_difference_is_turned_with_the_reference_class() -> None:
    """Against the highest third, 2.73 more in the lowest are 2.73 fewer."""
    (outcome,) = protected(ozdemir_like()).outcomes
    per = absolute(outcome)
    assert per is not None
    assert (per.value, per.lower, per.upper) == pytest.approx((-2.73, -3.63, -1.83))
    survival = protected(downing_like()).outcomes[0]
    per = absolute(survival)
    assert per is not None
    # 0.58 times 0.97 less 0.58: 17.4 fewer; the reference is the lowest class here.
    assert per.value == pytest.approx(-17.4)


def test_a_hidden_result_is_said_to_be_hidden() -> None:
    found = ozdemir_like()
    (outcome,) = found.outcomes
    lowest, *others = outcome.primary.contrasts
    primary = replace(outcome.primary, contrasts=(replace(lowest, events=2), *others))
    shown = protected(replace(found, outcomes=(replace(outcome, primary=primary),)))
    text = parsed(make_study_report(shown, study_tables(shown)).html).text()
    assert "the result cannot be shown" in text
    assert "Hidden to protect people" in text


def test_a_continuous_exposure_is_told_as_a_ratio() -> None:
    found = ozdemir_like()
    (outcome,) = found.outcomes
    main = replace(outcome.primary, contrasts=(), label="Each recruit per bed")
    one = replace(outcome, primary=main, risks=(), monotone=None)
    (shown,) = protected(replace(found, outcomes=(one,))).outcomes
    assert "marginal odds ratio 0.943" in finding(shown, show)
    charts = figures_of(protected(replace(found, outcomes=(one,))), show)
    assert "forest_deaths" not in {c.name for c in charts}


# Explanations.


def test_what_remains_of_an_explanation_is_chosen_by_rule() -> None:
    (outcome,) = protected(ozdemir_like()).outcomes
    told = {e.what: e.left for e in explanations_of(outcome)}
    assert told["Luck"] == "None beyond the interval."
    # 0.902 (0.875 to 0.929) leaves out 0.943: the result depends on the case mix.
    assert told["Patients differ"].startswith("Much")
    assert told["The model"].startswith("Little")
    # Of a unit, only the direction is compared: 0.993 (0.969 to 1.017).
    assert told["Trusts differ in lasting ways"].startswith("Some")
    assert told["Participants in trials do better by themselves"].startswith("Little")


def test_research_after_the_deaths_that_goes_with_them_is_a_warning() -> None:
    found = ozdemir_like()
    (outcome,) = found.outcomes
    secondary = tuple(
        replace(a, estimate=ratio(0.95, 0.02)) if a.name == "negative_control" else a
        for a in outcome.secondary
    )
    (shown,) = protected(
        replace(found, outcomes=(replace(outcome, secondary=secondary),))
    ).outcomes
    assert explanations_of(shown)[-1].left.startswith("Much: something else")


# Tables.


@pytest.mark.parametrize("case", [ozdemir_like, downing_like])
def test_every_count_of_people_is_rounded_in_every_table(case: object) -> None:
    shown: ShownStudy = protected(case(5))  # type: ignore[operator]
    charts = figures_of(shown, show)
    tables = (*study_tables(shown), *(t for c in charts for t in c.tables))
    assert list(counts_are_rounded(tables)) == []
    people = [c for t in tables for c in t.columns if c.unit == "people"]
    assert len(people) > 20


def test_a_count_that_was_not_rounded_would_be_found() -> None:
    shown = protected(ozdemir_like())
    (outcome,) = shown.outcomes
    spoilt = replace(outcome.trusts[5], observed=13)
    shown = replace(shown, outcomes=(replace(outcome, trusts=(spoilt,)),))
    assert set(counts_are_rounded(study_tables(shown))) == {"outcome"}


def test_tables_name_files_and_never_rows_of_people() -> None:
    for table in study_tables(protected(ozdemir_like())):
        assert table.origin.rows == ()


def test_a_ledger_takes_an_origin_without_rows() -> None:
    ledger = Ledger()
    ledger.origin("study", Origin("f", ()))
    assert ledger.origins["study"].written() == {"function": "f", "rows": {}}


def test_a_verdict_needs_what_matters_to_be_declared() -> None:
    (outcome,) = protected(ozdemir_like()).outcomes
    assert outcome.primary.estimate is not None
    again = verdict_of(outcome.primary.estimate, smallest_ratio_that_matters=0.98)
    assert again.kind is Kind.MATTERS
