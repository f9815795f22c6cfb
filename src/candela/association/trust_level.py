"""What does a declared trust-level protocol find, and how firm is it?

One contrast is primary.  Everything else is secondary, says so, and carries a p-value
adjusted for how many there are.
"""

from __future__ import annotations

from candela.association import models
from candela.association.material import Material
from candela.association.primary import (
    declared_policy,
    primary_analysis,
    primary_panel,
)
from candela.association.protocol import Protocol
from candela.association.result import Association
from candela.association.sensitivity import (
    Run,
    latest_thirds,
    other_definitions,
    other_models,
    other_timings,
    rank_correlations,
    with_holm,
    without_each,
)
from candela.association.verdict import verdict_of

__all__ = ["associate"]


def associate(material: Material, protocol: Protocol) -> Association:
    """Return everything the protocol declares.

    Raises
    ------
    TooFewData
        If the primary analysis cannot be done.  A secondary analysis that cannot be
        done is reported with its reason.
    """
    policy = declared_policy(material, protocol)
    panel, exposure = primary_panel(material, protocol, policy)
    primary, contrast = primary_analysis(panel, protocol)
    run = Run(material, protocol, panel, contrast, exposure)
    other_models(run)
    other_timings(run)
    other_definitions(run)
    rank_correlations(run)
    left_out_one = without_each(run)
    run.attempt(
        "e_value",
        "how strong an unmeasured cause would have to be",
        lambda _: models.e_value(primary.estimate),
        design="E-value",
    )
    return Association(
        protocol=protocol,
        panel=panel,
        dose_low=contrast.low,
        dose_high=contrast.high,
        primary=primary,
        secondary=tuple(with_holm(run.done)),
        not_done=tuple(run.not_done),
        curve=run.curve,
        left_out_one=left_out_one,
        thirds=latest_thirds(panel, level=protocol.level),
        verdict=verdict_of(
            primary.estimate,
            smallest_ratio_that_matters=protocol.smallest_ratio_that_matters,
        ),
    )
