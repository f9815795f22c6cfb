"""One made-up country, made and written once for all tests of the room."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from candela.nation import Nation, NationDesign, make_nation, write_nation


@pytest.fixture(scope="session")
def nation() -> Nation:
    """The default country of seed 1."""
    return make_nation(NationDesign(), np.random.default_rng(1))


@pytest.fixture(scope="session")
def nation_folder(nation: Nation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its files, written once; only to be read."""
    folder = tmp_path_factory.mktemp("nation") / "files"
    write_nation(nation, folder)
    return folder
