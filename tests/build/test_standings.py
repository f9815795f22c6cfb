"""Which size is activity divided by, and what is placed where little is at hand?"""

from __future__ import annotations

from candela.association import Material, shipped_protocol
from candela.build.inputs import spells_of
from candela.build.standings import Placed, placed
from candela.indicators import outcome_funnels
from candela.tables import Policy, Succession, Table
from definitions.ascii_table import published_deaths, published_measures

AS_REPORTED = Policy("as_reported")
TRUSTS = [f"ZA{n:02d}" for n in range(12)]


def deaths(*, spells: bool = False) -> Table:
    size = ("| spells ", "| 50000 ") if spells else ("", "")
    rows = "\n".join(
        f"| {trust} | 2018/19 | {390 + n} | 400 {size[1]}|"
        for n, trust in enumerate(TRUSTS)
    )
    return published_deaths(f"| org | period | observed | expected {size[0]}|\n{rows}")


def measures(*columns: str, period: str = "2018/19", values: str) -> Table:
    heading = "| org | period | " + " | ".join(columns) + " |"
    rows = "\n".join(f"| {trust} | {period} | {values} |" for trust in TRUSTS)
    return published_measures(f"{heading}\n{rows}")


def made_of(outcomes: Table, of: Table) -> Placed:
    material = Material(outcomes, of, Succession())
    found = material.outcomes_of("SHMI", AS_REPORTED)
    return placed(
        material,
        shipped_protocol("jonker_2018"),
        AS_REPORTED,
        outcomes=found,
        funnels=outcome_funnels(found, methods=("trim-consistent",)),
        association=None,
        stand_ins={},
    )


def keys(found: Placed) -> list[str]:
    return list(dict.fromkeys(standing.indicator.key for standing in found.standings))


def test_the_size_is_the_first_that_the_protocol_declares() -> None:
    both = measures(
        "studies_recruiting",
        "beds_general_acute",
        "staff_clinical_fte",
        values="20 | 500 | 2000",
    )
    found = made_of(deaths(), both)
    assert keys(found) == ["shmi", "studies_recruiting_by_staff_clinical_fte"]
    position = found.standings[1].positions[0]
    assert (position.size, position.value) == (2000, 1.0)


def test_a_size_of_other_years_gives_way_to_the_next() -> None:
    staff = measures("staff_clinical_fte", period="2005/06", values="2000")
    rest = measures("studies_recruiting", "beds_general_acute", values="20 | 500")
    found = made_of(deaths(), staff.stacked_on(rest))
    assert keys(found) == ["shmi", "studies_recruiting_by_beds_general_acute"]


def test_a_size_the_protocol_does_not_name_will_do_where_there_is_no_other() -> None:
    found = made_of(
        deaths(), measures("studies_recruiting", "staff_total_fte", values="20 | 4000")
    )
    assert keys(found) == ["shmi", "studies_recruiting_by_staff_total_fte"]


def test_without_any_size_deaths_alone_are_placed() -> None:
    found = made_of(deaths(), measures("studies_recruiting", values="20"))
    assert keys(found) == ["shmi"]
    assert found.features == ()
    assert found.peers == ()


def test_deaths_alone_have_positions_and_peers_by_spells() -> None:
    outcomes = deaths(spells=True)
    found = made_of(outcomes, spells_of(outcomes))
    assert keys(found) == ["shmi"]
    assert {feature.measure.name for feature in found.features} == {"spells"}
    assert found.peers == ()  # all have 50,000: nobody is nearer than another
    assert [change.kind for change in found.changes] == ["one_point"] * 12
