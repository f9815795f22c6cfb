"""What is done by night: is the log still whole?"""

from __future__ import annotations

import logging
from typing import Any

from candela.web.audit.chain import verify_chain
from candela.web.audit.state import note_check
from candela.web.jobs.handlers import Effect, Progress, handles
from candela.web.jobs.periods import Every
from candela.web.jobs.queue import Claimed

__all__ = ["check_audit_log"]

log = logging.getLogger("candela.web.audit")


@handles("check-audit-log", words="Check the audit log", every=Every.DAY)
def check_audit_log(job: Claimed, progress: Progress) -> Effect:
    """Check every line of the log against the one before."""
    progress("Checking each line against the one before")
    lines, broken = verify_chain()
    if broken:
        log.error("the audit log is broken at line %s", broken.number)

    def effect() -> dict[str, Any]:
        note_check(lines, broken)
        return {"lines": lines, "whole": broken is None}

    return effect
