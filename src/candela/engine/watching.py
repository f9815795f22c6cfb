"""How can a long query be stopped at any moment, and say how far it is?

Work is done on a thread of its own while the calling thread waits: there Ctrl-C is
heard at once, and the engine is told to stop.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TypeVar

__all__ = ["Stopped", "Watched"]

Answer = TypeVar("Answer")

BETWEEN_SECONDS = 0.5


class Stopped(Exception):
    """The work was told to stop between two batches of rows."""


class Watched:
    """A worker that can be stopped.

    Parameters
    ----------
    stop
        Tells the engine to give up what it is doing; called from the waiting thread.
    progress
        Told the share that is done, from 0 to 1, while something runs.
    done
        The share that is done; negative if not known.
    """

    def __init__(
        self,
        *,
        stop: Callable[[], None],
        progress: Callable[[float], None] | None = None,
        done: Callable[[], float] | None = None,
    ) -> None:
        self._stop, self._progress, self._done = stop, progress, done
        self._worker = ThreadPoolExecutor(1, "candela-engine")
        self.stopped = False

    def run(self, work: Callable[[], Answer]) -> Answer:
        """Return what the work returns; on Ctrl-C stop it, then raise again."""
        future = self._worker.submit(work)
        try:
            self._wait(future)
        except BaseException:
            self.stopped = True
            while not future.done():
                # Again and again: between two batches there is nothing to interrupt.
                self._stop()
                wait([future], 0.05)
            raise
        return future.result()

    def check(self) -> None:
        """Give up here if told to stop.

        Raises
        ------
        Stopped
            If so.
        """
        if self.stopped:
            raise Stopped

    def close(self) -> None:
        """Let the worker go."""
        self._worker.shutdown(wait=True)

    def _wait(self, future: Future[Answer]) -> None:
        while not wait([future], BETWEEN_SECONDS).done:
            if self._progress is not None and self._done is not None:
                share = self._done()
                if 0 <= share <= 1:
                    self._progress(share)
