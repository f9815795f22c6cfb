"""Who is in the panel, with what dose, and who was left out and why?"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from association_cases import DESIGN, made_up_material, panel_of
from candela.association import Covariate, Material, Panel, build_panel
from candela.errors import InputError, TooFewData
from candela.participation import DoseDesign
from candela.tables import Period, Policy, Succession
from definitions.ascii_table import mergers, published_deaths, published_measures

DOCTORS = Covariate("doctors per bed", "staff_doctors_fte", "beds_general_acute")
NURSES = Covariate("nurses per bed", "staff_nurses_fte", "beds_general_acute")
AS_REPORTED = Policy("as_reported")

ACTIVITY = """
    | org | period  | participants_recruited | beds_general_acute |
    | ZA1 | 2017/18 | 100                    | 1000               |
    | ZA1 | 2018/19 | 200                    | 1000               |
    | ZA2 | 2018/19 | 60                     | 500                |
    | ZA3 | 2018/19 | *                      | 500                |
    | ZA4 | 2018/19 | 40                     |                    |
    | ZA5 | 2018/19 |                        | 500                |
"""
DEATHS = """
    | org | period  | observed | expected |
    | ZA1 | 2017/18 | 500      | 510      |
    | ZA1 | 2018/19 | 500      | 520      |
    | ZA1 | 2019/20 | 500      | 530      |
    | ZA2 | 2019/20 | 200      | 210      |
    | ZA3 | 2019/20 | 300      | 310      |
    | ZA4 | 2019/20 | 400      | 410      |
    | ZA5 | 2019/20 | 600      | 610      |
