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

from candela.nation.patients import PatientsDesign
from candela.nation.patients.cancer import NEVER, CancerModel, cancer_model
from candela.nation.patients.country import make_country
from candela.stats.coded import CodeColumn, CodedDesign, factor_term
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

Days = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]


def days_column(name: str, days: Days) -> CodeColumn:
    """Return days of follow-up as codes."""
    return CodeColumn(name, days.astype(np.uint16), int(days.max()) + 1)


def joined_term(joined: Flags, stage: npt.NDArray[np.uint16]) -> CodedDesign:
    """Return the design of participation, adjusted for stage."""
    columns = (
        CodeColumn("joined", joined.astype(np.uint8), 2),
        CodeColumn("stage", stage.astype(np.uint8), 4),
    )
    return CodedDesign(
        columns,
        (
            factor_term("joined", columns[0], ("no", "yes")),
            factor_term("stage", columns[1], ("1", "2", "3", "4")),
        ),
    )


def analysed(model: CancerModel, number: int) -> dict[str, Said]:
    """Return what each way of asking says of one sample."""
    rng = np.random.default_rng([SEED, number])
    found = model.draw(0, PATIENTS, rng)
    stop = (found.last_seen - found.diagnosed).astype(np.int64)
    keep = stop > 0  # lost on the day of diagnosis
    joined = found.consent != NEVER
    consent = np.where(joined, found.consent - found.diagnosed, 0).astype(np.int64)
    event = found.died.astype(np.uint8)
    ever = fit_cox(
        joined_term(joined, found.stage), days_column("stop", stop), event, keep=keep
    )
    return {
        WRONG: _said(ever.estimate("joined yes")),
        "from consent": _said(_from_consent(found.stage, stop, event, joined, consent)),
        "landmark": _said(_landmark(found.stage, stop, event, joined, consent)),
    }


def _from_consent(
    stage: npt.NDArray[np.uint16],
    stop: Days,
    event: npt.NDArray[np.uint8],
    joined: Flags,
    consent: Days,
) -> Estimate:
    """Split each participant's time on the day of consent."""
    before, after = np.flatnonzero(joined), np.flatnonzero(stop > 0)
    # Whoever did not join has one row; whoever did has one before consent as well.
    row = np.concatenate([after, before])
    first = np.concatenate([np.where(joined, consent, 0)[after], 0 * before])
    last = np.concatenate([stop[after], consent[before]])
    died = np.concatenate([event[after], 0 * before]).astype(np.uint8)
    in_trial = np.concatenate([joined[after], np.zeros(len(before), dtype=bool)])
    fit = fit_cox(
        joined_term(in_trial, stage[row]),
        days_column("stop", last),
        died,
        start=days_column("start", first),
        keep=last > first,
    )
    return fit.estimate("joined yes")


def _landmark(
    stage: npt.NDArray[np.uint16],
    stop: Days,
    event: npt.NDArray[np.uint8],
    joined: Flags,
    consent: Days,
) -> Estimate:
    later = from_landmark(days_column("stop", stop), event, LANDMARK)
    by_then = joined & (consent <= LANDMARK)
    fit = fit_cox(joined_term(by_then, stage), later.stop, later.event, keep=later.keep)
    return fit.estimate("joined yes")


def _said(estimate: Estimate) -> Said:
    return Said(estimate.value, estimate.lower, estimate.upper)


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
