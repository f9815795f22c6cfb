"""Is all that was declared done, and the one primary result kept apart?"""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from association_cases import made_up_material, measure_row, outcome_row
from candela.association import (
    Analysis,
    Association,
    Material,
    associate,
    p_words,
    shipped_protocol,
)
from candela.association.primary import describe
from candela.association.sensitivity import NEGATIVE_CONTROL
from candela.errors import TooFewData
from candela.nation import NationDesign, TrustYears, make_nation, trust_years
from candela.participation import DoseDesign
from candela.stats.multiplicity import holm
from candela.tables import (
    ORGANISATION_MEASURES,
    PUBLISHED_OUTCOMES,
    Succession,
    Table,
)

PROTOCOL = shipped_protocol("jonker_2018")


@pytest.fixture(scope="module")
def found() -> Association:
    """Forty made-up trusts over four years, with 1% fewer deaths a unit of dose."""
    return associate(made_up_material(1), PROTOCOL)


def named(found: Association, name: str) -> Analysis:
    (analysis,) = [a for a in found.analyses if a.name == name]
    return analysis


def test_exactly_one_analysis_is_primary_and_it_comes_first(found: Association) -> None:
    assert [a.name for a in found.analyses if a.primary] == ["primary"]
    assert found.analyses[0] is found.primary
    assert found.primary.p_holm is None
    assert not any("Secondary" in c for c in found.primary.estimate.cautions)


def test_the_primary_ratio_is_quoted_between_the_quartiles(found: Association) -> None:
    low, high = np.quantile(found.panel.dose, [0.25, 0.75])
    assert (found.dose_low, found.dose_high) == (
        float(f"{low:.3g}"),
        float(f"{high:.3g}"),
    )
    truth = math.exp(-0.01 * (high - low))
    assert found.primary.estimate.lower < truth < found.primary.estimate.upper
    assert found.primary.estimate.organisations == 40
    assert found.primary.estimate.observations == 160
    assert "doctors per bed" in found.primary.design


def test_the_primary_result_says_what_it_cannot_say(found: Association) -> None:
    cautions = found.primary.estimate.cautions
    assert any("no cause is claimed" in caution for caution in cautions)
    assert any("nothing here is about single patients" in c for c in cautions)


def test_every_secondary_analysis_says_so_with_its_adjusted_p(
    found: Association,
) -> None:
    assert len(found.secondary) > 10
    tested = [a for a in found.secondary if a.estimate.p_value is not None]
    p = [a.estimate.p_value for a in tested]
    assert [a.p_holm for a in tested] == pytest.approx(holm(np.array(p)).tolist())
    number = len(found.secondary)
    for analysis in found.secondary:
        said = analysis.estimate.cautions[-1]
        assert said.startswith(f"Secondary: one of {number} analyses")
        if analysis.p_holm is None:
            assert "Holm" not in said
        else:
            assert said.endswith(f"by Holm's method {p_words(analysis.p_holm)}.")
    assert [a.name for a in found.secondary if a.p_holm is None] == ["e_value"]


def test_names_of_analyses_are_not_used_twice(found: Association) -> None:
    names = [a.name for a in found.analyses] + [a.name for a in found.not_done]
    assert len(names) == len(set(names))


def test_all_that_was_declared_is_done_or_listed_with_a_reason(
    found: Association,
) -> None:
    done = {a.name for a in found.analyses}
    not_done = {a.name: a.reason for a in found.not_done}
    assert done >= {
        "unadjusted",
        "negative_binomial",
        "random_intercept",
        "middle_third",
        "top_third",
        "spline",
        "between_organisations",
        "within_organisations",
        "lag_2",
        "lag_3",
        NEGATIVE_CONTROL,
        "latest_period",
        "by_beds_general_acute",
        "by_spells",
        "participants_recruited",
        "policy_drop_year_of_merger",
        "without_most_influential",
        "e_value",
    }
    # These are in none of the files.
    assert set(not_done) == {
        "participants_observational",
        "participants_commercial",
        "studies_recruiting",
    }
    assert not_done["studies_recruiting"] == "no file gives studies that recruited."


def test_there_is_a_rank_correlation_for_each_year(found: Association) -> None:
    names = [a.name for a in found.analyses if a.name.startswith("spearman")]
    assert names == [f"spearman_{y}04_{y + 1}03" for y in range(2014, 2018)]


