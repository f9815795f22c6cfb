"""Is anything lost when the service is killed while people save?  In short.

The long form, with fifty kills on each database, is ``make validate-service``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from web_service import own_database

if TYPE_CHECKING:
    from small_nation import MadeUp

KILLS = Path(__file__).parents[3] / "validation" / "service" / "kills.py"
FIGURES = re.compile(r"([\d,]+) writes acknowledged.*; lost (\d+), .*")


def killed(book: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Kill a service of its own, three times, on the back end of this run."""
    with own_database("killed") as settings:
        known = {**os.environ, "CANDELA_VALIDATION_BOOK": str(book), **settings}
        return subprocess.run(
            [sys.executable, str(KILLS), "--kills", "3", *options],
            env=known,
            capture_output=True,
            text=True,
            check=False,
            timeout=240,
        )


@pytest.mark.parametrize("options", [(), ("--unsafe",)], ids=["as it is", "unsafe"])
def test_nothing_is_lost_or_torn_by_kills_except_without_transactions(
    made_up: MadeUp, options: tuple[str, ...]
) -> None:
    ran = killed(made_up.book, *options)
    # Without transactions the script succeeds only where it found something torn.
    assert ran.returncode == 0, ran.stdout + ran.stderr
    found = FIGURES.search(ran.stdout)
    assert found, ran.stdout
    assert int(found[1].replace(",", "")) > 0
    assert found[2] == "0"
