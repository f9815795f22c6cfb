"""What the official limits are, in figures small enough to check by hand."""

from __future__ import annotations

import math

import pytest

from candela.indicators import funnel_of
from candela.outcomes import published_outcomes
from candela.tables import Policy, Succession
from definitions.ascii_table import published_deaths, table


def test_official_shmi_limits() -> None:
    """Deaths compared with expected, and the range that the official rule expects.

    The lowest and the highest tenth of organisations are set aside.  From the others
    the rule works out how much organisations vary beyond chance, and draws 95% limits
    that allow for both.
    """
    published = """
        | org | period  | observed | expected |
        | ZA0 | 2019/20 | 60       | 100      |
        | ZA1 | 2019/20 | 80       | 100      |
        | ZA2 | 2019/20 | 80       | 100      |
        | ZA3 | 2019/20 | 90       | 100      |
        | ZA4 | 2019/20 | 100      | 100      |
        | ZA5 | 2019/20 | 100      | 100      |
        | ZA6 | 2019/20 | 110      | 100      |
        | ZA7 | 2019/20 | 125      | 100      |
        | ZA8 | 2019/20 | 125      | 100      |
        | ZA9 | 2019/20 | 170      | 100      |
    """
    # ZA0 and ZA9 are set aside.  The mean of 100 x (log ratio) squared of the other
    # eight is 2.742, where chance alone gives 1.  The variance beyond chance is
    # (8 x 2.742 - 7) / (800 - 80,000/800) = 0.02134; that of chance is 1/100.
    # exp(1.96 x root of 0.03134) = 1.4147, and its inverse 0.7069.
    answer = """
        | org | ratio | band        |
        | ZA0 | 0.60  | lower       |
        | ZA1 | 0.80  | as_expected |
        | ZA2 | 0.80  | as_expected |
        | ZA3 | 0.90  | as_expected |
        | ZA4 | 1.00  | as_expected |
        | ZA5 | 1.00  | as_expected |
        | ZA6 | 1.10  | as_expected |
        | ZA7 | 1.25  | as_expected |
        | ZA8 | 1.25  | as_expected |
        | ZA9 | 1.70  | higher      |
    """
    outcomes = published_outcomes(
        published_deaths(published),
        indicator="SHMI",
        policy=Policy("as_reported"),
        succession=Succession(),
    )
    funnel = funnel_of(
        outcomes.rows, indicator="SHMI", period=outcomes.periods[0], method="shmi"
    )
    assert [
        {"org": row.org_code, "ratio": row.ratio, "band": row.band}
        for row in funnel.rows
    ] == table(answer)
    for row in funnel.rows:
        assert (row.lower95, row.upper95) == pytest.approx((0.7069, 1.4147), abs=1e-4)
    assert funnel.between_sd == pytest.approx(math.sqrt(0.02134), abs=1e-4)
    # Two of ten are outside; if none differed, half an organisation would be by chance.
    assert (funnel.outside95, funnel.expected_outside95) == (2, 0.5)
