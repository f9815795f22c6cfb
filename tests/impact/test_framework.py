"""Are the domains and kinds those of the paper, and is each known elsewhere or not?"""

from __future__ import annotations

from importlib import resources

import pytest

from candela.errors import InputError
from candela.impact.crosswalk import crosswalk, gaps, schemes
from candela.impact.framework import framework

OF_THE_PAPER = {"H": 5, "W": 6, "R": 5, "E": 4, "I": 4, "K": 4}
ADDED = {"A": 6, "B": 2}


def test_there_are_six_domains_and_28_kinds_and_what_we_added_is_marked() -> None:
    domains = framework().domains
    counts = {domain.code: len(domain.kinds) for domain in domains}
    assert counts == OF_THE_PAPER | ADDED
    assert sum(OF_THE_PAPER.values()) == 28
    assert {domain.code for domain in domains if domain.added} == set(ADDED)
    assert framework().doi == "10.1186/s13104-023-06526-5"


def test_every_kind_has_help_and_an_example_of_its_own() -> None:
    kinds = framework().kinds.values()
    for what in ("label", "help", "example"):
        words = [getattr(kind, what) for kind in kinds]
        assert all(words)
        assert len(set(words)) == len(words), what
    for code, kind in framework().kinds.items():
        assert code[0] == kind.domain == framework().domain_of(code).code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("W1", "W1"),
        ("service changes made", "W1"),
        ("Staff recruitment and  retention", "I3"),
        ("PPI", "I4"),
        ("intellectual property", "E4"),
    ],
)
def test_a_kind_is_found_by_what_other_versions_call_it(name: str, code: str) -> None:
    found = framework().named(name)
    assert found is not None
    assert found.code == code


def test_what_is_no_kind_is_not_found_and_no_name_means_two() -> None:
    assert framework().named("weather") is None
    names = [
        name.lower()
        for kind in framework().kinds.values()
        for name in (kind.code, kind.label, *kind.aliases)
    ]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("scheme", sorted(schemes()))
def test_a_crosswalk_knows_only_our_kinds_and_names_its_gaps(scheme: str) -> None:
    homes = crosswalk(scheme)
    assert set(homes) <= set(framework().kinds)
    assert all(homes.values())
    assert set(homes) | set(gaps(scheme)) == set(framework().kinds)
    assert not set(homes) & set(gaps(scheme))


def test_cohesion_reputation_and_burden_have_no_home_with_the_funders() -> None:
    assert {"I1", "I2", "I3", "H5", "B1", "B2"} <= set(gaps("researchfish"))
    for scheme in schemes():
        assert {"B1", "B2"} <= set(gaps(scheme))


def test_a_scheme_that_is_not_there_is_named_so() -> None:
    with pytest.raises(InputError, match="There are cahs"):
        crosswalk("horoscope")


def test_what_comes_under_another_licence_says_so_in_a_file_of_its_own() -> None:
    room = resources.files("candela.impact")
    apart = (room / "crosswalk_researchfish.toml").read_text(encoding="utf-8")
    assert apart.startswith("# SPDX-License-Identifier: CC-BY-SA-4.0")
    assert "researchfish" not in (room / "crosswalk.toml").read_text().split("[", 1)[1]
