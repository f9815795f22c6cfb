"""Is a plan read as written, and refused by file and key where it is wrong?"""

from __future__ import annotations

import hashlib
from importlib import resources
from pathlib import Path

import pytest

from candela.association import Covariate, Exposure, Protocol, shipped_protocol
from candela.errors import InputError

FILE = resources.files("candela.association") / "protocols" / "jonker_2018.toml"
SHIPPED = FILE.read_text(encoding="utf-8")


def changed(old: str, new: str) -> bytes:
    assert SHIPPED.count(old) >= 1, old
    return SHIPPED.replace(old, new, 1).encode()


def test_the_shipped_protocol_is_read() -> None:
    found = shipped_protocol("jonker_2018")
    assert found.name == "jonker_2018"
    assert found.doi == "10.1016/j.puhe.2017.12.022"
    assert (found.indicator, found.smallest_ratio_that_matters) == ("SHMI", 0.98)
    assert (found.level, found.fewest_organisations) == (0.95, 30)
    assert found.exposures[0] == Exposure(
        "participants_interventional",
        ("staff_clinical_fte", "beds_general_acute", "spells"),
    )
    assert found.exposures[-1].window_years == 3
    assert found.adjust_for == (
        Covariate("doctors per bed", "staff_doctors_fte", "beds_general_acute"),
    )
    assert found.lags_years == (2, 3)
    assert found.negative_control_lag_years == -1


def test_every_dose_of_the_shipped_protocol_comes_before_the_deaths() -> None:
    found = shipped_protocol("jonker_2018")
    assert min(exposure.lag_years for exposure in found.exposures) >= 1
    assert min(found.lags_years) >= 1
    assert found.negative_control_reason


