"""What "research-active" means, in figures small enough to check by hand."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from candela.participation import (
    DoseDesign,
    Figures,
    concentration,
    doses,
    figures_of,
    rates,
    sustained_years,
)
from candela.tables import Period, Policy, Succession
from definitions.ascii_table import mergers, published_measures, table

AS_REPORTED = Policy("as_reported")
NOBODY = Succession()


def figures(
    text: str, measure: str, policy: Policy = AS_REPORTED, who: Succession = NOBODY
) -> Figures:
    return figures_of(published_measures(text), measure, policy=policy, succession=who)


def test_participation_rate() -> None:
    """Participants recruited in a year for every 100 doctors and nurses employed."""
    published = """
        | org | period  | participants_recruited | staff_clinical_fte |
        | ZA1 | 2019/20 | 300                    | 2,000              |
        | ZA2 | 2019/20 | 300                    | 6,000              |
        | ZA3 | 2019/20 | 0                      | 1,500              |
        | ZA4 | 2019/20 |                        | 4,000              |
        | ZA5 | 2019/20 | *                      | 4,000              |
    """
    # ZA3 recruited nobody, which is a rate of 0.  ZA4 did not say, and the figure of
    # ZA5 is hidden: neither has a rate.
    answer = """
        | org | rate |
        | ZA1 | 15   |
        | ZA2 | 5    |
        | ZA3 | 0    |
    """
    made = rates(
        figures(published, "participants_recruited"),
        [figures(published, "staff_clinical_fte")],
    )
    found = {r.org_code: r.value for r in made if r.denominator != "none"}
    assert found == pytest.approx({row["org"]: row["rate"] for row in table(answer)})


def test_dose() -> None:
    """The participation rate of the last year that ended before the deaths began."""
    published = """
        | org | period  | participants_recruited | staff_clinical_fte |
        | ZA1 | 2017/18 | 100                    | 1,000              |
        | ZA1 | 2018/19 | 200                    | 1,000              |
        | ZA1 | 2019/20 | 900                    | 1,000              |
    """
    answer = """
        | deaths of            | lag | years | dose |
        | 2019/20              | 1   | 1     | 20   |
        | 2019/20              | 2   | 1     | 10   |
        | 2019/20              | 1   | 2     | 15   |
        | Oct 2019 to Sep 2020 | 1   | 1     | 20   |
        | 2020/21              | 1   | 1     | 90   |
    """
    for row in table(answer):
        (found,) = doses(
            figures(published, "participants_recruited"),
            figures(published, "staff_clinical_fte"),
            design=DoseDesign(
                "participants_recruited",
                "staff_clinical_fte",
                lag_years=int(row["lag"]),
                window_years=int(row["years"]),
            ),
            organisations=["ZA1"],
            outcome_periods=[row["deaths of"]],
        )
        assert found.value == pytest.approx(row["dose"]), row
        assert found.exposure_end.end < row["deaths of"].start


def test_sustained_years() -> None:
    """Years running at or above the middle organisation of each year, so far.

    The count of a year never uses a later one.
    """
    published = """
        | org | period  | participants_recruited | staff_clinical_fte |
        | ZA1 | 2017/18 | 30                     | 1,000              |
        | ZA1 | 2018/19 | 30                     | 1,000              |
        | ZA1 | 2019/20 | 30                     | 1,000              |
        | ZA2 | 2017/18 | 20                     | 1,000              |
        | ZA2 | 2018/19 | 10                     | 1,000              |
        | ZA2 | 2019/20 | 40                     | 1,000              |
        | ZA3 | 2017/18 | 10                     | 1,000              |
        | ZA3 | 2018/19 | 20                     | 1,000              |
        | ZA3 | 2019/20 | 10                     | 1,000              |
    """
    answer = """
        | org | 2017 | 2018 | 2019 |
        | ZA1 | 1    | 2    | 3    |
        | ZA2 | 1    | 0    | 1    |
        | ZA3 | 0    | 1    | 0    |
    """
    made = rates(
        figures(published, "participants_recruited"),
        [figures(published, "staff_clinical_fte")],
    )
    by_staff = [rate for rate in made if rate.denominator == "staff_clinical_fte"]
    found: dict[str, dict[str, float]] = {}
    for rate in sustained_years(by_staff):
        found.setdefault(rate.org_code, {})[str(rate.period.start.year)] = rate.value
    wanted = {row.pop("org"): row for row in table(answer)}
    assert found == wanted


def test_top_ten_share() -> None:
    """The part of all participants recruited by the ten organisations with most."""
    published = """
        | organisations | participants each |
        | 10            | 700               |
        | 10            | 200               |
        | 10            | 100               |
        | 5             | 0                 |
    """
    each = [
        row["participants each"]
        for row in table(published)
        for _ in range(int(row["organisations"]))
    ]
    lines = ["| org | period | participants_recruited |"]
    lines += [f"| ZA{n:02d} | 2019/20 | {value} |" for n, value in enumerate(each)]
    made = figures("\n".join(lines), "participants_recruited")
    (found,) = concentration(made, made.organisations, rng=np.random.default_rng(1))
    # 7,000 of 10,000
    assert found.top_ten_share == pytest.approx(0.7)
    assert found.total == 10_000


def test_successor_policy() -> None:
    """Who counts for whom after a merger is chosen beforehand, in three ways."""
    published = """
        | org | period  | participants_recruited |
        | ZA1 | 2018/19 | 100                    |
        | ZA2 | 2018/19 | 50                     |
        | ZA9 | 2019/20 | 170                    |
        | ZA9 | 2020/21 | 180                    |
        | ZA3 | 2018/19 | 60                     |
    """
    # ZA1 and ZA2 became ZA9 in the middle of 2019/20.  ZA3 was divided between two
    # others and nobody said in which parts.
    took_over = mergers("""
        | from | to  | on         |
        | ZA1  | ZA9 | 2019-10-01 |
        | ZA2  | ZA9 | 2019-10-01 |
        | ZA3  | ZA7 | 2019-10-01 |
        | ZA3  | ZA8 | 2019-10-01 |
    """)
    answer = """
        | policy              | org | 2018 | 2019 | 2020 |
        | as_reported         | ZA1 | 100  |      |      |
        | as_reported         | ZA2 | 50   |      |      |
        | as_reported         | ZA3 | 60   |      |      |
        | as_reported         | ZA9 |      | 170  | 180  |
        | successor_at        | ZA9 | 150  | 170  | 180  |
        | drop_year_of_merger | ZA1 | 100  |      |      |
        | drop_year_of_merger | ZA2 | 50   |      |      |
        | drop_year_of_merger | ZA3 | 60   |      |      |
        | drop_year_of_merger | ZA9 |      |      | 180  |
    """
    policies = {
        "as_reported": Policy("as_reported"),
        "successor_at": Policy("successor_at", date(2021, 4, 1)),
        "drop_year_of_merger": Policy("drop_year_of_merger"),
    }
    found = []
    for name, policy in policies.items():
        made = figures(published, "participants_recruited", policy, took_over)
        for org in made.organisations:
            row = {"policy": name, "org": org}
            for year in (2018, 2019, 2020):
                figure = made.over(org, Period.financial_year(year))
                row[str(year)] = None if figure is None else figure.value
            found.append(row)
    assert found == table(answer)
    # What could not be carried is named, not guessed.
    carried = figures(
        published, "participants_recruited", policies["successor_at"], took_over
    ).carried
    assert [refusal.org_code for refusal in carried.refused] == ["ZA3"]
