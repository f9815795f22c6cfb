"""Is what was planted there to be found, and nothing else?"""

from __future__ import annotations

import time

import numpy as np
import numpy.typing as npt
import pytest

from candela.nation import Nation, NationDesign, make_nation, trust_years
from candela.nation.truth import DOCTORS_ON_MORTALITY, seed_note

Floats = npt.NDArray[np.float64]
SEEDS = range(40)


def slopes(nation: Nation, *, with_doctors: bool = True) -> Floats:
    """Regress log(O / E) on dose and log doctors per bed, a level for each year."""
    rows = trust_years(nation)
    y = np.log(rows.observed / rows.expected)
    x = [rows.dose_before]
    if with_doctors:
        x.append(np.log(rows.doctors_per_100_beds_before))
    years = (rows.year[:, None] == np.unique(rows.year)).astype(float)
    design = np.column_stack([*x, years])
    found: Floats = np.linalg.lstsq(design, y, rcond=None)[0][: len(x)]
    return found


def over_seeds(design: NationDesign, *, with_doctors: bool = True) -> Floats:
    """Return one row of slopes for each seed."""
    return np.array(
        [
            slopes(
                make_nation(design, np.random.default_rng(seed)),
                with_doctors=with_doctors,
            )
            for seed in SEEDS
        ]
    )


def mean_and_error(found: Floats) -> tuple[Floats, Floats]:
    """Return the mean over seeds and its standard error."""
    return found.mean(axis=0), found.std(axis=0, ddof=1) / np.sqrt(len(found))


def test_the_planted_association_and_confounder_are_recovered() -> None:
    # Each seed is an independent country, and least squares has no bias here (the
    # yearly constants take out the level).  A mean over 40 seeds is within 4 of its
    # standard errors but once in 16,000.  The error itself must be small enough to
    # tell the truth from nothing: below a quarter of it.
    mean, error = mean_and_error(over_seeds(NationDesign()))
    assert (error < np.array([0.0022, 0.25]) / 4).all()
    assert abs(mean[0] - -0.0022) < 4 * error[0]
    assert abs(mean[1] - DOCTORS_ON_MORTALITY) < 4 * error[1]


def test_where_none_is_planted_none_is_found() -> None:
    design = NationDesign(association=0.0, confounder_strength=0.0)
    mean, error = mean_and_error(over_seeds(design))
    assert (np.abs(mean) < 4 * error).all()
    assert error[0] < 0.0022 / 4


def test_leaving_the_confounder_out_finds_an_association_that_is_not_there() -> None:
    # Bias = doctors_on_mortality * slope of log doctors on dose, which is positive.
    design = NationDesign(association=0.0)
    mean, error = mean_and_error(over_seeds(design, with_doctors=False))
    assert mean[0] < -4 * error[0]


def test_the_confounder_raises_recruitment() -> None:
    def correlation(strength: float) -> float:
        design = NationDesign(confounder_strength=strength)
        found = []
        for seed in range(10):
            rows = trust_years(make_nation(design, np.random.default_rng(seed)))
            pair = np.log(rows.dose_before), np.log(rows.doctors_per_100_beds_before)
            found.append(np.corrcoef(*pair)[0, 1])
        return float(np.mean(found))

    # log dose = 1.5 * 0.2 * z1 + 0.8 * z2: correlation 0.30 / sqrt(0.09 + 0.64) = 0.35.
    assert correlation(1.0) == pytest.approx(0.35, abs=0.08)
    assert correlation(0.0) == pytest.approx(0.0, abs=0.08)


@pytest.mark.parametrize(
    "measure", ["participants_observational", "participants_commercial"]
)
def test_other_recruitment_says_nothing_once_dose_and_doctors_are_known(
    measure: str,
) -> None:
    found = []
    for seed in SEEDS:
        design = NationDesign(mergers=0, splits_without_share=0)
        nation = make_nation(design, np.random.default_rng(seed))
        staff = nation.yearly("staff_clinical_fte")
        other = (100 * nation.yearly(measure) / staff)[:, :-1]
        deaths = nation.deaths
        y = np.log(deaths.observed / deaths.expected)[:, 1:]
        x = [
            column - column.mean(axis=0)
            for column in (
                other,
                deaths.dose_before[:, 1:],
                np.log(deaths.doctors_per_100_beds_before[:, 1:]),
            )
        ]
        columns = np.column_stack([column.ravel() for column in x])
        centred = (y - y.mean(axis=0)).ravel()
        found.append(np.linalg.lstsq(columns, centred, rcond=None)[0])
    mean, error = mean_and_error(np.array(found))
    assert abs(mean[0]) < 4 * error[0]
    assert abs(mean[1] - -0.0022) < 4 * error[1]