def test_the_curve_comes_with_its_test(found: Association) -> None:
    assert found.curve is not None
    said = f"Test of a bent line against a straight one: p = {found.curve.p_bent:.3f}."
    assert said in named(found, "spline").estimate.cautions


def test_the_verdict_is_of_the_primary_interval(found: Association) -> None:
    assert found.verdict.smallest_ratio_that_matters == 0.98
    half = math.log(found.primary.estimate.upper / found.primary.estimate.lower) / 2
    assert found.verdict.times_information == pytest.approx(
        max(1, (half / -math.log(0.98)) ** 2)
    )


def test_the_result_without_each_organisation_names_it(found: Association) -> None:
    codes = [code for code, _ in found.left_out_one]
    assert codes == list(found.panel.organisations)
    whole = math.log(found.primary.estimate.value)
    moved = {code: abs(math.log(r) - whole) for code, r in found.left_out_one}
    furthest = max(moved, key=moved.__getitem__)
    without = named(found, "without_most_influential")
    assert without.label == (
        f"without {furthest}, the organisation that moves the result most"
    )
    assert without.estimate.value == pytest.approx(
        dict(found.left_out_one)[furthest], rel=1e-8
    )
    assert without.estimate.organisations == 39


def test_an_organisation_that_makes_the_result_is_found() -> None:
    years = range(2013, 2019)
    changed = {("ZA17", year, "participants_interventional"): 3000.0 for year in years}
    found = associate(made_up_material(2, log_ratio=0, changed=changed), PROTOCOL)
    assert "ZA17" in named(found, "without_most_influential").label


def test_a_result_that_needs_one_organisation_names_it_and_stands() -> None:
    # Only ZA05 differs in doctors per bed: without it there is nothing to adjust for.
    changed = {
        (f"ZA{n:02d}", year, measure): 900.0
        if (n, measure) == (5, "staff_doctors_fte")
        else 600.0
        for n in range(40)
        for year in range(2013, 2019)
        for measure in ("staff_doctors_fte", "beds_general_acute")
    }
    found = associate(made_up_material(7, changed=changed), PROTOCOL)
    reasons = {a.name: a.reason for a in found.not_done}
    assert "without cluster ZA05" in reasons["without_most_influential"]
    assert found.left_out_one == ()
    assert found.primary.estimate.organisations == 40


def test_the_negative_control_allows_for_what_was_done_before(
    found: Association,
) -> None:
    control = named(found, NEGATIVE_CONTROL)
    assert control.exposure.endswith("the year after")
    assert PROTOCOL.negative_control_reason in control.estimate.cautions
    # Nothing was planted on the year after.
    assert control.estimate.lower < 1 < control.estimate.upper


def test_a_single_year_leaves_some_analyses_undone_with_reasons() -> None:
    found = associate(made_up_material(3, years=1), PROTOCOL)
    reasons = {a.name: a.reason for a in found.not_done}
    assert "no organisation has two outcome periods" in reasons["within_organisations"]
    assert "no organisation has two outcome periods" in reasons["between_organisations"]
    assert "latest_period" not in {a.name for a in found.analyses}
    assert "lag_2" in reasons


def test_a_dose_that_never_changes_leaves_change_within_undone() -> None:
    years = range(2013, 2019)
    changed = {
        (f"ZA{n:02d}", year, "participants_interventional"): 50.0 + 10 * n
        for n in range(40)
        for year in years
    }
    found = associate(made_up_material(4, changed=changed), PROTOCOL)
    reasons = {a.name: a.reason for a in found.not_done}
    assert "within_organisations" in reasons
    assert reasons["within_organisations"]
    assert found.primary.estimate.observations == 160


def test_the_first_exposure_that_the_files_can_answer_is_taken() -> None:
    without = ("participants_interventional", "staff_clinical_fte")
    found = associate(made_up_material(5, without=without), PROTOCOL)
    assert found.primary.exposure == (
        "participants recruited, all studies per 100 general and acute beds, "
        "the year before"
    )


def test_without_any_research_activity_one_sentence_says_so() -> None:
    without = ("participants_interventional", "participants_recruited")
    with pytest.raises(TooFewData) as told:
        associate(made_up_material(5, without=without), PROTOCOL)
    assert str(told.value).startswith("No file gives research activity:")
    assert "medicine trials sponsored" in str(told.value)