def test_the_hash_is_of_the_file_as_written(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_bytes(SHIPPED.encode())
    found = Protocol.read(path)
    assert found.sha256 == hashlib.sha256(SHIPPED.encode()).hexdigest()
    assert found.sha256 == shipped_protocol("jonker_2018").sha256
    path.write_bytes(SHIPPED.encode() + b"\n# another thought\n")
    assert Protocol.read(path).sha256 != found.sha256


def test_an_unknown_shipped_protocol_is_refused_with_those_there_are() -> None:
    with pytest.raises(InputError, match=r"`jonker` is not a protocol.*jonker_2018"):
        shipped_protocol("jonker")


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.toml: the protocol cannot be read"):
        Protocol.read(tmp_path / "none.toml")


@pytest.mark.parametrize("raw", [b"name = ", b"\xff\xfe"])
def test_a_file_that_is_not_toml_is_refused(raw: bytes) -> None:
    with pytest.raises(InputError, match=r"mine\.toml: this is not TOML"):
        Protocol.parse(raw, "mine.toml")


# What is written, what is written instead, and the place and key the message names.
BAD = [
    ('name = "jonker_2018"', "", "mine.toml: `name` holds 'nothing'"),
    ('name = "jonker_2018"', "name = 3", "mine.toml: `name` holds 3"),
    ('title = "Res', 'subtitle = "Res', "mine.toml: `subtitle` holds 'a key nobody"),
    ('doi = "10', 'doi = 7\nnote = "10', "mine.toml: `note` holds 'a key nobody"),
    ("departures = [", "departures = [1, ", "`departures` holds 1"),
    ('policy = "successor_at=latest"', 'policy = "merge"', "`policy` holds 'merge'"),
    ("level = 0.95", "level = 95", "`level` holds 95.0"),
    ("level = 0.95", 'level = "95%"', "`level` holds '95%'"),
    ("level = 0.95", "level = true", "`level` holds True"),
    ("fewest_organisations = 30", "", "`fewest_organisations` holds 'nothing'"),
    (
        "fewest_organisations = 30",
        "fewest_organisations = 30.5",
        "`fewest_organisations` holds 30.5",
    ),
    ("least_coverage = 0.5", "least_coverage = 50", "`least_coverage` holds 50.0"),
    ("[outcome]", "[outcomes]", "mine.toml: `outcome` holds 'nothing'"),
    ('indicator = "SHMI"', "", "mine.toml [outcome]: `indicator` holds 'nothing'"),
    (
        "smallest_ratio_that_matters = 0.98",
        "smallest_ratio_that_matters = 1.02",
        "mine.toml [outcome]: `smallest_ratio_that_matters` holds 1.02",
    ),
    (
        'indicator = "SHMI"',
        'indicator = "SHMI"\nunit = 1',
        "mine.toml [outcome]: `unit` holds 'a key nobody reads'",
    ),
    (
        'measure = "participants_interventional"',
        'measure = "recruits"',
        "mine.toml [[exposure]] 1: `measure` holds 'recruits'",
    ),
    (
        'denominators = ["staff_clinical_fte", ',
        'denominators = ["wards", ',
        "mine.toml [[exposure]] 1: `denominators` holds 'wards'",
    ),
    (
        'denominators = ["staff_clinical_fte", "beds_general_acute", "spells"]',
        "denominators = []",
        "mine.toml [[exposure]] 1: `denominators` holds []",
    ),
    (
        "window_years = 3",
        "window_years = 0",
        "mine.toml [[exposure]] 4: `window_years` holds 0",
    ),
    (
        "window_years = 3",
        'window_years = "three"',
        "mine.toml [[exposure]] 4: `window_years` holds 'three'",
    ),
    (
        "window_years = 3",
        "lag_years = 0",
        "mine.toml [[exposure]] 4: `lag_years` holds 0",
    ),
    (
        "window_years = 3",
        "lag = 1",
        "mine.toml [[exposure]] 4: `lag` holds 'a key nobody reads'",
    ),
    (
        'name = "doctors per bed"',
        "",
        "mine.toml [[adjust_for]] 1: `name` holds 'nothing'",
    ),
    (
        'measure = "staff_doctors_fte"',
        'measure = "deprivation"',
        "mine.toml [[adjust_for]] 1: `measure` holds 'deprivation'",
    ),
    ("[[adjust_for]]", "[adjust_for]", "mine.toml: `adjust_for` holds"),
    ("lags_years = [2, 3]", "lags_years = 2", "[sensitivity]: `lags_years` holds 2"),
    (
        "lags_years = [2, 3]",
        "lags_years = [2, 0]",
        "[sensitivity]: `lags_years` holds 0",
    ),
    (
        "lags_years = [2, 3]",
        'lags_years = ["two"]',
        "[sensitivity]: `lags_years` holds 'two'",
    ),
    (
        'policies = ["as_reported"',
        'policies = ["as reported"',
        "[sensitivity]: `policies` holds 'as reported'",
    ),
    (
        '"participants_observational"',
        '"recruits"',
        "[sensitivity]: `measures` holds 'recruits'",
    ),
    ("spline_knots = 4", "spline_knots = 6", "[sensitivity]: `spline_knots` holds 6"),
    (
        "lag_years = -1",
        "lag_years = 1",
        "mine.toml [sensitivity.negative_control]: `lag_years` holds 1",
    ),
    (
        "lag_years = -1",
        "lag_years = -1\nwindow = 2",
        "mine.toml [sensitivity.negative_control]: `window` holds 'a key nobody",
    ),
    (
        'reason = "Res',
        'because = "Res',
        "mine.toml [sensitivity.negative_control]: `because` holds 'a key nobody",
    ),
]


@pytest.mark.parametrize(("old", "new", "told"), BAD, ids=[told for *_, told in BAD])
def test_a_bad_key_is_refused_by_file_and_key(old: str, new: str, told: str) -> None:
    with pytest.raises(InputError) as caught:
        Protocol.parse(changed(old, new), "mine.toml")
    assert told in str(caught.value)
    assert "jonker_2018 for an example" in str(caught.value)
    assert "Expected" in str(caught.value)


def test_a_protocol_without_an_exposure_is_refused() -> None:
    start = SHIPPED.index("[[exposure]]")
    end = SHIPPED.index("# What is adjusted for")
    with pytest.raises(InputError, match=r"mine\.toml: `exposure` holds 'nothing'"):
        Protocol.parse((SHIPPED[:start] + SHIPPED[end:]).encode(), "mine.toml")


def test_a_protocol_need_not_adjust_for_anything() -> None:
    start, end = SHIPPED.index("[[adjust_for]]"), SHIPPED.index("[sensitivity]")
    found = Protocol.parse((SHIPPED[:start] + SHIPPED[end:]).encode(), "mine.toml")
    assert found.adjust_for == ()
