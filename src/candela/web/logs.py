"""What must never be in a log?  Addresses with secrets, and who asked for what."""

from __future__ import annotations

import logging
import re

__all__ = ["WithoutAddresses"]

EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
TOKEN = re.compile(r"[A-Za-z0-9_-]{40,}")


class WithoutAddresses(logging.Filter):
    """Takes e-mail addresses and secret links out of what is written."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Return that the record is kept, with its text made safe."""
        text = EMAIL.sub("[address]", record.getMessage())
        record.msg, record.args = TOKEN.sub("[secret]", text), ()
        if record.exc_info and record.exc_info[1] is not None:
            # A traceback may quote values: its place is enough to find the fault.
            kind = type(record.exc_info[1]).__name__
            record.msg, record.exc_info = f"{record.msg} ({kind})", None
        return True
