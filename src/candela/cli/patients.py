"""How are patients made up, at a command line?"""

from __future__ import annotations

from dataclasses import replace
from math import log
from pathlib import Path
from typing import Annotated

import typer

from candela.errors import InputError

__all__ = ["patients"]

INTERRUPTED = 130


def patients(
    out: Annotated[
        Path,
        typer.Option("--out", help="Folder to write; empty or new.", metavar="FOLDER"),
    ],
    admissions: Annotated[
        int, typer.Option(help="Hospital stays; 0 for none.", min=0)
    ] = 1_000_000,
    cancer_patients: Annotated[
        int, typer.Option(help="Cancer patients; 0 for none.", min=0)
    ] = 100_000,
    seed: Annotated[int, typer.Option(help="Same seed, same patients.", min=0)] = 2018,
    odds_ratio: Annotated[
        float | None,
        typer.Option(
            help="Planted: odds of death for each participant a bed; 1 for none."
        ),
    ] = None,
    hazard_ratio: Annotated[
        float | None,
        typer.Option(
            help="Planted: hazard of death for each per cent in trials; 1 for none."
        ),
    ] = None,
    confounding: Annotated[
        float,
        typer.Option(
            help="How far good staffing raises research and lowers deaths; 1 as "
            "`candela demo`.",
            min=0,
        ),
    ] = 0.0,
) -> None:
    """Make up patients of any number, in whom it is known what is true."""
    import numpy as np

    from candela.cli.progress import Steps
    from candela.nation.patients import PatientsDesign, make_patients

    design = PatientsDesign(
        admissions=admissions, cancer_patients=cancer_patients, confounding=confounding
    )
    if odds_ratio is not None:
        design = replace(design, log_odds=_logarithm("odds-ratio", odds_ratio))
    if hazard_ratio is not None:
        design = replace(design, log_hazard=_logarithm("hazard-ratio", hazard_ratio))
    try:
        with Steps() as steps:
            steps.say("making up trusts")
            truth = make_patients(
                design, out, np.random.default_rng(seed), progress=steps.say
            )
    except KeyboardInterrupt:
        typer.echo("candela: stopped; nothing was kept.", err=True)
        raise typer.Exit(INTERRUPTED) from None
    counted = truth.counted
    typer.echo(f"Made-up patients (seed {seed}): {out}")
    typer.echo(
        f"{counted.admissions:,} admissions, {counted.died_within_30_days:,} deaths; "
        f"{counted.cancer_patients:,} cancer patients, "
        f"{counted.cancer_deaths:,} deaths."
    )
    typer.echo(f"What is true of them: {out / 'truth.json'}")


def _logarithm(option: str, ratio: float) -> float:
    if not 0 < ratio < float("inf"):
        raise InputError(f"--{option} is {ratio}; expected a ratio above 0.")
    return log(ratio)
