"""Which questions does a book answer?  All that the files allow, in a fixed order."""

from __future__ import annotations

import numpy as np

from candela.association import Association, Material, Protocol, associate
from candela.association.primary import declared_policy
from candela.build.inputs import is_made_up, material_of, names_of
from candela.errors import TooFewData
from candela.indicators import outcome_funnels
from candela.outcomes import Outcomes, published_outcomes
from candela.participation import (
    Rate,
    concentration,
    rates,
    sustained_years,
    thirds_by_year,
)
from candela.participation.concentration import Concentration
from candela.publish.findings import Findings
from candela.sources import Folder
from candela.tables import (
    DENOMINATORS,
    MEASURES,
    PUBLISHED_OUTCOMES,
    RATINGS,
    Policy,
)

__all__ = ["findings_of"]

BOOTSTRAP_SEED = 20180201  # of the intervals around Gini and top share; in the manifest


def findings_of(folder: Folder, protocol: Protocol) -> Findings:
    """Return everything a book says of a folder.

    Raises
    ------
    TooFewData
        If the folder has no published outcomes at all.
    """
    material, matches = material_of(folder)
    if not len(material.outcomes):
        raise TooFewData(
            "no published outcomes in the folder: add SHMI files (trust level). "
            "`candela check FOLDER` lists what each question needs."
        )
    outcomes = published_outcomes(
        material.outcomes,
        indicator=protocol.indicator,
        policy=Policy("as_reported"),
        succession=material.succession,
    )
    policy = declared_policy(material, protocol)
    association, why_not = _association(material, protocol)
    found, concentrations = _participation(material, policy, outcomes)
    names = names_of(folder)
    followed = material.outcomes_of(protocol.indicator, policy)
    cautions = dict.fromkeys(outcomes.cautions)
    if association is not None:
        cautions.update(dict.fromkeys(association.panel.cautions))
    return Findings(
        folder=folder,
        published=folder.table(PUBLISHED_OUTCOMES),
        ratings=folder.table(RATINGS),
        name_matches=None if matches is None else matches.table,
        outcomes=outcomes,
        funnels=outcome_funnels(outcomes),
        association=association,
        why_not=why_not,
        policy=policy,
        carried=followed.carried,
        rates=found,
        concentrations=concentrations,
        names=names,
        made_up=is_made_up(names),
        cautions=tuple(cautions),
    )


def _association(
    material: Material, protocol: Protocol
) -> tuple[Association | None, str]:
    try:
        return associate(material, protocol), ""
    except TooFewData as error:
        return None, str(error)


def _participation(
    material: Material, policy: Policy, outcomes: Outcomes
) -> tuple[tuple[Rate, ...], tuple[Concentration, ...]]:
    """Return rates, years running and concentration of every measure at hand."""
    at_hand = [m for m in MEASURES.values() if material.has(m.name)]
    sizes = [
        material.figures_of(m.name, policy) for m in at_hand if m.name in DENOMINATORS
    ]
    with_outcome = {
        row.org_code for row in material.outcomes_of(outcomes.indicator, policy).rows
    }
    rng = np.random.default_rng(BOOTSTRAP_SEED)
    all_rates: list[Rate] = []
    concentrations: list[Concentration] = []
    for measure in at_hand:
        if measure.kind != "activity":
            continue
        figures = material.figures_of(measure.name, policy)
        wanted = sorted({*figures.organisations, *with_outcome})
        made = rates(figures, sizes, organisations=wanted)
        all_rates += made
        for size in sizes:
            name = size.measure.name
            by_size = [rate for rate in made if rate.denominator == name]
            all_rates += thirds_by_year(by_size)
            all_rates += sustained_years(by_size)
        concentrations += concentration(figures, tuple(wanted), rng=rng)
    return tuple(all_rates), tuple(concentrations)
