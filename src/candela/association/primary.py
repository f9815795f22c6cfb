"""What is the one primary analysis of a declared trust-level protocol?

An organisation three quarters of the way up in research activity against one a quarter
of the way up, deaths counted after the research.
"""

from __future__ import annotations

from candela.association import models
from candela.association.gathering import build_panel
from candela.association.material import Material
from candela.association.models import Contrast
from candela.association.panel import Panel
from candela.association.protocol import Exposure, Protocol
from candela.association.result import Analysis
from candela.errors import TooFewData
from candela.participation import DoseDesign
from candela.tables import DENOMINATORS, MEASURES, Policy

__all__ = [
    "OBSERVATION",
    "declared_policy",
    "describe",
    "primary_analysis",
    "primary_panel",
]

ECOLOGICAL = (
    "The unit is the organisation and its year: nothing here is about single patients."
)
OBSERVATION = "An association observed, not an experiment: no cause is claimed."


def describe(design: DoseDesign) -> str:
    """Return a dose in words."""
    lag, window = design.lag_years, design.window_years
    if lag < 0:
        when = "the year after" if window == 1 else f"the {window} years after"
    else:
        when = {1: "the year before", 0: "the same year"}.get(
            lag, f"{lag} years before"
        )
        if window > 1:
            when = f"{window} years, the last of them {when}"
    return (
        f"{MEASURES[design.measure].label} {DENOMINATORS[design.denominator].label}, "
        f"{when}"
    )


def declared_policy(material: Material, protocol: Protocol) -> Policy:
    """Return the protocol's policy, with ``latest`` resolved to a day."""
    return Policy.parse(protocol.policy, latest=material.succession.latest)


def primary_panel(
    material: Material, protocol: Protocol, policy: Policy
) -> tuple[Panel, Exposure]:
    """Return the panel of the first declared exposure that the files can answer.

    Raises
    ------
    TooFewData
        If none can; the message says why for each.
    """
    given = [e for e in protocol.exposures if material.has(e.measure)]
    if not given:
        wanted = " or ".join(MEASURES[e.measure].label for e in protocol.exposures)
        raise TooFewData(f"No file gives research activity: {wanted}.")
    why: list[str] = []
    for exposure in given:
        for denominator in exposure.denominators:
            design = DoseDesign(
                exposure.measure,
                denominator,
                exposure.lag_years,
                exposure.window_years,
            )
            try:
                panel = build_panel(
                    material,
                    indicator=protocol.indicator,
                    design=design,
                    policy=policy,
                    adjust_for=protocol.adjust_for,
                    fewest_organisations=protocol.fewest_organisations,
                    least_coverage=protocol.least_coverage,
                )
                panel.quartiles()
            except TooFewData as error:
                why.append(f"{describe(design)}: {error}")
                continue
            return panel, exposure
    raise TooFewData(
        "None of the research activity in the files can be related to the outcome. "
        + " ".join(why)
    )


def primary_analysis(panel: Panel, protocol: Protocol) -> tuple[Analysis, Contrast]:
    """Return the primary analysis of a panel, and the contrast it is quoted over."""
    contrast = Contrast(*panel.quartiles())
    estimate = models.linear(panel, contrast, level=protocol.level).with_cautions(
        OBSERVATION, ECOLOGICAL, *panel.cautions
    )
    adjusted = " and ".join(("year", *panel.covariate_names))
    return (
        Analysis(
            "primary",
            "three quarters of the way up against a quarter of the way up",
            True,
            f"Poisson, log-linear in the dose, adjusted for {adjusted}; "
            f"policy {panel.policy}",
            describe(panel.design),
            protocol.indicator,
            estimate,
            panel.rows,
        ),
        contrast,
    )
