"""Do names and codes belong to nobody?"""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import numpy as np
import pytest

from candela.nation import NationDesign, make_nation
from candela.nation.organisation_files import HEALTH_GEOGRAPHY
from candela.nation.places import (
    ENDS,
    LAST,
    LETTERS,
    REGIONS,
    STARTS,
    place,
    trust_code,
)

CODES = [trust_code(number) for number in range(len(LETTERS) * len(LAST))]
PLACES = [place(number) for number in range(len(STARTS) * len(ENDS))]


def cells_of_real_lists(folder: Path) -> set[str]:
    """Return every cell of every real list of organisations and of successions."""
    found: set[str] = set()
    for path in sorted(folder.glob("*.csv")):
        with path.open(encoding="cp1252", errors="replace", newline="") as lines:
            found |= {cell for row in csv.reader(lines) for cell in row}
    for path in sorted(folder.glob("*.csv.gz")):
        with gzip.open(path, "rt", encoding="utf-8", newline="") as packed:
            found |= {cell for row in csv.reader(packed) for cell in row}
    return found


def test_codes_are_three_characters_from_z_and_all_differ() -> None:
    assert len(set(CODES)) == len(CODES)
    assert all(len(c) == 3 and c[0] == "Z" and c.isalnum() for c in CODES)


def test_places_all_differ() -> None:
    assert len(set(PLACES)) == len(PLACES) == 25 * 13
    assert PLACES[:2] == ["Quillmere", "Fennimore"]


def test_asking_for_more_than_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match="325 places"):
        place(325)
    with pytest.raises(ValueError, match="580 codes"):
        trust_code(580)


def test_there_are_codes_for_the_largest_country() -> None:
    # 300 trusts, every second of 145 mergers under a new code.
    design = NationDesign(trusts=300, mergers=145, splits_without_share=0)
    trusts = make_nation(design, np.random.default_rng(1)).structure.trusts
    assert len(trusts) == 300 + 145 // 2
    assert len({trust.code for trust in trusts}) == len(trusts)
    assert len({trust.name for trust in trusts}) == len(trusts)


def test_no_code_of_a_trust_or_region_is_in_a_real_list(real_data: Path) -> None:
    real = cells_of_real_lists(real_data / "ods")
    assert "RW6" in real  # the lists were read
    assert not real & {*CODES, *(code for code, _ in REGIONS), HEALTH_GEOGRAPHY}


def test_no_place_is_in_the_name_or_address_of_a_real_organisation(
    real_data: Path,
) -> None:
    real = " ".join(cells_of_real_lists(real_data / "ods")).upper()
    assert "SALFORD" in real
    assert not [name for name in PLACES if name.upper() in real]
