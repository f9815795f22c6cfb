"""What would the register of a made-up country's trusts look like?

``etr.csv`` and ``succ.csv`` of the Organisation Data Service: no headings, days written
as YYYYMMDD.
"""

from __future__ import annotations

from datetime import date

from candela.nation.delimited import UNIX, delimited
from candela.nation.society import Nation
from candela.nation.structure import Trust

__all__ = ["register_file", "succession_file"]

REGISTER_CELLS = 27
HEALTH_GEOGRAPHY = "QZ1"  # in the manner of real ones (QOP, Q71), and none of them
# No postcode area of the United Kingdom is ZZ; ZZ99 stands for addresses unknown.
POSTCODE = "ZZ1 1ZZ"


def register_file(nation: Nation) -> tuple[str, bytes]:
    """Return ``etr.csv``: every trust there ever was, open or closed, all quoted."""
    trusts = sorted(nation.structure.trusts, key=lambda trust: trust.code)
    rows = [_registered(trust) for trust in trusts]
    return "etr.csv", delimited(rows, line_end=UNIX, quote_all=True)


def _registered(trust: Trust) -> list[str]:
    cells = [""] * REGISTER_CELLS
    cells[0:4] = trust.code, trust.name, trust.region_code, HEALTH_GEOGRAPHY
    cells[4:6] = "Trust headquarters", "1 Made-up Road"
    cells[7] = trust.place
    cells[9:12] = POSTCODE, _day(trust.opened), _day(trust.closed)
    cells[21] = "0"  # record not amended
    return cells


def succession_file(nation: Nation) -> tuple[str, bytes]:
    """Return ``succ.csv``: old code, new code, R, day, blank."""
    rows = [
        [takeover.predecessor, takeover.successor, "R", _day(takeover.day), ""]
        for takeover in nation.structure.takeovers
    ]
    return "succ.csv", delimited(rows, line_end=UNIX)


def _day(day: date | None) -> str:
    return "" if day is None else f"{day:%Y%m%d}"
