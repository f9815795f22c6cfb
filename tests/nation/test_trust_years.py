"""Is there one row for each trust and year, with what its deaths answer to?"""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from candela.nation import Nation, trust_years


def test_all_columns_are_of_one_length(nation: Nation) -> None:
    rows = trust_years(nation)
    lengths = {len(getattr(rows, f.name)) for f in fields(rows) if f.name != "codes"}
    assert lengths == {len(rows)}
    assert len(rows) == (~np.isnan(nation.deaths.observed)).sum()


def test_a_trust_has_one_row_a_year(nation: Nation) -> None:
    rows = trust_years(nation)
    assert len(set(zip(rows.trust.tolist(), rows.year.tolist(), strict=True))) == len(
        rows
    )


def test_the_dose_is_that_of_the_year_before(nation: Nation) -> None:
    rows = trust_years(nation)
    changed = {t.successor for t in nation.structure.takeovers} | {
        t.predecessor for t in nation.structure.takeovers
    }
    trust = next(n for n, code in enumerate(rows.codes) if code not in changed)
    mine = (rows.trust == trust) & (rows.year == 2018)
    year = 2017 - 2015
    participants = nation.yearly("participants_interventional")[trust, year]
    staff = nation.yearly("staff_clinical_fte")[trust, year]
    assert rows.dose_before[mine].tolist() == [100 * participants / staff]


def test_the_dose_of_a_merged_trust_is_that_of_its_parts_together(
    nation: Nation,
) -> None:
    rows = trust_years(nation)
    codes = list(rows.codes)
    takeovers = nation.structure.takeovers
    new = next(
        t
        for t in takeovers
        if not t.in_part and codes.index(t.successor) >= 150 and t.day.month == 4
    )
    old = [
        codes.index(t.predecessor) for t in takeovers if t.successor == new.successor
    ]
    before = new.day.year - 1 - 2015
    participants = nation.yearly("participants_interventional")[old, before].sum()
    staff = nation.yearly("staff_clinical_fte")[old, before].sum()
    mine = (rows.trust == codes.index(new.successor)) & (rows.year == new.day.year)
    assert np.allclose(rows.dose_before[mine], 100 * participants / staff)
    assert rows.merged_this_year[mine].tolist() == [True]


def test_a_merged_trust_is_flagged_from_the_year_of_its_merger_on(
    nation: Nation,
) -> None:
    rows = trust_years(nation)
    takeover = nation.structure.takeovers[0]
    mine = rows.trust == rows.codes.index(takeover.successor)
    year = takeover.day.year - (takeover.day.month < 4)
    assert (rows.merged_so_far[mine] == (rows.year[mine] >= year)).all()
    assert (rows.merged_this_year[mine] == (rows.year[mine] == year)).all()
    # 8 mergers and the two who took over the parts of the split.
    assert rows.merged_this_year.sum() == 8 + 2


def test_only_the_dose_of_the_first_year_is_in_no_file(nation: Nation) -> None:
    rows = trust_years(nation)
    assert (rows.dose_hidden == (rows.year == 2015)).all()
