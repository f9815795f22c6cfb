"""Are the files those of the country, and are they read as real ones are?"""

from __future__ import annotations

import csv
import io
import json
import time
import zipfile
from collections import defaultdict
from pathlib import Path

import numpy as np
import pytest

from candela.errors import InputError
from candela.nation import Nation, NationDesign, make_nation, write_nation

SMALL = NationDesign(trusts=20, mergers=4, years=5, first_year=2016)


def rows_of(path: Path, encoding: str = "utf-8") -> list[dict[str, str]]:
    """Return the rows of a CSV with headings."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding=encoding))))


def rows_in_zip(path: Path) -> list[dict[str, str]]:
    """Return the rows of the one CSV in a zip."""
    with zipfile.ZipFile(path) as archive:
        (name,) = archive.namelist()
        return list(csv.DictReader(io.StringIO(archive.read(name).decode())))


def written(folder: Path, seed: int) -> dict[str, bytes]:
    nation = make_nation(SMALL, np.random.default_rng(seed))
    return {path.name: path.read_bytes() for path in write_nation(nation, folder)}


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    assert written(tmp_path / "one", 5) == written(tmp_path / "two", 5)


def test_a_zip_does_not_tell_when_or_where_it_was_written(nation_folder: Path) -> None:
    for path in nation_folder.glob("*.zip"):
        with zipfile.ZipFile(path) as archive:
            (member,) = archive.infolist()
            assert member.date_time == (2000, 1, 1, 0, 0, 0)
            assert member.create_system == 3


def test_another_seed_gives_other_bytes_in_every_file_of_figures(
    tmp_path: Path,
) -> None:
    one, two = written(tmp_path / "one", 5), written(tmp_path / "two", 6)
    assert one.keys() == two.keys()
    assert [name for name in one if one[name] == two[name]] == []


def test_a_folder_that_holds_anything_is_refused(tmp_path: Path) -> None:
    (tmp_path / "shmi-2013-october.csv").write_text("real figures\n")
    nation = make_nation(SMALL, np.random.default_rng(1))
    with pytest.raises(InputError, match="new or empty folder"):
        write_nation(nation, tmp_path)


def test_the_default_country_is_written_in_less_than_five_seconds(
    nation: Nation, tmp_path: Path
) -> None:
    start = time.perf_counter()
    write_nation(nation, tmp_path / "files")
    assert time.perf_counter() - start < 5


def test_the_files_are_those_of_the_two_generations(nation_folder: Path) -> None:
    names = sorted(path.name for path in nation_folder.iterdir())
    assert [name for name in names if name.startswith(("shmi", "SHMI"))] == [
        "SHMI data, Apr18-Mar19.zip",
        "SHMI data, Apr19-Mar20.zip",
        "SHMI data, Apr20-Mar21.zip",
        "SHMI data, Apr21-Mar22.zip",
        "SHMI data, Apr22-Mar23.zip",
        "shmi-2016-october.csv",
        "shmi-2017-october.csv",
        "shmi-2018-october.csv",
    ]
    assert {"etr.csv", "succ.csv", "README.txt", "truth.json"} <= set(names)


@pytest.mark.parametrize(
    "pattern", ["*.txt", "truth.json", "shmi-*.csv", "KH03*.csv", "NHS*.csv", "etr.csv"]
)
def test_every_file_with_room_for_it_says_that_it_is_made_up(
    nation_folder: Path, pattern: str
) -> None:
    found = sorted(nation_folder.glob(pattern))
    assert found
    assert all(b"made up" in path.read_bytes() for path in found)


def test_every_name_in_a_zip_says_that_it_is_made_up(nation_folder: Path) -> None:
    for path in nation_folder.glob("*.zip"):
        assert all("(made up)" in r["PROVIDER_NAME"] for r in rows_in_zip(path))


def test_older_shmi_files_hold_the_deaths_of_their_year(
    nation: Nation, nation_folder: Path
) -> None:
    # October 2017 covers April 2016 to March 2017: the second year from 2015.
    rows = rows_of(nation_folder / "shmi-2017-october.csv", "cp1252")
    observed = {r["PROVIDER"]: r["OBSERVED"] for r in rows if r["PROVIDER"]}
    deaths = nation.deaths.observed[:, 1]
    assert observed == {
        code: str(int(value))
        for code, value in zip(nation.structure.codes, deaths, strict=True)
        if not np.isnan(value)
    }


def test_limits_and_bands_follow_the_official_rule(nation_folder: Path) -> None:
    rows = rows_of(nation_folder / "shmi-2016-october.csv", "cp1252")
    o, e, lower, upper = (
        np.array([float(row[name]) for row in rows])
        for name in ("OBSERVED", "EXPECTED", "OD_LL", "OD_UL")
    )
    z = np.log(o / e) * np.sqrt(e)
    kept = np.argsort(z)[15:-15]  # 150 trusts: 15 dropped at each end
    w, m = e[kept], 120
    phi = (z[kept] ** 2).mean()
    tau2 = (m * phi - (m - 1)) / (w.sum() - (w**2).sum() / w.sum())
    half = 1.959963984540054 * np.sqrt(1 / e + tau2)
    assert lower == pytest.approx(np.exp(-half), abs=0.00006)
    assert upper == pytest.approx(np.exp(half), abs=0.00006)
    bands = ["1" if o_ / e_ > u else "3" if o_ / e_ < low else "2"
             for o_, e_, low, u in zip(o, e, lower, upper, strict=True)]  # fmt: skip
    assert [row["OD_BANDING"] for row in rows] == bands
    assert {"1", "2", "3"} == set(bands)


def test_zips_hold_counts_in_fives_and_the_ratio_from_before_rounding(
    nation: Nation, nation_folder: Path
) -> None:
    rows = rows_in_zip(nation_folder / "SHMI data, Apr20-Mar21.zip")
    place = {code: n for n, code in enumerate(nation.structure.codes)}
    for row in rows:
        n = place[row["PROVIDER_CODE"]]
        true = nation.deaths.observed[n, 5], nation.deaths.expected[n, 5]
        assert row["TIME_PERIOD"] == "APR20_MAR21"
        assert float(row["SHMI_VALUE"]) == pytest.approx(true[0] / true[1], abs=6e-5)
        for name, value in zip(("OBSERVED", "EXPECTED"), true, strict=True):
            assert int(row[name]) % 5 == 0
            assert abs(int(row[name]) - value) <= 2.5


def test_research_activity_adds_up(nation: Nation, nation_folder: Path) -> None:
    totals: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for row in rows_of(nation_folder / "research-activity.csv"):
        totals[row["org_code"], row["period_start"]][row["measure"]] = int(row["value"])
    assert len(totals) == (~np.isnan(nation.deaths.observed)).sum()
    for found in totals.values():
        assert found["participants_recruited"] == (
            found["participants_interventional"] + found["participants_observational"]
        )


def test_a_trust_returns_beds_until_the_quarter_of_its_merger(
    nation: Nation, nation_folder: Path
) -> None:
    takeover = next(t for t in nation.structure.takeovers if t.day.month == 10)
    year = takeover.day.year
    span = f"{year}-{(year + 1) % 100:02d}"
    rows = rows_of(nation_folder / f"KH03 beds open overnight, {span}.csv")
    quarters = defaultdict(list)
    for row in rows:
        quarters[row["org_code"]].append(row["quarter"])
    assert quarters[takeover.predecessor] == ["Q1", "Q2"]
    assert quarters[takeover.successor] == ["Q1", "Q2", "Q3", "Q4"]


def test_overlapping_staff_groups_are_within_the_total(nation_folder: Path) -> None:
    path = next(nation_folder.glob("NHS Workforce*.csv"))
    groups: dict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for row in rows_of(path):
        if row["Data Type"] == "FTE":
            key = row["Date"], row["Org Code"]
            groups[key][row["Staff Group"]] = float(row["Total"])
    for found in groups.values():
        clinical = found["HCHS Doctors"] + found["Nurses & health visitors"]
        qualified = found["Professionally qualified clinical staff"]
        assert clinical < qualified < found["Total"]


def test_the_register_has_27_quoted_cells_and_the_succession_5(
    nation: Nation, nation_folder: Path
) -> None:
    lines = (nation_folder / "etr.csv").read_text().splitlines()
    assert len(lines) == len(nation.structure.trusts)
    assert all(line.count('"') == 2 * 27 for line in lines)
    takeovers = list(csv.reader((nation_folder / "succ.csv").read_text().splitlines()))
    assert [(old, new, day) for old, new, _, day, _ in takeovers] == [
        (t.predecessor, t.successor, f"{t.day:%Y%m%d}")
        for t in nation.structure.takeovers
    ]
    assert all(len(row) == 5 and row[2] == "R" and not row[4] for row in takeovers)


def test_the_truth_is_told_in_full(nation: Nation, nation_folder: Path) -> None:
    told = json.loads((nation_folder / "truth.json").read_text())
    assert "made up" in told["warning"]
    assert told["association"] == nation.truth.association
    assert told["design"]["trusts"] == 150
    assert told["seed_note"] == "PCG64, seed 1"
    assert told["takeovers"][0]["day"] == nation.truth.takeovers[0].day.isoformat()


def test_years_before_and_after_2018_are_in_their_own_layout(tmp_path: Path) -> None:
    # 2016 and 2017 in the older layout, 2018 to 2020 in zips.
    names = written(tmp_path / "files", 1)
    assert sum(name.startswith("shmi-") for name in names) == 2
    assert sum(name.endswith(".zip") for name in names) == 3
