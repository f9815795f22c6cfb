"""Is each job's effect there exactly once, however its workers die?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NURSERY = Path(__file__).with_name("nursery.py")
SECONDS = 60.0


@contextmanager
def own_database(home: Path) -> Iterator[dict[str, str]]:
    """Give the environment of a service of its own, on the back end of this run."""
    environment = {**os.environ, "CANDELA_HOME": str(home)}
    address = os.environ.get("CANDELA_DATABASE")
    if not address:
        yield environment
        return
    import psycopg

    name = f"kills_{os.getpid()}"
    with psycopg.connect(address, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield {
                **environment,
                "CANDELA_DATABASE": f"{address.rpartition('/')[0]}/{name}",
                "CANDELA_ORIGIN": "http://localhost",
            }
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def test_every_effect_is_there_once_after_25_kills_and_some_pauses(
    tmp_path: Path,
) -> None:
    with own_database(tmp_path / "home") as environment:
        ran = subprocess.run(
            [sys.executable, str(NURSERY), str(SECONDS)],
            env=environment,
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
