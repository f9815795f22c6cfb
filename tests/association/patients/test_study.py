"""Is what was planted in small made-up patients found, from files to findings?"""

from __future__ import annotations

import itertools
import math
from pathlib import Path

import numpy as np
import pytest

from candela.association.patients import study
from candela.association.patients.net import life_table_of
from candela.association.patients.result import OutcomeResult, StudyResult
from candela.errors import InputError, TooFewData
from candela.tables import Table
from candela.tables.patients import LIFE_TABLE
from patient_studies import (
    ADMISSIONS,
    CANCER,
    LOG_ODDS,
    Columns,
    at_hand,
    patients,
    plan,
    spells,
    write_folder,
)


def result_of(folder: Path, text: str, *changes: tuple[str, str]) -> StudyResult:
    with at_hand(folder) as (engine, tables):
        return study(engine, tables, plan(text, *changes))


@pytest.fixture(scope="module")
def admissions(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    folder = write_folder(tmp_path_factory.mktemp("spells"), spell=spells())
    return result_of(folder, ADMISSIONS)


@pytest.fixture(scope="module")
def cancer(tmp_path_factory: pytest.TempPathFactory) -> StudyResult:
    place = tmp_path_factory.mktemp("cancer")
    folder = write_folder(place, cancer=patients(), life_table=True)
    return result_of(folder, CANCER)


def only(found: StudyResult) -> OutcomeResult:
    (outcome,) = found.outcomes
    return outcome


def ratio_of(outcome: OutcomeResult, name: str) -> float:
    return next(a.estimate.value for a in outcome.analyses if a.name == name)


def test_the_planted_difference_is_found_and_its_interval_holds_it(
    admissions: StudyResult,
) -> None:
    # The highest third did much research and the lowest little.
    estimate = only(admissions).primary.estimate
    assert estimate.lower < math.exp(LOG_ODDS) < estimate.upper
    assert estimate.upper < 1
    assert estimate.organisations == 20


def test_classes_are_laid_out_against_the_declared_reference(
    admissions: StudyResult,
) -> None:
    outcome = only(admissions)
    lowest, _, highest = outcome.primary.contrasts
    assert (highest.reference, highest.estimate) == (True, None)
    assert lowest.estimate is not None
    # The table shows the lowest third against the highest, the estimate the reverse.
    assert lowest.estimate.value == pytest.approx(1 / outcome.primary.estimate.value)
    assert sum(c.patients for c in outcome.primary.contrasts) == outcome.patients
    assert lowest.crude_risk == lowest.events / lowest.patients


def test_standardised_risks_differ_as_their_difference_says(
    admissions: StudyResult,
) -> None:
    risks = {one.label: one for one in only(admissions).risks}
    lowest, highest = risks["lowest third"], risks["highest third"]
    assert highest.difference is None
    assert lowest.difference is not None
    assert lowest.risk - highest.risk == pytest.approx(lowest.difference.value)
    assert 0.1 < highest.risk < lowest.risk < 0.5


def test_the_naive_interval_is_marked_and_has_the_same_centre(
    admissions: StudyResult,
) -> None:
    outcome = only(admissions)
    naive = next(a for a in outcome.secondary if a.name == "naive")
    assert naive.naive
    assert naive.p_holm is None
    assert naive.estimate.value == pytest.approx(outcome.primary.estimate.value)
    assert not outcome.primary.naive


def test_the_odds_ratio_of_the_whole_cohort_is_nearer_to_1(
    admissions: StudyResult,
) -> None:
    outcome = only(admissions)
    assert outcome.primary.estimate.value < ratio_of(outcome, "marginal") < 1


def test_every_declared_analysis_is_done_or_says_why_not(
    admissions: StudyResult,
) -> None:
    outcome = only(admissions)
    names = {a.name for a in outcome.secondary} | {n.name for n in outcome.not_done}
    assert {
        "naive",
        "unadjusted",
        "dose",
        "between_organisations",
        "within_organisations",
        "without_trial_participants",
        "negative_control_after",
        "spline",
    } <= names


def test_organisations_add_up_to_everyone_and_to_what_is_expected(
    admissions: StudyResult,
) -> None:
    outcome = only(admissions)
    assert sum(one.patients for one in outcome.trusts) == 6000
    observed = sum(one.observed for one in outcome.trusts)
    # A logistic model with an intercept expects as many as there were.
    assert sum(one.expected for one in outcome.trusts) == pytest.approx(observed)
    assert {one.org_code for one in outcome.trusts} == {f"ZT{n:02d}" for n in range(20)}
    assert {str(one.period) for one in outcome.trusts} == {
        "2012/13",
        "2013/14",
        "2014/15",
    }


def test_calibration_of_a_model_fitted_to_the_same_patients_is_1(
    admissions: StudyResult,
) -> None:
    found = only(admissions).calibration
    assert found is not None
    assert found.slope == pytest.approx(1, abs=1e-4)
    assert int(found.patients.sum()) == 6000
    assert 0.5 < found.c_statistic < 0.8


def test_participants_are_counted_and_bound_what_they_could_explain(
    admissions: StudyResult,
) -> None:
    trial = only(admissions).trial
    assert trial is not None
    assert 200 < trial.participants < 400  # one in twenty of 6,000
    assert trial.unknown == 0
    assert trial.share_highest is not None
    assert trial.share_lowest is not None
    assert trial.bound == pytest.approx(
        (1 - trial.share_highest) / (1 - trial.share_lowest)
    )


def test_the_flow_counts_down_to_those_analysed(admissions: StudyResult) -> None:
    outcome = only(admissions)
    steps = (*admissions.flow, *outcome.flow)
    assert steps[0].remaining == 6000
    assert steps[-1].remaining == outcome.patients
    for before, after in itertools.pairwise(steps):
        left = after.count if after.kind == "left" else 0
        assert after.remaining == before.remaining - left


def test_made_up_rows_never_stand_in_what_is_handed_over(
    admissions: StudyResult,
) -> None:
    assert "S1" not in repr(admissions).split("'")
    assert (admissions.first_day, admissions.last_day) == ("2012-04", "2015-03")


def test_survival_is_told_as_a_hazard_ratio_with_curves(cancer: StudyResult) -> None:
    outcome = only(cancer)
    assert outcome.primary.ratio == "hazard ratio"
    assert outcome.primary.estimate.upper < 1  # planted: exp(-0.4)
    kinds = {curve.kind for curve in outcome.curves}
    assert kinds == {"observed", "adjusted", "net"}
    for curve in outcome.curves:
        assert curve.kind == "net" or (np.diff(curve.survival) <= 1e-12).all()
        assert (np.diff(curve.at_risk) <= 0).all()
    assert outcome.proportional_hazards[-1][0] == "all together"


def test_net_survival_is_above_survival_since_some_would_have_died_anyway(
    cancer: StudyResult,
) -> None:
    curves = {(one.kind, one.label): one for one in only(cancer).curves}
    labels = [label for kind, label in curves if kind == "net"]
    assert labels == ["0%", "above 0% to 10%", "above 10%"]
    for label in labels:
        net, observed = curves["net", label], curves["observed", label]
        assert net.days.tolist() == observed.days.tolist()
        assert net.survival[-1] > observed.survival[-1]


def test_a_life_table_with_a_gap_is_refused_with_how_much_is_missing() -> None:
    ages = [0, 1, 0]
    table = Table(
        LIFE_TABLE,
        {
            "sex": np.array(["male", "male", "female"], dtype=object),
            "age_years": np.array(ages, dtype=np.float64),
            "year": np.full(3, 2012.0),
            "death_probability": np.array([0.1, 1.0, 0.1]),
            "source_file": np.array(["life.csv"] * 3, dtype=object),
            "source_row": np.array([2.0, 3.0, 4.0]),
        },
    )
    # Two sexes, one year and two ages are four; women of 1 are missing.
    with pytest.raises(InputError, match="lacks 1 of 4 chances of dying"):
        life_table_of(table)


def test_a_dose_can_be_a_straight_line_without_classes(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, spell=spells(3000))
    outcome = only(
        result_of(
            folder,
            ADMISSIONS,
            ('form = "thirds"', 'form = "continuous"'),
            ('model = "robust"', 'model = "random_intercept"'),
        )
    )
    assert outcome.primary.target == "conditional"
    assert outcome.primary.contrasts == ()
    assert outcome.monotone is None
    # 400 recruits a hundred beds against 20: about four units between the halves.
    assert outcome.primary.estimate.value == pytest.approx(
        math.exp(LOG_ODDS / 4), abs=0.08
    )
    not_done = {one.name for one in outcome.not_done}
    assert {"risks", "marginal"} <= not_done


def test_survival_can_be_stratified_and_have_a_frailty(tmp_path: Path) -> None:
    folder = write_folder(tmp_path, cancer=patients(2000))
    outcome = only(
        result_of(
            folder,
            CANCER,
            ('adjust_for = ["age", "stage"]', 'adjust_for = ["age"]'),
            ('model = "robust"', 'model = "frailty"\nstratify_by = ["stage"]'),
        )
    )
    assert outcome.primary.model == "Cox with a gamma frailty of each organisation"
    assert outcome.primary.target == "conditional"
    assert 0.4 < outcome.primary.estimate.value < 1


def test_years_of_high_participation_are_past_years_only(cancer: StudyResult) -> None:
    outcome = only(cancer)
    right = next(a for a in outcome.secondary if a.name == "by_high_years")
    wrong = next(a for a in outcome.secondary if a.name == "ever_high_years")
    assert not right.naive
    assert wrong.naive
    assert "immortal time" in wrong.notes[0]
    assert wrong.p_holm is None
    assert [c.label for c in right.contrasts] == ["0", "1", "2 or more"]
    assert [c.label for c in wrong.contrasts] == ["0", "1", "2 or more"]


def test_whoever_joins_a_trial_is_followed_until_then(cancer: StudyResult) -> None:
    found = next(
        a for a in only(cancer).secondary if a.name == "without_trial_participants"
    )
    assert "until joining" in found.cohort


def test_stage_not_known_is_a_class_of_its_own_and_counted(cancer: StudyResult) -> None:
    (step,) = (step for step in cancer.flow if step.kind == "changed")
    assert step.name == "class_stage"
    assert step.count == patients()["stage"].count(None)


def changed(rows: Columns, name: str, where: str, value: str, to: object) -> Columns:
    found = dict(rows)
    found[name] = [
        to if mark == value else old
        for old, mark in zip(rows[name], rows[where], strict=True)
    ]
    return found


def test_a_diagnosis_group_without_deaths_leaves_the_model_and_is_counted(
    tmp_path: Path,
) -> None:
    rows = changed(spells(3000), "died_30d_discharge", "diagnosis_group", "G0", False)
    outcome = only(result_of(write_folder(tmp_path, spell=rows), ADMISSIONS))
    (step,) = (s for s in outcome.flow if s.name == "untold_diagnosis_group")
    assert step.count == rows["diagnosis_group"].count("G0")
    assert outcome.patients == 3000 - step.count
    # They are still patients of their trusts, with no death expected.
    assert sum(one.patients for one in outcome.trusts) == 3000


def test_a_covariate_in_which_all_are_alike_is_not_adjusted_for(tmp_path: Path) -> None:
    rows = spells(3000) | {"diagnosis_group": ["G0"] * 3000}
    outcome = only(result_of(write_folder(tmp_path, spell=rows), ADMISSIONS))
    assert outcome.primary.notes == (
        "Not adjusted for diagnosis group: all patients are alike in it.",
    )


def test_stage_that_nobody_knows_is_not_adjusted_for(tmp_path: Path) -> None:
    rows = patients(2000)
    rows["stage"] = [None] * 1999 + ["1"]
    outcome = only(result_of(write_folder(tmp_path, cancer=rows), CANCER))
    assert outcome.patients <= 2000
    assert outcome.primary.estimate.value > 0


def test_a_trust_with_one_patient_does_no_harm(tmp_path: Path) -> None:
    rows = spells(3000)
    first = rows["org_code"].index("ZT07")
    rows["org_code"] = [
        "ZT06" if code == "ZT07" and n != first else code
        for n, code in enumerate(rows["org_code"])
    ]
    outcome = only(result_of(write_folder(tmp_path, spell=rows), ADMISSIONS))
    (one,) = (t for t in outcome.trusts if t.org_code == "ZT07")
    assert one.patients == 1


def test_a_trust_without_research_figures_leaves_and_is_counted(tmp_path: Path) -> None:
    rows = spells(3000)
    lost = sum(code == "ZT03" for code in rows["org_code"])
    rows["org_code"] = ["ZZ9" if c == "ZT03" else c for c in rows["org_code"]]
    outcome = only(result_of(write_folder(tmp_path, spell=rows), ADMISSIONS))
    (step,) = (s for s in outcome.flow if s.name == "dose")
    assert step.count == lost
    assert outcome.organisations == 19


def test_too_few_known_doses_are_refused(tmp_path: Path) -> None:
    rows = spells(1000)
    rows["org_code"] = ["ZZ9" if c > "ZT03" else c for c in rows["org_code"]]
    with pytest.raises(
        TooFewData, match=r"patients are in a trust and year with a kno"
    ):
        result_of(write_folder(tmp_path, spell=rows), ADMISSIONS)


def test_files_without_the_outcome_are_refused_by_column(tmp_path: Path) -> None:
    rows = spells(500)
    del rows["died_30d_discharge"]
    with pytest.raises(InputError, match="lack died_30d_discharge"):
        result_of(write_folder(tmp_path, spell=rows), ADMISSIONS)


def test_death_in_hospital_stands_in_where_deaths_are_not_linked(
    tmp_path: Path,
) -> None:
    rows = spells(3000)
    rows["died_in_hospital"] = rows.pop("died_30d_discharge")
    outcome = only(result_of(write_folder(tmp_path, spell=rows), ADMISSIONS))
    assert outcome.cautions[0].startswith("Deaths after discharge are not linked")


def test_participants_can_be_left_out_of_the_primary_analysis(tmp_path: Path) -> None:
    rows = spells(3000)
    folder = write_folder(tmp_path, spell=rows)
    found = result_of(
        folder,
        ADMISSIONS,
        ('trial_participants = "kept"', 'trial_participants = "left_out"'),
    )
    outcome = only(found)
    participants = rows["trial_participant"].count("yes")
    (step,) = (s for s in outcome.flow if s.name == "trial")
    assert step.count == participants
    assert outcome.patients == 3000 - participants
    everyone = next(a for a in outcome.secondary if a.name == "with_trial_participants")
    assert everyone.estimate.observations == 3000


def test_a_folder_without_the_table_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="of cancer_patient, and the folder gives adm"):
        result_of(write_folder(tmp_path, spell=spells(100)), CANCER)