"""
SMALL = DoseDesign("participants_recruited", "beds_general_acute")


def small(
    deaths: str = DEATHS,
    *,
    activity: str = ACTIVITY,
    policy: Policy = AS_REPORTED,
    succession: Succession = Succession(),  # noqa: B008  frozen
) -> Panel:
    material = Material(
        published_deaths(deaths), published_measures(activity), succession
    )
    return build_panel(
        material,
        indicator="SHMI",
        design=SMALL,
        policy=policy,
        fewest_organisations=2,
        least_coverage=0.1,
    )


def test_each_row_is_an_organisation_and_year_with_the_dose_before() -> None:
    found = small()
    assert list(zip(found.codes, map(str, found.periods), strict=True)) == [
        ("ZA1", "2018/19"),
        ("ZA1", "2019/20"),
        ("ZA2", "2019/20"),
    ]
    # Per 100 beds: 100/1000, 200/1000 and 60/500.
    assert found.dose == pytest.approx([10, 20, 12])
    assert found.activity.tolist() == [100, 200, 60]
    assert found.expected.tolist() == [520, 530, 210]
    assert found.organisations == ("ZA1", "ZA2")
    assert found.clusters.tolist() == [0, 0, 1]


def test_every_exposure_window_ends_before_its_outcome_begins() -> None:
    windows = small().exposure_windows
    assert [tuple(map(str, window)) for window in windows] == [
        ("2018/19", "2017/18", "2017/18"),
        ("2019/20", "2018/19", "2018/19"),
    ]
    assert all(end.end < outcome.start for outcome, _, end in windows)


def test_everybody_left_out_is_counted_with_the_reason() -> None:
    found = small()
    activity, beds = "participants recruited, all studies", "general and acute beds"
    told = {left.reason: (left.observations, left.organisations) for left in found.left}
    assert told == {
        # Nothing is published for 2016/17.
        f"no year of {activity} at the lag": (1, ("ZA1",)),
        f"a hidden, blank or left-out figure for {activity}": (1, ("ZA3",)),
        f"no figure for {beds}": (1, ("ZA4",)),
        f"no figure for {activity} in the window": (1, ("ZA5",)),
    }
    assert len(found) + sum(left.observations for left in found.left) == 7


def test_a_figure_hidden_in_another_year_is_not_the_reason() -> None:
    text = ACTIVITY + "| ZA5 | 2017/18 | * | |"
    reasons = {
        code: left.reason
        for left in small(activity=text).left
        for code in left.organisations
    }
    assert reasons["ZA5"].startswith("no figure for participants")


def test_figures_keep_the_rows_they_came_from() -> None:
    found = small()
    assert found.outcome_rows == (("shmi.csv", 3), ("shmi.csv", 4), ("shmi.csv", 5))
    assert found.dose_rows == (
        ("activity.csv", 2),
        ("activity.csv", 3),
        ("activity.csv", 4),
    )


def test_periods_that_share_deaths_are_thinned_out() -> None:
    text = DEATHS + "| ZA2 | Oct 2018 to Sep 2019 | 205 | 210 |"
    assert {str(period) for period in small(text).periods} == {"2018/19", "2019/20"}


def test_a_panel_of_periods_that_share_days_is_refused() -> None:
    panel = panel_of([1, 2, 3, 4], [0, 0, 0, 0], years=2)
    year, after = Period.financial_year(2014), Period.financial_year(2015)
    rolling = Period(date(2014, 10, 1), date(2015, 9, 30))
    with pytest.raises(InputError, match="2014/15 and Oct 2014 to Sep 2015 share days"):
        replace(panel, periods=(year, rolling, year, rolling))
    assert replace(panel, periods=(year, after, year, after)).distinct_periods == (
        year,
        after,
    )


def test_an_exposure_after_its_outcome_is_refused_without_a_reason() -> None:
    with pytest.raises(InputError, match="begin before its exposure has ended"):
        replace(SMALL, lag_years=-1)
    material = Material(
        published_deaths(DEATHS), published_measures(ACTIVITY), Succession()
    )
    with_reason = replace(SMALL, lag_years=-1, reason="a negative control")
    found = build_panel(
        material,
        indicator="SHMI",
        design=with_reason,
        policy=AS_REPORTED,
        fewest_organisations=1,
        least_coverage=0.1,
    )
    # Deaths of 2017/18 beside research of 2018/19, and the reason beside both.
    assert found.codes == ("ZA1",)
    assert found.exposure_windows[0][1].start > found.periods[0].end
    assert found.design.reason == "a negative control"


def test_after_a_merger_both_sides_are_summed() -> None:
    took_over = mergers("""
        | from | to  | on         |
        | ZA1  | ZA9 | 2020-04-01 |
        | ZA2  | ZA9 | 2020-04-01 |
        | ZA4  | ZA7 | 2020-04-01 |
        | ZA4  | ZA8 | 2020-04-01 |
    """)
    text = ACTIVITY + "| ZA6 | 2018/19 | 10 | 100 |"
    deaths = DEATHS + "| ZA6 | 2019/20 | 80 | 75 |"
    policy = Policy("successor_at", date(2020, 4, 1))
    found = small(deaths, activity=text, policy=policy, succession=took_over)
    (at,) = [
        n
        for n, code in enumerate(found.codes)
        if code == "ZA9" and str(found.periods[n]) == "2019/20"
    ]
    assert (found.observed[at], found.expected[at]) == (700, 740)
    assert found.dose[at] == pytest.approx(100 * (200 + 60) / (1000 + 500))
    assert [refusal.org_code for refusal in found.refused] == ["ZA4"]


def covered(material: Material, *adjust_for: Covariate) -> Panel:
    return build_panel(
        material,
        indicator="SHMI",
        design=DESIGN,
        policy=AS_REPORTED,
        adjust_for=adjust_for,
    )


def test_a_covariate_is_a_centred_logarithm() -> None:
    material = made_up_material(1)
    found = covered(material, DOCTORS)
    assert found.covariate_names == ("doctors per bed",)
    assert found.covariates.shape == (160, 1)
    assert found.covariates.mean() == pytest.approx(0, abs=1e-12)
    doctors = material.figures_of("staff_doctors_fte", AS_REPORTED)
    beds = material.figures_of("beds_general_acute", AS_REPORTED)
    year = Period.financial_year(2013)
    ratios = {}
    for code in ("ZA00", "ZA01"):
        top, bottom = doctors.over(code, year), beds.over(code, year)
        assert top is not None
        assert bottom is not None
        ratios[code] = np.log(top.value / bottom.value)
    row = {code: found.codes.index(code) for code in ratios}
    difference = found.covariates[row["ZA01"], 0] - found.covariates[row["ZA00"], 0]
    assert difference == pytest.approx(ratios["ZA01"] - ratios["ZA00"])


def test_a_covariate_that_no_file_gives_is_a_caution_not_silence() -> None:
    found = covered(made_up_material(1, without=("staff_doctors_fte",)), DOCTORS)
    assert found.covariate_names == ()
    assert found.covariates.shape == (160, 0)
    assert (
        "Not adjusted for doctors per bed: the files do not give it"
        in (found.cautions[0])
    )


def test_only_covariates_that_were_used_are_named() -> None:
    found = covered(made_up_material(1), NURSES, DOCTORS)
    assert found.covariate_names == ("doctors per bed",)
    assert found.covariates.shape == (160, 1)
    assert any("Not adjusted for nurses per bed" in c for c in found.cautions)


def test_rows_without_a_covariate_that_most_have_are_left_out_and_counted() -> None:
    years = range(2013, 2019)
    gone = frozenset(("ZA03", year, "staff_doctors_fte") for year in years)
    found = covered(made_up_material(1, dropped=gone), DOCTORS)
    assert "ZA03" not in found.organisations
    (left,) = found.left
    assert left.reason == "no figure for doctors per bed"
    assert (left.observations, left.organisations) == (4, ("ZA03",))
    assert found.covariates.mean() == pytest.approx(0, abs=1e-12)


def test_too_few_organisations_with_a_dose_are_refused_with_both_numbers() -> None:
    with pytest.raises(TooFewData, match=r"20 of 20 organisations .* at least 30"):
        covered(made_up_material(1, trusts=20))


def test_too_small_a_share_with_a_dose_is_refused() -> None:
    years = range(2013, 2019)
    gone = frozenset(
        (f"ZA{n:02d}", year, "participants_interventional")
        for n in range(45)
        for year in years
    )
    with pytest.raises(TooFewData, match=r"35 of 80 organisations .* at least 40"):
        covered(made_up_material(1, trusts=80, dropped=gone))


@pytest.mark.parametrize(
    ("measure", "label"),
    [
        ("participants_interventional", "participants recruited to interventional"),
        ("staff_clinical_fte", "doctors and nurses"),
    ],
)
def test_a_measure_that_no_file_gives_is_named(measure: str, label: str) -> None:
    with pytest.raises(TooFewData, match=f"no file gives {label}"):
        covered(made_up_material(1, without=(measure,)))


def test_activity_and_sizes_of_different_organisations_give_no_dose() -> None:
    text = """
        | org | period  | participants_recruited | beds_general_acute |
        | ZA1 | 2018/19 | 100                    |                    |
        | ZA2 | 2018/19 |                        | 500                |
    """
    with pytest.raises(TooFewData, match="no organisation has participants recruited"):
        small(activity=text)


def test_quartiles_are_the_doses_a_quarter_from_either_end() -> None:
    panel = panel_of([0, 10, 20, 30, 40], [0] * 5, years=1)
    assert panel.quartiles() == (10, 30)


def test_there_is_no_contrast_where_most_have_the_same_dose() -> None:
    with pytest.raises(TooFewData, match="no contrast between more and less"):
        panel_of([0, 0, 0, 0, 40], [0] * 5, years=1).quartiles()


def test_figures_are_worked_out_once_for_each_policy() -> None:
    material = made_up_material(1)
    drop = Policy("drop_year_of_merger")
    first = material.figures_of("spells", AS_REPORTED)
    assert material.figures_of("spells", AS_REPORTED) is first
    assert material.figures_of("spells", drop) is not first
    outcomes = material.outcomes_of("SHMI", AS_REPORTED)
    assert material.outcomes_of("SHMI", AS_REPORTED) is outcomes
    assert material.has("spells")
    assert not material.has("sponsored_trials")