def test_activity_that_cannot_be_related_is_told_with_each_reason() -> None:
    without = (
        "participants_interventional",
        "staff_clinical_fte",
        "beds_general_acute",
        "spells",
    )
    with pytest.raises(TooFewData) as told:
        associate(made_up_material(5, without=without), PROTOCOL)
    assert "can be related to the outcome" in str(told.value)
    assert str(told.value).count("no file gives") == 3  # one for each denominator


def test_without_lists_of_successions_everybody_stands_as_reported(
    found: Association,
) -> None:
    assert str(found.panel.policy) == "as_reported"
    assert "policy_as_reported" not in {a.name for a in found.analyses}


def test_a_missing_covariate_is_said_with_every_result() -> None:
    material = made_up_material(6, without=("staff_doctors_fte",))
    found = associate(material, PROTOCOL)
    assert "adjusted for year; policy" in found.primary.design
    for analysis in found.analyses:
        said = " ".join(analysis.estimate.cautions)
        assert "Not adjusted for doctors per bed" in said
    assert "unadjusted" not in {a.name for a in found.analyses}


@pytest.mark.parametrize(
    ("lag_years", "window_years", "words"),
    [
        (1, 1, "the year before"),
        (2, 1, "2 years before"),
        (0, 1, "the same year"),
        (-1, 1, "the year after"),
        (-3, 3, "the 3 years after"),
        (1, 3, "3 years, the last of them the year before"),
    ],
)
def test_a_dose_is_described_in_words(
    lag_years: int, window_years: int, words: str
) -> None:
    design = DoseDesign(
        "sponsored_trials",
        "beds_general_acute",
        lag_years=lag_years,
        window_years=window_years,
        reason="a check",
    )
    assert describe(design) == (
        f"medicine trials sponsored per 100 general and acute beds, {words}"
    )


def material_of(rows: TrustYears) -> Material:
    """Return the tables from which an analyst would work out these rows."""
    measures, outcomes = [], []
    for n in range(len(rows)):
        code, year = rows.codes[rows.trust[n]], int(rows.year[n])
        figures = {
            "participants_interventional": 20 * rows.dose_before[n],
            "staff_clinical_fte": 2000.0,
            "staff_doctors_fte": 10 * rows.doctors_per_100_beds_before[n],
            "beds_general_acute": 1000.0,
        }
        measures += [
            measure_row(code, year - 1, measure, float(value))
            for measure, value in figures.items()
        ]
        observed, expected = int(rows.observed[n]), float(rows.expected[n])
        outcomes.append(outcome_row(code, year, observed, expected))
    return Material(
        Table.from_rows(PUBLISHED_OUTCOMES, outcomes),
        Table.from_rows(ORGANISATION_MEASURES, measures),
        Succession(),
    )


@pytest.mark.parametrize("association", [0.0, -0.004])
def test_what_was_planted_in_a_made_up_nation_is_recovered(association: float) -> None:
    design = NationDesign(
        trusts=120,
        years=4,
        mergers=0,
        splits_without_share=0,
        association=association,
        confounder_strength=1.5,
    )
    nation = make_nation(design, np.random.default_rng(3))
    protocol = replace(PROTOCOL, lags_years=(), measures=(), policies=())
    found = associate(material_of(trust_years(nation)), protocol)
    truth = math.exp(association * (found.dose_high - found.dose_low))
    assert found.primary.estimate.lower < truth < found.primary.estimate.upper
    # Doctors per bed raise recruitment and lower mortality: not allowing for them
    # makes research look better than it is.
    assert named(found, "unadjusted").estimate.value < found.primary.estimate.value


def test_a_p_value_is_never_written_as_nought() -> None:
    assert (p_words(0.0341), p_words(0.0004)) == ("p = 0.034", "p < 0.001")


def test_each_analysis_names_the_rows_it_rests_on(found: Association) -> None:
    primary = set(found.primary.rows)
    assert primary == set(found.panel.rows)
    control = next(a for a in found.secondary if a.name == NEGATIVE_CONTROL)
    assert set(control.rows) >= primary


def test_the_thirds_of_the_last_year_hold_every_organisation_once(
    found: Association,
) -> None:
    latest = found.panel.in_period(found.panel.distinct_periods[-1])
    codes = [code for third in found.thirds for code in third.codes]
    assert sorted(codes) == sorted(latest.codes)
    for third in found.thirds:
        members = latest.where(np.isin(latest.codes, third.codes))
        assert third.ratio == members.observed.sum() / members.expected.sum()
        assert third.interval is not None
        assert third.interval[0] < third.ratio < third.interval[1]
