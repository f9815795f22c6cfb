"""Does Charlson's score count each condition once, and the graver of two forms?"""

from __future__ import annotations

from pathlib import Path

import pytest

from candela.engine.duck import open_duckdb
from candela.sources.patients.charlson import CHARLSON, SUPERSEDED
from candela.sources.patients.lookups import score_of

# Diagnoses, and what they weigh by Charlson 1987 as coded by Quan 2005.
SCORES = {
    "": 0,
    "Z000": 0,
    "I252": 1,
    "I251": 0,  # only the old infarct counts of I25
    "I21,I220": 1,  # one condition
    "I219,I500": 1 + 1,
    "E119": 1,
    "E112": 2,
    "E119,E112": 2,  # not 3: the graver form alone
    "K703": 1,
    "K703,K704": 3,
    "C189": 2,
    "C189,C787": 6,  # not 8
    "C44": 0,  # other skin cancers are left out
    "B24": 6,
    "B23": 0,
    "G820,N185,F03": 2 + 2 + 1,
    "J449,M069,K259,I64,I739": 5,
    "XI21": 0,  # a prefix begins a code
}


def test_scores_are_those_of_the_published_weights(tmp_path: Path) -> None:
    with open_duckdb(folders=[tmp_path], threads=1) as engine:
        engine.put("given", {"codes": list(SCORES)})
        sql = f"SELECT codes, {score_of('codes', ())} AS score FROM given"
        found = {row["codes"]: row["score"] for row in engine.rows(sql)}
        nothing = f"SELECT {score_of('CAST(NULL AS STRING)', ())} AS score"
        assert engine.rows(nothing) == [{"score": 0}]
    assert found == SCORES


def test_there_are_seventeen_conditions_with_the_weights_of_1987() -> None:
    weights = sorted(condition.weight for condition in CHARLSON)
    assert weights == [1] * 10 + [2] * 4 + [3] + [6] * 2
    names = {condition.name for condition in CHARLSON}
    assert set(SUPERSEDED) | set(SUPERSEDED.values()) <= names


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("cerebrovascular disease", 2 + 1 + 10),  # G45 G46, H340, I60 to I69
        ("chronic pulmonary disease", 2 + 8 + 8 + 3),
        ("malignancy", 27 + 5 + 5 + 1 + 14 + 17 + 5 + 1 + 8),
        ("renal disease", 2 + 6 + 6 + 3 + 3 + 2),
    ],
)
def test_ranges_of_codes_stand_for_each_code(name: str, count: int) -> None:
    condition = next(c for c in CHARLSON if c.name == name)
    assert len(condition.prefixes) == count


def test_no_code_means_two_conditions_unless_one_supersedes_the_other() -> None:
    for first in CHARLSON:
        for second in CHARLSON:
            if first.name >= second.name:
                continue
            clash = [
                (a, b)
                for a in first.prefixes
                for b in second.prefixes
                if a.startswith(b) or b.startswith(a)
            ]
            assert not clash, (first.name, second.name, clash)
