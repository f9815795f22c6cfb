"""What is it doing now?  A line that moves on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Self

__all__ = ["Steps"]

QUIET_SECONDS = 1.0  # between plain lines, so that a log is not flooded


class Steps:
    """Progress on the standard error stream."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._last = 0.0
        if self._terminal:
            from rich.console import Console

            self._status = Console(stderr=True).status("starting")

    def __enter__(self) -> Self:
        if self._terminal:
            self._status.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._terminal:
            self._status.stop()

    def say(self, step: str) -> None:
        """Show the step that begins now."""
        if self._terminal:
            from rich.markup import escape

            self._status.update(escape(step))
            return
        now = time.monotonic()
        if now - self._last >= QUIET_SECONDS:
            self._last = now
            print(step, file=sys.stderr)
