"""Does a book hold the tables it promises, column by column?"""

from __future__ import annotations

import csv
import json
import re
from datetime import date

import pytest

from book_pages import headings_of, rows_of
from candela.tables import DENOMINATORS, MEASURES
from small_nation import ACTIVITY, MadeUp

HEADINGS = {
    "indicator": (
        "indicator",
        "label",
        "question",
        "definition",
        "unit",
        "kind",
        "measure",
        "denominator",
        "per",
        "counts_people",
        "method",
    ),
    "position": (
        "org_code",
        "indicator",
        "period_start",
        "period_end",
        "count",
        "size",
        "value",
        "lower",
        "upper",
        "expected",
        "lower95",
        "upper95",
        "lower998",
        "upper998",
        "verdict",
        "nothing",
        "third",
        "sustained_years",
    ),
    "position_summary": (
        "indicator",
        "period_start",
        "period_end",
        "organisations",
        "outside95",
        "expected_outside95",
        "outside998",
        "expected_outside998",
        "between_sd",
        "lower_quartile",
        "median",
        "upper_quartile",
        "why_no_limits",
    ),
    "change": (
        "org_code",
        "indicator",
        "points",
        "kind",
        "previous",
        "latest",
        "mean",
        "lower",
        "upper",
        "signal_period_start",
        "signal_period_end",
        "signal",
    ),
    "feature": (
        "org_code",
        "feature",
        "label",
        "value",
        "unit",
        "period_start",
        "period_end",
    ),
    "peers": (
        "org_code",
        "basis",
        "place",
        "peer_code",
        "distance",
    ),
    "participation": (
        "org_code",
        "period_start",
        "period_end",
        "measure",
        "denominator",
        "value",
        "unit",
    ),
    "published_outcome": (
        "org_code",
        "indicator",
        "period_start",
        "period_end",
        "observed",
        "expected",
        "ratio",
        "rounding_base",
        "source_file",
        "source_row",
    ),
    "funnel": (
        "indicator",
        "period_start",
        "period_end",
        "method",
        "org_code",
        "observed",
        "expected",
        "ratio",
        "lower95",
        "upper95",
        "lower998",
        "upper998",
        "band",
    ),
    "association": (
        "name",
        "primary",
        "design",
        "exposure",
        "outcome",
        "scale",
        "estimate",
        "lower",
        "upper",
        "level",
        "p_value",
        "organisations",
        "observations",
        "method",
        "cautions",
    ),
}


@pytest.mark.parametrize("name", sorted(HEADINGS))
def test_a_table_has_exactly_its_headings(made_up: MadeUp, name: str) -> None:
    assert tuple(headings_of(made_up.book, f"tables/{name}")) == HEADINGS[name]
    assert rows_of(made_up.book, f"tables/{name}")


def test_exactly_one_analysis_is_primary_and_it_comes_first(made_up: MadeUp) -> None:
    rows = rows_of(made_up.book, "tables/association")
    assert [row["primary"] for row in rows] == ["yes", *["no"] * (len(rows) - 1)]
    assert len(rows) > 10
    names = [row["name"] for row in rows]
    assert len(names) == len(set(names))


def test_every_analysis_holds_its_estimate_in_its_interval(made_up: MadeUp) -> None:
    for row in rows_of(made_up.book, "tables/association"):
        low, value, high = (float(row[n]) for n in ("lower", "estimate", "upper"))
        assert low <= value <= high, row["name"]
        assert row["scale"] in ("ratio", "correlation", "e_value")
        assert row["method"].endswith(")")  # its reference
        assert float(row["level"]) == 0.95


def test_every_secondary_analysis_says_how_many_there_are(made_up: MadeUp) -> None:
    rows = rows_of(made_up.book, "tables/association")
    for row in rows[1:]:
        assert "analyses beside the primary one" in row["cautions"], row["name"]
    assert "no cause is claimed" in rows[0]["cautions"]


def test_published_outcomes_are_the_rows_of_the_files(made_up: MadeUp) -> None:
    rows = rows_of(made_up.book, "tables/published_outcome")
    name = "shmi-2017-october.csv"  # of April 2016 to March 2017, counts as they are
    with (made_up.files / name).open(encoding="cp1252", newline="") as file:
        lines = list(csv.DictReader(file))
    mine = {int(r["source_row"]): r for r in rows if r["source_file"] == name}
    published = {n: line for n, line in enumerate(lines, 2) if line["OBSERVED"]}
    assert set(mine) == set(published)
    for number, line in published.items():
        row = mine[number]
        assert row["org_code"] == line["PROVIDER"]
        assert float(row["observed"]) == float(line["OBSERVED"])
        assert float(row["expected"]) == float(line["EXPECTED"])
        assert float(row["ratio"]) == float(line["VALUE"])
        assert (row["period_start"], row["period_end"]) == ("2016-04-01", "2017-03-31")


