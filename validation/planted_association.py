"""Is a planted association recovered, and is none found where there is none?

Makes up many countries, each with heavy-tailed research, over-dispersed deaths,
mergers, a split without shares and a measured confounder, runs the primary analysis of
the shipped protocol on the tables its files would give, and counts how often the 95%
interval holds the planted ratio, and how often it excludes 1 where none is planted.

    python validation/planted_association.py [--seeds 500] [--processes 2]

Exits 1 unless coverage is 93 to 97% and type I error 3 to 7%.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from candela.association import Material, primary_analysis, shipped_protocol
from candela.association.primary import declared_policy, primary_panel
from candela.nation import NationDesign, make_nation
from candela.nation.tables import measures_table, outcomes_table, successions_table
from candela.tables import Succession

COVERAGE = (0.93, 0.97)
TYPE_I = (0.03, 0.07)
NEEDED = (
    "participants_interventional",
    "staff_clinical_fte",
    "staff_doctors_fte",
    "beds_general_acute",
)


@dataclass(frozen=True)
class Outcome:
    """What one country's primary analysis said of what was planted in it."""

    covers: bool
    excludes_none: bool
    log_error: float


def analysed(seed: int, design: NationDesign) -> Outcome:
    """Return how the primary analysis fared on the country of this seed."""
    nation = make_nation(design, np.random.default_rng(seed))
    material = Material(
        outcomes_table(nation),
        measures_table(nation, measures=NEEDED),
        Succession.from_table(successions_table(nation)),
    )
    protocol = shipped_protocol("jonker_2018")
    panel, _ = primary_panel(material, protocol, declared_policy(material, protocol))
    primary, contrast = primary_analysis(panel, protocol)
    truth = np.exp(design.association * contrast.width)
    found = primary.estimate
    return Outcome(
        covers=bool(found.lower <= truth <= found.upper),
        excludes_none=bool(found.lower > 1 or found.upper < 1),
        log_error=float(np.log(found.value / truth)),
    )


def main() -> int:
    """Print a row for each design; return 1 if a claim fails."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--seeds", type=int, default=500)
    options.add_argument("--processes", type=int, default=2)
    chosen = options.parse_args()
    usual = NationDesign()
    calm = replace(
        usual, between_trust_sd=0.0, within_trust_sd=0.0, mergers=0,
        splits_without_share=0,
    )  # fmt: skip
    designs = {
        "planted, over-dispersed, mergers": usual,
        "none, over-dispersed, mergers": replace(usual, association=0.0),
        "none, chance alone, no mergers": replace(calm, association=0.0),
    }
    failed = False
    print("| country | seeds | coverage | type I error | mean log error |")
    print("| --- | --- | --- | --- | --- |")
    with ProcessPoolExecutor(chosen.processes) as pool:
        for name, design in designs.items():
            found = list(
                pool.map(partial(analysed, design=design), range(chosen.seeds),
                         chunksize=10)
            )  # fmt: skip
            coverage = np.mean([f.covers for f in found])
            excluded = np.mean([f.excludes_none for f in found])
            error = np.mean([f.log_error for f in found])
            none = design.association == 0
            told = f"{excluded:.1%}" if none else "-"
            print(
                f"| {name} | {chosen.seeds} | {coverage:.1%} | {told} | {error:+.4f} |",
                flush=True,
            )
            failed |= not COVERAGE[0] <= coverage <= COVERAGE[1]
            failed |= none and not TYPE_I[0] <= excluded <= TYPE_I[1]
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
