"""Made-up patients, made and written once for all tests of the room."""

from __future__ import annotations

import pytest

from made_up_patients import Written, written


@pytest.fixture(scope="session")
def patients(tmp_path_factory: pytest.TempPathFactory) -> Written:
    """Patients of seed 1; only to be read."""
    return written(tmp_path_factory.mktemp("made-up") / "patients", 1)
