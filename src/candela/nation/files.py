"""What would the official files of a made-up country look like?

Every file is in a layout that is read from real publishers, so that whoever reads real
files reads these.  Names of organisations say that they are made up, and so does every
file in a layout that has room for it.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from candela.errors import InputError, Problem
from candela.nation.activity_files import activity_file
from candela.nation.notes import (
    README_FILE,
    TRUTH_FILE,
    readme_file,
    truth_file,
)
from candela.nation.organisation_files import register_file, succession_file
from candela.nation.shmi_files import shmi_file
from candela.nation.size_files import beds_file, workforce_file
from candela.nation.society import Nation

__all__ = ["forget_nation", "write_nation"]


def write_nation(nation: Nation, folder: Path) -> tuple[Path, ...]:
    """Write the country's files into a new or empty folder; return their paths.

    ======================================  =======================================
    SHMI, to 2017/18                        ``shmi-2016-october.csv``, one a year
    SHMI, from 2018/19                      ``SHMI data, Apr18-Mar19.zip``, one a year
    research activity                       ``research-activity.csv``
    beds (KH03)                             one a year, by quarter
    workforce                               one, by quarter-end month
    trusts, successions                     ``etr.csv``, ``succ.csv``
    what is planted                         ``truth.json``, ``README.txt``
    ======================================  =======================================

    The same country gives the same bytes.

    Raises
    ------
    InputError
        If the folder holds anything: made-up files beside real ones would be read
        together with them.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise InputError(
            Problem(
                str(folder),
                "it is there already and is not an empty folder",
                "a new or empty folder, so that nothing made up lies beside real files",
                "Give another folder.",
            )
        )
    folder.mkdir(parents=True, exist_ok=True)
    files = (
        readme_file(nation),
        truth_file(nation),
        *(shmi_file(nation, year) for year in nation.years),
        activity_file(nation),
        *(beds_file(nation, year) for year in nation.years),
        workforce_file(nation),
        register_file(nation),
        succession_file(nation),
    )
    written = []
    for name, content in files:
        path = folder / name
        path.write_bytes(content)
        written.append(path)
    return tuple(written)


def forget_nation(folder: Path) -> None:
    """Remove a folder that ``write_nation`` wrote, if it is there.

    A folder that does not hold the truth of a made-up nation is left alone.
    """
    if (folder / TRUTH_FILE).is_file() and (folder / README_FILE).is_file():
        shutil.rmtree(folder)
