"""What is told to whoever opens the folder of a made-up country?"""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date

from candela.nation.society import Nation

__all__ = ["README_FILE", "TRUTH_FILE", "readme_file", "truth_file"]

README_FILE = "README.txt"
TRUTH_FILE = "truth.json"

WARNING = (
    "Everything in this folder is made up.  No organisation, place, code or figure is "
    "real."
)

README = """\
A made-up country
=================

Everything in this folder is made up. No organisation, place, code or figure is
real. The files are in the layouts of official publications so that they are read
as those are. Do not put them beside real files.

shmi-*.csv, SHMI data, *.zip     deaths observed and expected, {years}
research-activity.csv            participants and studies
KH03 beds open overnight, *.csv  beds by quarter
NHS Workforce Statistics, *.csv  staff by quarter-end month
etr.csv, succ.csv                trusts, and who took over from whom
truth.json                       what was planted

Planted: mortality is lower by a rate ratio of {ratio:.3f} for each {iqr:.1f}
{dose}
in the year before, and lower where there are more doctors per bed, who
also go with more research. Whoever leaves doctors out finds too much.

Drawn by: {seed}
"""


def readme_file(nation: Nation) -> tuple[str, bytes]:
    """Return README.txt."""
    truth = nation.truth
    first, last = nation.years[0], nation.years[-1]
    text = README.format(
        years=f"April {first} to March {last + 1}",
        ratio=truth.rate_ratio_per_interquartile,
        iqr=truth.dose_interquartile,
        dose=truth.dose_unit,
        seed=truth.seed_note,
    )
    return README_FILE, text.encode()


def truth_file(nation: Nation) -> tuple[str, bytes]:
    """Return truth.json: every field of ``Truth``, days in ISO form."""
    told = {"warning": WARNING, **asdict(nation.truth)}
    text = json.dumps(told, indent=2, default=_iso, ensure_ascii=False)
    return TRUTH_FILE, (text + "\n").encode()


def _iso(value: object) -> str:
    assert isinstance(value, date), f"Unhandled {value!r}"
    return value.isoformat()
