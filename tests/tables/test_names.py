"""Is a published name matched to one code, for review, and never guessed?"""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candela.errors import InputError
from candela.sources import read_folder
from candela.tables import (
    NAMED_MEASURES,
    ORGANISATION_MEASURES,
    ORGANISATIONS,
    Period,
    Table,
)
from candela.tables.names import NameMatch, match_names, name_key


def organisations(*listed: tuple[str, str], file: str = "etr.csv") -> Table:
    return Table.from_rows(
        ORGANISATIONS,
        [
            {
                "org_code": code,
                "org_name": name,
                "source_file": f"{number} {file}",
                "source_row": number,
            }
            for number, (code, name) in enumerate(listed, 1)
        ],
    )


LIST = organisations(
    ("ZA1", "THE AVONLEA HOSPITALS NHS FOUNDATION TRUST"),
    ("ZA2", "ST ALDWYN'S AND BRAMBLE NHS TRUST"),
    ("ZA3", "MEADOW CARE NHS TRUST"),
    ("ZA4", "MEADOW CARE NHS FOUNDATION TRUST"),
)


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("The Avonlea Hospitals NHS Foundation Trust", "avonlea hospital"),
        ("AVONLEA HOSPITAL NHS TRUST", "avonlea hospital"),
        ("St. Aldwyn’s & Bramble", "st aldwyns bramble"),
        ("St Aldwyn's and Bramble NHS Trust", "st aldwyns bramble"),
        ("Hill-Top (Care)", "hill top care"),
        ("The NHS Trust", ""),
    ],
)
def test_a_key_is_a_name_without_what_comes_and_goes(name: str, key: str) -> None:
    assert name_key(name) == key


@settings(derandomize=True, max_examples=60, deadline=None)
@given(st.text(st.sampled_from("abTHEnhs &'-.,"), max_size=30))
def test_a_key_does_not_depend_on_case_and_is_its_own_key(name: str) -> None:
    key = name_key(name)
    assert name_key(name.upper()) == name_key(name.lower()) == key
    assert name_key(key) == key


def test_a_name_as_listed_is_exact_and_a_near_one_is_by_its_key() -> None:
    exact, near = match_names(
        ["the avonlea  hospitals NHS Foundation Trust", "Avonlea Hospital NHS Trust"],
        LIST,
    ).matches
    assert (exact.how, exact.org_code) == ("exact", "ZA1")
    assert (near.how, near.org_code) == ("key", "ZA1")
    assert near.listed_name == "THE AVONLEA HOSPITALS NHS FOUNDATION TRUST"


def test_a_name_that_fits_none_gets_no_code() -> None:
    matches = match_names(["Hilltop NHS Trust", "The NHS Trust"], LIST)
    assert [m.how for m in matches.matches] == ["unmatched", "unmatched"]
    assert matches.codes == {}
    assert len(matches.open) == 2


def test_a_name_that_fits_two_codes_gets_neither_and_tells_both() -> None:
    (match,) = match_names(["Meadow Care"], LIST).matches
    assert match == NameMatch("Meadow Care", "ambiguous", candidates=("ZA3", "ZA4"))


def test_a_name_as_listed_is_matched_though_another_shares_its_key() -> None:
    (match,) = match_names(["Meadow Care NHS Trust"], LIST).matches
    assert (match.how, match.org_code) == ("exact", "ZA3")


def test_one_name_of_two_codes_is_ambiguous_even_as_it_stands() -> None:
    twice = organisations(("ZA1", "AVONLEA"), ("ZA2", "AVONLEA"))
    (match,) = match_names(["Avonlea"], twice).matches
    assert match.how == "ambiguous"


def test_a_code_listed_under_several_names_is_matched_by_each() -> None:
    renamed = organisations(
        ("ZA1", "AVONLEA NHS TRUST"), ("ZA1", "AVONLEA NHS TRUST"), ("ZA1", "HILLTOP")
    )
    codes = match_names(["Avonlea", "Hilltop NHS Trust"], renamed).codes
    assert codes == {"Avonlea": "ZA1", "Hilltop NHS Trust": "ZA1"}


def test_the_matches_are_a_table_to_review_with_each_name_once() -> None:
    names = ["Meadow Care", "Avonlea Hospital", "Meadow Care", "Nowhere"]
    table = match_names(names, LIST).table
    assert list(table.keys("org_name", "org_code", "how", "candidates")) == [
        ("Meadow Care", "", "ambiguous", "ZA3 ZA4"),
        ("Avonlea Hospital", "ZA1", "key", ""),
        ("Nowhere", "", "unmatched", ""),
    ]


def named(*rows: tuple[str, int, float]) -> Table:
    return Table.from_rows(
        NAMED_MEASURES,
        [
            {
                "org_name": name,
                "org_type": "Acute",
                "period_start": Period.financial_year(year).start,
                "period_end": Period.financial_year(year).end,
                "measure": "studies_recruiting",
                "value": value,
                "value_status": "ok",
                "source_file": "table.csv",
                "source_row": number,
            }
            for number, (name, year, value) in enumerate(rows, 2)
        ],
    )


def test_figures_of_matched_names_get_their_code_and_others_stay_out() -> None:
    table = named(("Avonlea Hospital", 2015, 20), ("Nowhere", 2015, 7))
    matches = match_names(table["org_name"].tolist(), LIST)
    coded = matches.coded(table)
    assert coded.spec == ORGANISATION_MEASURES
    assert list(coded.keys("org_code", "org_name", "value", "source_row")) == [
        ("ZA1", "Avonlea Hospital", 20, 2)
    ]


def test_a_trust_renamed_between_years_keeps_one_code() -> None:
    table = named(("Avonlea Hospital", 2015, 20), ("The Avonlea Hospitals", 2016, 21))
    coded = match_names(table["org_name"].tolist(), LIST).coded(table)
    assert coded["org_code"].tolist() == ["ZA1", "ZA1"]


def test_two_names_of_one_code_in_one_year_are_refused_by_name() -> None:
    table = named(("Avonlea Hospital", 2015, 20), ("The Avonlea Hospitals", 2015, 21))
    matches = match_names(table["org_name"].tolist(), LIST)
    with pytest.raises(
        InputError,
        match="`Avonlea Hospital` and `The Avonlea Hospitals` both match ZA1",
    ):
        matches.coded(table)


def test_only_a_table_of_names_can_be_coded() -> None:
    with pytest.raises(InputError, match="organisations is not a table of names"):
        match_names([], LIST).coded(LIST)


def test_most_names_of_real_sponsors_match_the_official_lists(
    real_data: Path,
) -> None:
    lists = read_folder(real_data / "ods").table(ORGANISATIONS)
    path = real_data / "euctr_nhs_sponsors" / "euctr_nhs_sponsor_trials.csv.gz"
    with gzip.open(path, "rt", encoding="utf-8") as file:
        known = {
            row["normalized_name"]: row["ods_code"]
            for row in csv.DictReader(file)
            if row["match"] == "auto_name_key"
        }
    matches = match_names(known, lists)
    wrong = {
        name: (code, known[name])
        for name, code in matches.codes.items()
        if code != known[name]
    }
    assert wrong == {}
    assert len(matches.codes) >= 0.9 * len(known)
