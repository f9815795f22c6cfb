"""Does counting participants from diagnosis make a trial look like a cure?

Makes up cancer patients with the trap planted: candidates of a trial consent some time
after diagnosis, and whoever dies before that day never becomes a participant.  Joining
changes nothing.  Three ways of asking whether participants live longer:

ever or never
    Participants from the day of diagnosis: they are given time in which they could not
    die.  Wrong, and it must be seen to be.
from consent
    A participant from the day of consent on, by rows split there.
landmark
    Those alive half a year after diagnosis, by whether they had consented by then.

    python validation/immortal_time.py [--replicates 200]

Exits 1 unless the wrong way finds a benefit in at least 95% of the samples, and the
right ways hold "no difference" in 93 to 97% of them, beyond two standard errors of the
simulation itself.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
import numpy.typing as npt

from candela.nation.patients import PatientsDesign, casemix
from candela.nation.patients.cancer import (
    NEVER,
    CancerModel,
    CancerPatients,
    cancer_model,
)
from candela.nation.patients.country import make_country
from candela.stats.coded import CodeColumn, CodedDesign, factor_term, numeric_term
from candela.stats.cox import fit_cox
from candela.stats.estimate import Estimate
from candela.stats.follow_up import from_landmark
from coverage_counts import HEADINGS, Said, gathered, leaves, told

SEED = 20_261_127
PATIENTS = 8_000
LANDMARK = 183
WRONG, RIGHT = "ever or never", ("from consent", "landmark")
FOUND_BY_THE_WRONG = 0.95
NOTHING = PatientsDesign(
    admissions=0,
    cancer_patients=PATIENTS,
    trusts=40,
    mergers=0,
    log_hazard=0.0,
    trust_sd=0.0,
    participant_log_hazard=0.0,
    other_sites=0.0,
)

# What is adjusted for, on the scale on which it was planted.
TRAITS = {
    "stage": casemix.STAGE_LOG_HAZARD,
    "age": casemix.CANCER_AGE_LOG_HAZARD,
    "route": casemix.ROUTE_LOG_HAZARD,
    "performance": casemix.PERFORMANCE_LOG_HAZARD,
    "comorbidity": casemix.CANCER_COMORBIDITY_LOG_HAZARD,
}

Days = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def days_column(name: str, days: Days) -> CodeColumn:
    """Return days of follow-up as codes."""
    return CodeColumn(name, days.astype(np.uint16), int(days.max()) + 1)


def design_of(found: CancerPatients, joined: Flags, rows: Days) -> CodedDesign:
    """Return participation and every trait, of these rows of the patients."""
    columns = [CodeColumn("joined", joined.astype(np.uint8), 2)]
    terms = [factor_term("joined", columns[0], ("no", "yes"))]
    for name, coefficients in TRAITS.items():
        codes = getattr(found, name)[rows].astype(np.uint8)
        column = CodeColumn(name, codes, len(coefficients))
        columns.append(column)
        terms.append(numeric_term(name, column, coefficients))
    return CodedDesign(tuple(columns), tuple(terms))


def analysed(model: CancerModel, number: int) -> dict[str, Said]:
    """Return what each way of asking says of one sample."""
    found = model.draw(0, PATIENTS, np.random.default_rng([SEED, number]))
    stop = (found.last_seen - found.diagnosed).astype(np.int64)
    joined = found.consent != NEVER
    consent = np.where(joined, found.consent - found.diagnosed, 0).astype(np.int64)
    asked = {
        WRONG: _ever_or_never(found, stop, joined),
        "from consent": _from_consent(found, stop, joined, consent),
        "landmark": _landmark(found, stop, joined, consent),
    }
    return {name: Said(e.value, e.lower, e.upper) for name, e in asked.items()}


def _ever_or_never(found: CancerPatients, stop: Days, joined: Flags) -> Estimate:
    fit = fit_cox(
        design_of(found, joined, np.arange(len(stop))),
        days_column("stop", stop),
        found.died.astype(np.uint8),
        keep=stop > 0,  # or lost on the day of diagnosis
    )
    return fit.estimate("joined yes")


def _from_consent(
    found: CancerPatients, stop: Days, joined: Flags, consent: Days
) -> Estimate:
    """Split each participant's time on the day of consent."""
    everybody, before = np.arange(len(stop)), np.flatnonzero(joined)
    # Whoever did not join has one row; whoever did has one before consent as well.
    first = np.concatenate([consent, 0 * before])
    last = np.concatenate([stop, consent[before]])
    died = np.concatenate([found.died, np.zeros(len(before), dtype=bool)])
    in_trial = np.concatenate([joined, np.zeros(len(before), dtype=bool)])
    fit = fit_cox(
        design_of(found, in_trial, np.concatenate([everybody, before])),
        days_column("stop", last),
        died.astype(np.uint8),
        start=days_column("start", first),
        keep=last > first,
    )
    return fit.estimate("joined yes")


def _landmark(
    found: CancerPatients, stop: Days, joined: Flags, consent: Days
) -> Estimate:
    later = from_landmark(
        days_column("stop", stop), found.died.astype(np.uint8), LANDMARK
    )
    by_then = joined & (consent <= LANDMARK)
    fit = fit_cox(
        design_of(found, by_then, np.arange(len(stop))),
        later.stop,
        later.event,
        keep=later.keep,
    )
    return fit.estimate("joined yes")


def main() -> int:
    """Print the table and return the exit code."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--replicates", type=int, default=200)
    replicates = options.parse_args().replicates
    rng = np.random.default_rng(SEED)
    model = cancer_model(make_country(NOTHING, rng), rng)
    rows = [analysed(model, number) for number in range(replicates)]
    print(f"joining changes nothing; {replicates} samples of {PATIENTS:,}\n{HEADINGS}")
    counts = gathered(rows, 0.0)
    for name, found in counts.items():
        print(told(name, found))
    benefit = float(np.mean([row[WRONG].upper < 0 for row in rows]))
    print(f"the wrong way finds a benefit that is not there in {benefit:.1%}")
    wrong = [name for name in RIGHT if leaves(counts[name])]
    if benefit < FOUND_BY_THE_WRONG:
        wrong.append(WRONG)
    for name in wrong:
        print(f"not as it should be: {name}", file=sys.stderr)
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
