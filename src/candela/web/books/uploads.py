"""How does a file come in, and how much of it is taken?

Files are written to the home's staging folder as they arrive, never held in memory.
The first byte too many ends it: what was written is removed, and the form says so with
what was typed still in it.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Literal

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import (
    FileUploadHandler,
    SkipFile,
    StopUpload,
    TemporaryFileUploadHandler,
)
from django.http import HttpRequest

from candela.web.errors import is_disk_full

__all__ = ["Refusal", "StagedUpload", "refusal_of"]

Refusal = Literal["", "too_large", "disk_full"]


def refusal_of(request: HttpRequest) -> Refusal:
    """Return why a file of this request was not taken."""
    refusal: Refusal = getattr(request, "upload_refusal", "")
    return refusal


class StagedUpload(TemporaryFileUploadHandler):
    """Takes files of people who have signed in, up to the size that is allowed."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file; nobody else may write to our disk."""
        if not self.request.user.is_authenticated:
            raise SkipFile
        FileUploadHandler.new_file(self, *args, **kwargs)
        try:
            # Its own name is nowhere a name on our disk, and is not believed.
            self.file = TemporaryUploadedFile("book", self.content_type, 0, None)
        except OSError as error:
            self._stop_if_full(error)
            raise

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write what came, unless it is too much."""
        if start + len(raw_data) > settings.CONFIGURATION.upload_megabytes * 1_000_000:
            self._stop("too_large")
        try:
            super().receive_data_chunk(raw_data, start)
        except OSError as error:
            self._stop_if_full(error)
            raise

    def file_complete(self, file_size: int) -> UploadedFile | None:
        """Return the file, all of it on the disk."""
        if not hasattr(self, "file"):
            return None
        try:
            self.file.flush()
        except OSError as error:
            self._stop_if_full(error)
            raise
        done: UploadedFile = super().file_complete(file_size)
        done.given_name = self.file_name
        return done

    def _stop_if_full(self, error: OSError) -> None:
        if is_disk_full(error):
            self._stop("disk_full")

    def _stop(self, refusal: Refusal) -> None:
        self.request.upload_refusal = refusal
        # Closing may fail again, on the last bytes; the file is unlinked in any case.
        with suppress(OSError):
            self.upload_interrupted()
        # The rest is read and thrown away: else the browser shows a broken connection.
        raise StopUpload(connection_reset=False)
