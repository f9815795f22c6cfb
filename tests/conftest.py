"""What every test may ask for.

The real public files are used whenever they are there.  Where they must be there, set
``CANDELA_REQUIRE_DATA=1``: their absence is then a failure, since a skip is not a pass.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real public files."""
    folder = Path(os.environ.get("CANDELA_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        message = f"no folder of real files at {folder}; set CANDELA_DATA"
        if os.environ.get("CANDELA_REQUIRE_DATA") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return folder
