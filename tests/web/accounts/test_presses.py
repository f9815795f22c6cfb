"""What if several people press at the same moment, or guess from several processes?"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from web_service import environment, own_database

SCRIPT = Path(__file__).with_name("presses.py")
SECONDS = 120
Raced = tuple[Mapping[str, str], dict[str, list[str]]]


@pytest.fixture(scope="module")
def raced(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Raced]:
    """A database in which people have pressed at once, and what came of it."""
    with own_database("presses") as settings:
        given = environment(tmp_path_factory.mktemp("presses") / "home", settings)
        yield given, finished(begun("race", given))


def begun(what: str, given: Mapping[str, str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(SCRIPT), what],
        env=dict(given),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(process: subprocess.Popen[str]) -> Any:
    told, wrong = process.communicate(timeout=SECONDS)
    assert process.returncode == 0, wrong
    return json.loads(told.splitlines()[-1])


def test_of_six_who_use_the_first_link_at_once_one_gets_in(raced: Raced) -> None:
    assert raced[1]["started"] == ["First", *["None"] * 5]


def test_of_six_who_use_an_invitation_at_once_one_joins(raced: Raced) -> None:
    assert raced[1]["joined"] == [*["None"] * 5, "Second"]


def test_of_two_administrators_who_leave_at_once_one_stays(raced: Raced) -> None:
    assert raced[1]["left"] == ["NotAllowed", "left"]


def test_a_hundred_guesses_from_two_processes_are_counted_together(
    raced: Raced,
) -> None:
    """Five tries are let through, and not five for each process."""
    given, _ = raced
    told = [finished(p) for p in [begun("guess", given), begun("guess", given)]]
    assert max(t["refused"] for t in told) == 5