def test_rounded_counts_say_so_in_every_row(made_up: MadeUp) -> None:
    bases = {
        (row["period_start"], row["rounding_base"])
        for row in rows_of(made_up.book, "tables/published_outcome")
    }
    assert bases == {
        ("2016-04-01", "1"),
        ("2017-04-01", "1"),
        ("2018-04-01", "5"),
        ("2019-04-01", "5"),
    }


def test_a_band_is_where_the_ratio_lies_against_the_inner_limits(
    made_up: MadeUp,
) -> None:
    seen = set()
    for row in rows_of(made_up.book, "tables/funnel"):
        # Where counts are exact the ratio of the counts is placed, to all its digits.
        old = row["period_start"] < "2018-04-01"
        counts = float(row["observed"]) / float(row["expected"])
        ratio = counts if old else float(row["ratio"])
        low, high = float(row["lower95"]), float(row["upper95"])
        band = "lower" if ratio < low else "higher" if ratio > high else "as_expected"
        assert row["band"] == band, row
        assert float(row["lower998"]) <= low <= 1 <= high <= float(row["upper998"]) or (
            row["method"] == "shmi"  # its inner limits are wider than its outer ones
        )
        seen.add(band)
    assert seen == {"lower", "as_expected", "higher"}


def test_a_count_by_organisation_is_the_count_in_the_file(made_up: MadeUp) -> None:
    with (made_up.files / ACTIVITY).open(encoding="utf-8", newline="") as file:
        given = {
            (r["org_code"], r["period_start"], r["measure"]): float(r["value"])
            for r in csv.DictReader(file)
        }
    merged = {old for old, _ in made_up.found.carried.moved}
    merged |= {new for _, new in made_up.found.carried.moved}
    compared = 0
    for row in rows_of(made_up.book, "tables/participation"):
        key = row["org_code"], row["period_start"], row["measure"]
        if row["denominator"] != "none" or row["value"] == "*" or key[0] in merged:
            continue
        assert float(row["value"]) == given[key]
        compared += 1
    assert compared > 500


def test_a_merged_trust_has_the_sum_of_its_parts(made_up: MadeUp) -> None:
    with (made_up.files / ACTIVITY).open(encoding="utf-8", newline="") as file:
        given = {
            r["org_code"]: float(r["value"])
            for r in csv.DictReader(file)
            if (r["period_start"], r["measure"])
            == ("2016-04-01", "participants_recruited")
        }
    shown = {
        row["org_code"]: row["value"]
        for row in rows_of(made_up.book, "tables/participation")
        if (row["period_start"], row["measure"], row["denominator"])
        == ("2016-04-01", "participants_recruited", "none")
    }
    moved = made_up.found.carried.moved
    for successor in {new for _, new in moved}:
        parts = {old for old, new in moved if new == successor} | {successor}
        assert float(shown[successor]) == sum(given.get(code, 0) for code in parts)
        assert not (parts - {successor}) & set(shown)


def test_words_in_the_participation_table_are_those_of_the_vocabulary(
    made_up: MadeUp,
) -> None:
    for row in rows_of(made_up.book, "tables/participation"):
        words = re.fullmatch(r"(?:sustained_years_|third_)?(\w+)", row["measure"])
        assert words is not None
        assert words.group(1) in MEASURES
        assert row["denominator"] in {"none", *DENOMINATORS}
        assert date.fromisoformat(row["period_start"]) < date.fromisoformat(
            row["period_end"]
        )


def test_the_sources_table_tells_what_became_of_every_file(made_up: MadeUp) -> None:
    rows = {row["file"]: row for row in rows_of(made_up.book, "tables/sources")}
    assert set(rows) == {path.name for path in made_up.files.iterdir()}
    assert rows["README.txt"]["recognised_as"] == "not recognised: left out"
    assert rows[ACTIVITY]["recognised_as"] == "Research activity, generic layout"


def test_typed_results_agree_with_the_tables(made_up: MadeUp) -> None:
    told = json.loads((made_up.book / "results" / "association.json").read_bytes())
    analyses = told["association"]["analyses"]
    rows = rows_of(made_up.book, "tables/association")
    assert [a["name"] for a in analyses] == [row["name"] for row in rows]
    for analysis, row in zip(analyses, rows, strict=True):
        assert float(row["estimate"]) == pytest.approx(analysis["value"], rel=1e-9)
    assert told["association"]["verdict"]["smallest_ratio_that_matters"] == 0.98
