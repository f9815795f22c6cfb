"""Is a folder of made-up patients written whole, the same each time, or not at all?"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from candela.errors import InputError
from candela.nation.patients import PatientsDesign, make_patients
from made_up_patients import SMALL, Written, written

FEW = replace(SMALL, admissions=30_000, cancer_patients=26_000)


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_however_many_threads(
    tmp_path: Path,
) -> None:
    one = bytes_of(written(tmp_path / "one", 5, FEW, threads=1).folder)
    two = bytes_of(written(tmp_path / "two", 5, FEW, threads=3).folder)
    assert one == two
    assert "admission_spell/part-00001.parquet" in one  # parts of 25,000


def test_another_seed_gives_other_rows(tmp_path: Path) -> None:
    one = bytes_of(written(tmp_path / "one", 5, FEW).folder)
    two = bytes_of(written(tmp_path / "two", 6, FEW).folder)
    assert one.keys() == two.keys()
    # The life table is the same in every country.
    assert [name for name in one if one[name] == two[name]] == ["life_table.csv"]


def test_a_folder_that_holds_anything_is_refused(tmp_path: Path) -> None:
    (tmp_path / "admission_spell.csv").write_text("real people\n")
    with pytest.raises(InputError, match="new or empty folder"):
        make_patients(FEW, tmp_path, np.random.default_rng(1))
    assert [path.name for path in tmp_path.iterdir()] == ["admission_spell.csv"]


def test_an_empty_folder_is_filled(tmp_path: Path) -> None:
    folder = tmp_path / "patients"
    folder.mkdir()
    assert written(folder, 1, FEW).truth.counted.admissions == 30_000
    assert [path.name for path in tmp_path.iterdir()] == ["patients"]


def test_a_table_of_no_rows_is_left_out(tmp_path: Path) -> None:
    found = written(tmp_path / "patients", 1, replace(FEW, cancer_patients=0))
    names = {path.name for path in found.folder.iterdir()}
    assert "admission_spell" in names
    assert names.isdisjoint({"cancer_patient", "life_table.csv"})


def test_everything_with_room_for_it_says_that_it_is_made_up(
    patients: Written,
) -> None:
    folder = patients.folder
    assert "made up" in (folder / "README.txt").read_text()
    assert "made up" in json.loads((folder / "truth.json").read_text())["warning"]
    names = (folder / "organisation.csv").read_text().splitlines()[1:]
    assert all("(made up)" in line and line.startswith("Z") for line in names)
    for part in folder.rglob("*.parquet"):
        assert pq.read_metadata(part).metadata[b"candela.made_up"] == b"yes"


def test_progress_tells_rows_of_each_table(tmp_path: Path) -> None:
    said: list[str] = []
    make_patients(
        FEW,
        tmp_path / "patients",
        np.random.default_rng(1),
        progress=said.append,
        part_rows=25_000,
    )
    assert said == [
        "making up trusts",
        "admission_spell: 0 of 30,000 rows",
        "admission_spell: 25,000 of 30,000 rows",
        "admission_spell: 30,000 of 30,000 rows",
        "cancer_patient: 0 of 26,000 rows",
        "cancer_patient: 25,000 of 26,000 rows",
        "cancer_patient: 26,000 of 26,000 rows",
    ]


def test_a_part_that_cannot_be_written_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from candela.nation.patients import admissions

    whole = admissions.AdmissionModel.draw

    def fails(
        self: admissions.AdmissionModel, first: int, last: int, rng: np.random.Generator
    ) -> admissions.Admissions:
        if first:
            raise OSError("no space left on device")
        return whole(self, first, last, rng)

    monkeypatch.setattr(admissions.AdmissionModel, "draw", fails)
    with pytest.raises(OSError, match="no space"):
        written(tmp_path / "patients", 1, FEW)
    assert list(tmp_path.iterdir()) == []


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "candela", "patients", *arguments]


def test_the_command_says_what_was_made(tmp_path: Path) -> None:
    out = tmp_path / "patients"
    sizes = ("--admissions", "2000", "--cancer-patients", "300", "--seed", "3")
    found = subprocess.run(
        command("--out", str(out), *sizes, "--odds-ratio", "0.9"),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "2,000 admissions" in found.stdout
    truth = json.loads((out / "truth.json").read_text())
    assert truth["odds_ratio"] == pytest.approx(0.9)
    assert truth["seed_note"] == "PCG64, seed 3"
    again = subprocess.run(
        command("--out", str(out)), capture_output=True, text=True, check=False
    )
    assert again.returncode == 10
    assert "is not an empty folder" in again.stderr


def test_ctrl_c_leaves_nothing(tmp_path: Path) -> None:
    out = tmp_path / "patients"
    with subprocess.Popen(
        command("--out", str(out), "--admissions", "100000000"),
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as running:
        until = time.monotonic() + 60
        while not list(tmp_path.glob(".patients-unfinished-*/*/*.parquet")):
            assert time.monotonic() < until
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "stopped; nothing was kept" in said
    assert "Traceback" not in said
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"admissions": -1}, "admissions is -1"),
        ({"admissions": 0, "cancer_patients": 0}, "nobody to make up"),
        ({"death_share": 0.0}, "death_share is 0.0"),
        ({"unknown_stage": 1.5}, "unknown_stage is 1.5"),
        ({"readmissions": 0.7}, "at most 0.5"),
        ({"groups": 0}, "groups is 0"),
        ({"log_odds": float("nan")}, "log_odds must be a number"),
        ({"trust_sd": -0.1}, "trust_sd is -0.1"),
        ({"follow_up_years": -1}, "follow_up_years"),
        ({"trusts": 12, "mergers": 5}, "too few"),
    ],
)
def test_an_impossible_design_is_refused(wrong: dict[str, float], message: str) -> None:
    with pytest.raises(InputError, match=message):
        PatientsDesign(**wrong)  # type: ignore[arg-type]
