"""Is each job's effect there exactly once, however its workers die?"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from web_service import environment, own_database

NURSERY = Path(__file__).with_name("nursery.py")
SECONDS = 60.0


def test_every_effect_is_there_once_after_25_kills_and_some_pauses(
    tmp_path: Path,
) -> None:
    with own_database("kills") as settings:
        ran = subprocess.run(
            [sys.executable, str(NURSERY), str(SECONDS)],
            env=environment(tmp_path / "home", settings),
            capture_output=True,
            text=True,
            check=False,
            timeout=SECONDS + 60,
        )
    assert ran.returncode == 0, ran.stderr
    torment, outcome = (json.loads(line) for line in ran.stdout.splitlines())
    assert torment["killed"] == 25
    assert torment["paused"] > 0
    assert outcome["most_tries"] > 1  # some were taken over: the kills hit work
    assert outcome["effects"] == [1] * 150
