"""Where may an engine put rows aside, and who clears up after a crash?

Each process has a folder of its own, which nobody else may enter, with a lock that the
operating system lets go however the process ends.  A folder whose lock is free belongs
to nobody, and is removed when the next engine opens.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from candela.errors import InputError

__all__ = ["SpillFolder"]

PREFIX = "candela-spill-"
LOCK = "lock"


@dataclass(frozen=True)
class SpillFolder:
    """A private folder, and the open file that holds its lock."""

    folder: Path
    lock: int

    @classmethod
    def within(cls, place: Path) -> SpillFolder:
        """Make a folder in ``place``, and remove those that a crash left there.

        Raises
        ------
        InputError
            If nothing can be written there.
        """
        if not place.is_dir():
            raise InputError(f"There is no folder {place} to spill to. Make it first.")
        for left in place.glob(f"{PREFIX}*"):
            _remove_if_left(left)
        try:
            folder = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
            lock = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            raise InputError(
                f"Nothing can be written to {place}: {error.strerror}. Name another "
                "folder to spill to."
            ) from None
        _is_locked(lock)
        return cls(folder, lock)

    def remove(self) -> None:
        """Remove the folder with everything in it."""
        # On Windows an open file cannot be removed.
        if self.folder.exists():
            os.close(self.lock)
            shutil.rmtree(self.folder, ignore_errors=True)


def _remove_if_left(folder: Path) -> None:
    try:
        lock = os.open(folder / LOCK, os.O_RDWR)
    except OSError:
        # Being made or removed at this moment, or not ours.
        return
    free = _is_locked(lock)
    os.close(lock)
    if free:
        shutil.rmtree(folder, ignore_errors=True)


def _is_locked(file: int) -> bool:
    """Return whether the lock is now ours."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
