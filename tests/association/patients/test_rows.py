"""Are rows counted, coded and cut as a person would do it by hand?"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from candela.association.patients.casemix import Factor, joints_of, term_over
from candela.association.patients.cohort import count_cohort
from candela.association.patients.protocol import CaseMix, StudyProtocol
from candela.association.patients.row_coding import outcome_rows
from candela.association.patients.rows import OutcomeRows
from candela.association.patients.tallies import looked_up, masked_by, tally
from candela.errors import InputError
from candela.tables import Policy, Succession
from patient_studies import (
    ADMISSIONS,
    CANCER,
    Columns,
    at_hand,
    counted,
    plan,
    write_folder,
)

SPELL: dict[str, object] = {
    "org_code": "ZT00",
    "admission_date": date(2013, 5, 1),
    "admission_method": "emergency",
    "age_years": 60,
    "diagnosis_group": "G0",
    "died_30d_discharge": False,
    "trial_participant": "no",
    "trial_consent_date": None,
}
TUMOUR: dict[str, object] = {
    "trust_diagnosis": "ZT00",
    "diagnosis_date": date(2012, 3, 1),
    "site_icd10": "C180",
    "stage": "1",
    "age_at_diagnosis": 60,
    "vital_status": "alive",
    "vital_status_date": date(2015, 6, 1),
    "trial_participant": "no",
    "trial_first_date": None,
}


def columns_of(one: dict[str, object], *changes: dict[str, object]) -> Columns:
    """Return rows alike but for what each change says."""
    key = "spell_id" if one is SPELL else "tumour_id"
    rows = [one | {key: f"K{n}"} | change for n, change in enumerate(changes)]
    return {name: [row[name] for row in rows] for name in rows[0]}


def rows_of(folder: Path, protocol: StudyProtocol) -> tuple[OutcomeRows, list[str]]:
    with at_hand(folder) as (engine, tables):
        count, _ = counted(engine, tables, protocol)
        rows = outcome_rows(engine, count, protocol, protocol.outcomes[0])
    told = [f"{s.name} {s.count}" for s in (*count.flow, *rows.flow)]
    return rows, told


def test_each_row_leaves_at_the_first_step_that_holds_of_it(tmp_path: Path) -> None:
    changes: tuple[dict[str, object], ...] = (
        {},
        {"age_years": 17, "admission_method": "elective"},
        {"age_years": None},
        {"admission_method": "elective"},
        {"admission_method": None},
        {"died_30d_discharge": None},
        {"admission_date": date(2013, 3, 31)},
    )
    folder = write_folder(tmp_path, spell=columns_of(SPELL, *changes))
    protocol = plan(
        ADMISSIONS,
        (
            'trial_participants = "kept"',
            'trial_participants = "kept"\nfirst_day = 2013-04-01',
        ),
    )
    rows, told = rows_of(folder, protocol)
    assert told == [
        "read 0",
        "age_unknown 1",
        "age 1",
        "admission_method 2",
        "outside_days 1",
        "rare_diagnosis_group 2",  # of the two rows that stay, both are few
        "outcome 1",
    ]
    assert rows.rows == 1


def test_a_year_begins_in_april_for_admissions(tmp_path: Path) -> None:
    days = (date(2013, 3, 31), date(2013, 4, 1), date(2014, 3, 31))
    changes = [{"admission_date": day} for day in days]
    folder = write_folder(tmp_path, spell=columns_of(SPELL, *changes))
    rows, _ = rows_of(folder, plan())
    assert rows.units.year[rows.unit.codes].tolist() == [2012, 2013, 2013]


def test_only_consent_by_the_day_of_admission_makes_a_participant(
    tmp_path: Path,
) -> None:
    day = date(2013, 5, 1)
    changes: tuple[dict[str, object], ...] = (
        {"trial_participant": "yes", "trial_consent_date": day},
        {"trial_participant": "yes", "trial_consent_date": date(2013, 5, 2)},
        {"trial_participant": "no"},
        {"trial_participant": "unknown"},
        {"trial_participant": None},
    )
    folder = write_folder(tmp_path, spell=columns_of(SPELL, *changes))
    rows, _ = rows_of(folder, plan())
    assert rows.trial is not None
    # To consent on 2 May one has to live until then: it counts for nothing on 1 May.
    assert rows.trial.tolist() == [1, 0, 0, 2, 2]


def test_follow_up_ends_at_the_horizon_and_the_first_day_is_day_1(
    tmp_path: Path,
) -> None:
    changes: tuple[dict[str, object], ...] = (
        {},
        {"vital_status": "dead", "vital_status_date": date(2012, 3, 1)},
        {"vital_status": "dead", "vital_status_date": date(2012, 3, 11)},
        {"vital_status": "dead", "vital_status_date": date(2015, 3, 3)},
    )
    folder = write_folder(tmp_path, cancer=columns_of(TUMOUR, *changes))
    rows, _ = rows_of(folder, plan(CANCER))
    assert rows.stop is not None
    # 1 March 2012 to 3 March 2015 is 1,097 days, one more than the horizon.
    assert rows.stop.codes.tolist() == [1096, 1, 10, 1096]
    assert rows.event.tolist() == [0, 1, 1, 0]


def test_days_until_joining_a_trial_are_never_for_those_who_did_not(
    tmp_path: Path,
) -> None:
    changes: tuple[dict[str, object], ...] = (
        {},
        {"trial_participant": "yes", "trial_first_date": date(2012, 3, 31)},
        {"trial_participant": "yes", "trial_first_date": date(2012, 2, 1)},
    )
    folder = write_folder(tmp_path, cancer=columns_of(TUMOUR, *changes))
    rows, _ = rows_of(folder, plan(CANCER))
    assert rows.joined is not None
    assert rows.joined.codes.tolist() == [1097, 30, 0]
    assert rows.trial is not None
    assert rows.trial.tolist() == [0, 0, 1]
    ending = rows.until_joining()
    assert ending.stop is not None
    assert ending.stop.codes.tolist() == [1096, 30, 1]


def test_follow_up_is_cut_at_each_first_of_january(tmp_path: Path) -> None:
    died: dict[str, object] = {
        "vital_status": "dead",
        "vital_status_date": date(2013, 1, 10),
    }
    folder = write_folder(tmp_path, cancer=columns_of(TUMOUR, died, {}))
    rows, _ = rows_of(folder, plan(CANCER))
    cut = rows.split_by_year()
    assert cut.start is not None
    assert cut.stop is not None
    years = cut.units.year[cut.unit.codes]
    parts = sorted(
        zip(
            cut.start.codes.tolist(),
            cut.stop.codes.tolist(),
            years.tolist(),
            cut.event.tolist(),
            strict=True,
        )
    )
    # From 1 March 2012 there are 306 days to 1 January 2013, and 365 in each of the
    # next two years.
    assert parts == [
        (0, 306, 2012, 0),
        (0, 306, 2012, 0),
        (306, 315, 2013, 1),
        (306, 671, 2013, 0),
        (671, 1036, 2014, 0),
        (1036, 1096, 2015, 0),
    ]


def test_a_place_where_someone_is_lost_is_named_and_nothing_of_the_row(
    tmp_path: Path,
) -> None:
    rows = columns_of(SPELL, {"diagnosis_group": "MARKER"}, {})
    del rows["age_years"]
    with pytest.raises(InputError, match="lacks age_years") as caught:
        rows_of(write_folder(tmp_path, spell=rows), plan())
    assert "MARKER" not in str(caught.value)


def test_too_many_different_texts_are_refused_without_a_value(tmp_path: Path) -> None:
    changes = [{"diagnosis_group": f"MARKER{n % 251}"} for n in range(2510)]
    folder = write_folder(tmp_path, spell=columns_of(SPELL, *changes))
    with pytest.raises(InputError, match="251 different values") as caught:
        rows_of(folder, plan())
    assert "MARKER" not in str(caught.value)


def test_values_of_few_rows_are_put_together_and_never_named(tmp_path: Path) -> None:
    groups = ["G0"] * 12 + ["G1"] * 10 + ["MARKER"] * 9 + [None]
    changes = [{"diagnosis_group": group} for group in groups]
    folder = write_folder(tmp_path, spell=columns_of(SPELL, *changes))
    rows, told = rows_of(folder, plan())
    assert told[-2:] == ["class_diagnosis_group 1", "rare_diagnosis_group 9"]
    held = rows.joint_of("diagnosis group")
    assert held is not None
    joint, column = held
    levels = next(f for f in joint.factors if f.name == "diagnosis group").levels
    assert levels == ("G0", "G1", "other", "not known")
    found = joint.level_of("diagnosis group")[column.codes]
    assert np.bincount(found).tolist() == [12, 10, 9, 1]


def test_both_trusts_of_a_merger_are_one_unit(tmp_path: Path) -> None:
    changes = [{"org_code": "ZT00"}, {"org_code": "ZT01"}]
    folder = write_folder(tmp_path, spell=columns_of(SPELL, *changes))
    protocol = plan()
    merged = Succession({"ZT00": ((date(2014, 1, 1), "ZT01", None),)})
    with at_hand(folder) as (engine, tables):
        count = count_cohort(
            engine,
            tables,
            protocol,
            policy=Policy("successor_at", date(2014, 4, 1)),
            succession=merged,
        )
        rows = outcome_rows(engine, count, protocol, protocol.outcomes[0])
    assert rows.units.organisations == ("ZT01",)
    assert len(set(rows.unit.codes.tolist())) == 1


def factor(name: str, levels: int) -> Factor:
    mix = CaseMix(name, name, (), "class")
    return Factor(mix, tuple(f"{name}{n}" for n in range(levels)), name, "FALSE")


def test_small_factors_share_a_code_of_at_most_256_levels() -> None:
    found = joints_of([factor("a", 144), factor("b", 20), factor("c", 12)])
    assert [[f.name for f in joint.factors] for joint in found] == [["a"], ["b", "c"]]
    assert [joint.levels for joint in found] == [144, 240]


def test_the_level_of_a_factor_is_had_back_from_the_joint_code() -> None:
    (joint,) = joints_of([factor("b", 3), factor("c", 2)])
    # b * 2 + c, as the SQL of the joint code has it.
    assert joint.level_of("b").tolist() == [0, 0, 1, 1, 2, 2]
    assert joint.level_of("c").tolist() == [0, 1, 0, 1, 0, 1]
    assert joint.sql == "(CAST(b AS INT) * 2 + CAST(c AS INT))"


def test_the_commonest_level_is_the_reference_and_empty_ones_have_no_term() -> None:
    found = term_over(
        "x", "column", np.array([0, 1, 2, 3]), "abcd", np.array([5, 9, 0, 1])
    )
    assert found is not None
    assert found.labels == ("x a", "x d")
    assert found.basis.tolist() == [[1, 0], [0, 0], [0, 0], [0, 1]]


def test_a_factor_in_which_all_are_alike_has_no_term() -> None:
    assert term_over("x", "c", np.array([0, 1]), "ab", np.array([5, 0])) is None


def test_codes_are_counted_together_and_only_where_kept() -> None:
    a, b = np.array([0, 1, 1, 0], np.uint8), np.array([2, 0, 0, 1], np.uint8)
    keep = np.array([1, 1, 0, 1], np.uint8)
    assert tally([(a, 2), (b, 3)]).tolist() == [[0, 1, 1], [2, 0, 0]]
    assert tally([(a, 2), (b, 3)], keep).tolist() == [[0, 1, 1], [1, 0, 0]]


def test_a_code_is_looked_up_and_kept_by_level() -> None:
    codes = np.array([2, 0, 1], np.uint16)
    assert looked_up("x", codes, np.array([7, 8, 9]), 10).codes.tolist() == [9, 7, 8]
    kept = masked_by(codes, np.array([True, False, True]), None)
    assert kept.tolist() == [1, 1, 0]
