"""What would the research activity of a made-up country look like?

The generic layout, one figure a row: there is no single official file to imitate.
"""

from __future__ import annotations

import numpy as np

from candela.nation.delimited import delimited
from candela.nation.society import Nation
from candela.tables import Period

__all__ = ["activity_file"]

HEADINGS = ("org_code", "period_start", "period_end", "measure", "value")
ACTIVITY = (
    "participants_recruited",
    "participants_interventional",
    "participants_observational",
    "participants_commercial",
    "studies_recruiting",
    "studies_commercial",
)


def activity_file(nation: Nation) -> tuple[str, bytes]:
    """Return every measure of each trust in each financial year."""
    rows: list[tuple[str, str, str, str, str]] = [HEADINGS]
    by_measure = {measure: nation.yearly(measure) for measure in ACTIVITY}
    codes = nation.structure.codes
    for column, year in enumerate(nation.years):
        period = Period.financial_year(year)
        start, end = period.start.isoformat(), period.end.isoformat()
        for code, number in sorted((code, n) for n, code in enumerate(codes)):
            for measure, values in by_measure.items():
                value = values[number, column]
                if not np.isnan(value):
                    rows.append((code, start, end, measure, str(int(value))))
    return "research-activity.csv", delimited(rows)