def test_the_default_association_is_a_ratio_of_about_0_97_between_quartiles(
    nation: Nation,
) -> None:
    truth = nation.truth
    low, high = np.nanquantile(nation.deaths.dose_before, [0.25, 0.75])
    assert truth.dose_interquartile == high - low
    assert truth.rate_ratio_per_interquartile == np.exp(-0.0022 * (high - low))
    assert truth.rate_ratio_per_interquartile == pytest.approx(0.97, abs=0.006)


def test_expected_and_observed_deaths_add_up_to_the_same_in_each_year(
    nation: Nation,
) -> None:
    observed = np.nansum(nation.deaths.observed, axis=0)
    assert np.nansum(nation.deaths.expected, axis=0) == pytest.approx(observed)
    assert (observed > 100_000).all()


def test_lasting_and_passing_differences_have_the_size_asked_for() -> None:
    # Without dose, doctors and mergers, log(O / E) of a trust is lasting + passing +
    # Poisson: variance between trusts 0.08^2 + (0.03^2 + 1 / E) / 8, within
    # 0.03^2 + 1 / E, with E about 1,500 deaths (the mean of 1 / E is used).
    design = NationDesign(
        trusts=300,
        mergers=0,
        splits_without_share=0,
        association=0.0,
        confounder_strength=0.0,
    )
    deaths = make_nation(design, np.random.default_rng(4)).deaths
    y = np.log(deaths.observed / deaths.expected)
    chance = (1 / deaths.expected).mean()
    within = y.var(axis=1, ddof=1).mean() - chance
    between = y.mean(axis=1).var(ddof=1) - (within + chance) / 8
    # An sd from 300 trusts is known to 1 / sqrt(2 * 300) = 4%; 15% is over 3 of these.
    assert np.sqrt(between) == pytest.approx(0.08, rel=0.15)
    # From 2,100 degrees of freedom, noise 0.03^2 + 1 / E about 0.0017: error about 3%
    # of it, 6% of 0.0009, 3% of the sd.
    assert np.sqrt(within) == pytest.approx(0.03, rel=0.15)


def test_the_top_tenth_of_trusts_recruits_at_least_three_tenths_of_participants() -> (
    None
):
    for seed in range(20):
        nation = make_nation(NationDesign(), np.random.default_rng(seed))
        for column in nation.yearly("participants_recruited").T:
            counts = np.sort(column[~np.isnan(column)])[::-1]
            assert counts[: len(counts) // 10].sum() >= 0.3 * counts.sum()


def test_neighbouring_years_correlate_as_asked() -> None:
    design = NationDesign(
        trusts=300,
        mergers=0,
        splits_without_share=0,
        confounder_strength=0.0,
        recruitment_persistence=0.5,
        median_dose=500.0,  # so that Poisson chance is small beside it
    )
    dose = make_nation(design, np.random.default_rng(2)).deaths.dose_before
    found = [
        np.corrcoef(np.log(dose[:, y]), np.log(dose[:, y + 1]))[0, 1] for y in range(7)
    ]
    # Each correlation from 300 trusts has an error of (1 - 0.25) / sqrt(300) = 0.04;
    # 0.1 is over 4 errors of their mean.
    assert np.mean(found) == pytest.approx(0.5, abs=0.1)


def test_parts_never_exceed_the_whole(nation: Nation) -> None:
    h = nation.hospitals
    assert (h.participants_commercial <= h.participants_interventional).all()
    assert (h.studies_commercial <= h.studies_recruiting).all()
    assert (h.studies_recruiting <= h.participants_recruited).all()
    assert ((h.studies_commercial > 0) == (h.participants_commercial > 0)).all()
    assert (h.beds_general_acute_occupied <= h.beds_general_acute).all()


def test_the_generator_is_told_in_the_truth() -> None:
    assert seed_note(np.random.default_rng(7)) == "PCG64, seed 7"
    child = np.random.default_rng(7).spawn(2)[1]
    assert seed_note(child) == "PCG64, seed 7, spawned as 1"
    used = np.random.default_rng(7)
    used.random()
    assert seed_note(used) == "PCG64, seed 7, after earlier draws"


def test_a_country_is_made_in_well_under_30_milliseconds() -> None:
    # Measured at 4; the best of five, so that a busy machine does not fail it.
    def seconds(seed: int) -> float:
        start = time.perf_counter()
        trust_years(make_nation(NationDesign(), np.random.default_rng(seed)))
        return time.perf_counter() - start

    assert min(seconds(seed) for seed in range(5)) < 0.03
