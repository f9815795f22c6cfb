"""Which countries are refused before they are made?"""

from __future__ import annotations

import pytest

from candela.errors import InputError
from candela.nation import NationDesign


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ({"between_trust_sd": -0.1}, "between_trust_sd is -0.1"),
        ({"within_trust_sd": float("nan")}, "within_trust_sd is nan"),
        ({"confounder_strength": float("inf")}, "confounder_strength is inf"),
        ({"association": float("nan")}, "association"),
        ({"median_dose": 0.0}, "median_dose is 0.0"),
        ({"recruitment_persistence": 1.0}, "recruitment_persistence is 1.0"),
        ({"years": 1}, "at least 2"),
        ({"first_year": 2010}, "outside 2011 to 2090"),
        ({"first_year": 2085, "years": 8}, "2085 to 2092 are outside"),
        ({"mergers": -1}, "cannot be negative"),
        ({"trusts": 301}, "at most 300"),
    ],
)
def test_an_impossible_setting_is_refused_by_name(
    settings: dict[str, float], told: str
) -> None:
    with pytest.raises(InputError, match=told):
        NationDesign(**settings)  # type: ignore[arg-type]


def test_mergers_need_enough_trusts_to_merge() -> None:
    # 10 mergers take 20 trusts; 20 - 10 = 10 are left, the fewest allowed.
    NationDesign(trusts=20, mergers=10, splits_without_share=0)
    with pytest.raises(InputError, match="19 trusts are too few for 10 mergers"):
        NationDesign(trusts=19, mergers=10, splits_without_share=0)


def test_by_default_at_least_140_trusts_are_left() -> None:
    design = NationDesign()
    assert design.trusts - design.mergers - design.splits_without_share >= 140
