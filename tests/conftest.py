"""What every test may ask for.

The real public files are used whenever they are there.  Where they must be there, set
``CANDELA_REQUIRE_DATA=1``: their absence is then a failure, since a skip is not a pass.

The made-up nation of ``small_nation`` and its book are made once for a run (once for
each process of a parallel run) and only to be read; ``copied_book`` may be spoilt.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from small_nation import MadeUp

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


@pytest.fixture(scope="session")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> MadeUp:
    """The small made-up nation and its book; only to be read."""
    from small_nation import MadeUp, build_small_book, write_small_nation

    place = tmp_path_factory.mktemp("made-up")
    files = write_small_nation(place / "files")
    found = build_small_book(files, place / "book")
    return MadeUp(files, place / "book", found)


@pytest.fixture
def copied_book(made_up: MadeUp, tmp_path: Path) -> Path:
    """The book of the small made-up nation, to be spoilt."""
    return Path(shutil.copytree(made_up.book, tmp_path / "book"))


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Leave what only PostgreSQL can show to the run that has one (`make test`)."""
    if os.environ.get("CANDELA_DATABASE"):
        return
    left = [item for item in items if item.get_closest_marker("postgresql")]
    items[:] = [item for item in items if item not in left]
    config.hook.pytest_deselected(items=left)
