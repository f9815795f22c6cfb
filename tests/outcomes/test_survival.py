"""Deaths and survival by trust."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from candela.errors import InputError
from candela.outcomes.survival import standardised_deaths, survival_by_trust
from candela.stats.cox import fit_cox
from candela.tables import Period
from survival_cases import days, levels, made_up_patients

YEAR = Period(date(2020, 4, 1), date(2021, 3, 31))
PLACES = [(f"Z{g:02d}", YEAR) for g in range(20)]


def test_observed_and_expected_deaths_add_up_and_have_limits() -> None:
    rows = made_up_patients(1, rows=2000, spread=0.3)
    age_only = rows.design.with_terms(rows.design.terms[:1])
    fit = fit_cox(age_only, rows.stop, rows.event)
    found = standardised_deaths(fit, rows.trust, rows.event, places=PLACES)
    assert [trust.org_code for trust in found.trusts] == [code for code, _ in PLACES]
    assert sum(trust.observed for trust in found.trusts) == rows.event.sum()
    assert sum(t.expected for t in found.trusts) == pytest.approx(rows.event.sum())
    one = found.trusts[0]
    assert one.ratio == pytest.approx(one.observed / one.expected)
    assert one.lower95 is not None
    assert one.lower95 < 1
    assert any("how long each patient was followed" in said for said in found.cautions)


def test_patients_that_were_not_modelled_are_not_counted() -> None:
    rows = made_up_patients(2)
    keep = (rows.trust.codes != 4).astype(np.uint8)
    fit = fit_cox(rows.design, rows.stop, rows.event, keep=keep)
    found = standardised_deaths(fit, rows.trust, rows.event, places=PLACES)
    assert "Z04" not in [trust.org_code for trust in found.trusts]
    assert sum(trust.patients for trust in found.trusts) == keep.sum()


def test_a_trust_whose_patients_die_sooner_has_more_deaths_than_expected() -> None:
    # One hazard everywhere but in Z00, where it is doubled: deaths by twice the days.
    rng = np.random.default_rng(3)
    trust = levels("trust", np.repeat(np.arange(20), 200))
    death = rng.exponential(np.where(trust.codes == 0, 500, 1000))
    stop = days("stop", np.ceil(np.minimum(death, 700)))
    event = (death <= 700).astype(np.uint8)
    nothing = made_up_patients(4, rows=4000).design.with_terms([])
    fit = fit_cox(nothing, stop, event)
    first = standardised_deaths(fit, trust, event, places=PLACES).trusts[0]
    # 200 patients: 151 deaths by day 700; as expected of the others about 84 to 90.
    assert first.ratio == pytest.approx(2, rel=0.25)


def test_survival_of_trusts_is_shown_where_patients_were_followed() -> None:
    stop = days("stop", [10, 400, 400, 50, 60])
    event = np.array([1, 0, 0, 1, 0], np.uint8)
    trust = levels("trust", [1, 1, 1, 0, 0])
    places = [("Z02", YEAR), ("Z01", YEAR)]
    one, two = survival_by_trust(stop, event, trust, places=places, day=365)
    assert (one.org_code, one.patients, one.deaths) == ("Z01", 3, 1)
    assert one.point is not None
    assert one.point.survival == pytest.approx(2 / 3)
    assert (two.org_code, two.deaths, two.point) == ("Z02", 1, None)


def test_places_must_name_every_level() -> None:
    rows = made_up_patients(5)
    fit = fit_cox(rows.design, rows.stop, rows.event)
    with pytest.raises(InputError, match="as many places"):
        standardised_deaths(fit, rows.trust, rows.event, places=PLACES[:3])
