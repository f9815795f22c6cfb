"""Which questions does a book answer?  All that the files allow, in a fixed order."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from candela.association import Association, Material, Protocol, associate
from candela.association.primary import declared_policy
from candela.build.inputs import is_made_up, material_of, names_of
from candela.build.shown_material import ShownMaterial
from candela.build.standings import placed
from candela.errors import TooFewData
from candela.indicators import outcome_funnels
from candela.outcomes import Outcomes, published_outcomes
from candela.participation import (
    Figures,
    Rate,
    concentration,
    rates,
    sustained_years,
    thirds_by_year,
)
from candela.participation.concentration import Concentration
from candela.publish.disclosure import hidden_counts, stand_ins
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
    found, concentrations, shown = _participation(material, policy, outcomes)
    association, why_not = _association(shown, protocol)
    funnels = outcome_funnels(outcomes)
    stand = placed(
        material,
        protocol,
        policy,
        outcomes=outcomes,
        funnels=funnels,
        association=association,
        stand_ins=shown.stand_ins,
    )
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
        funnels=funnels,
        association=association,
        why_not=why_not,
        policy=policy,
        carried=followed.carried,
        rates=found,
        standings=stand.standings,
        changes=stand.changes,
        features=stand.features,
        peers=stand.peers,
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
) -> tuple[tuple[Rate, ...], tuple[Concentration, ...], ShownMaterial]:
    """Return rates, years running and concentration of every measure at hand.

    Third comes the material with a number in the place of each hidden count.  Thirds,
    years running and concentration are told from it: they would give the counts away
    otherwise.
    """
    at_hand = [m for m in MEASURES.values() if material.has(m.name)]
    sizes = [
        material.figures_of(m.name, policy) for m in at_hand if m.name in DENOMINATORS
    ]
    with_outcome = {
        row.org_code for row in material.outcomes_of(outcomes.indicator, policy).rows
    }
    activity = [
        material.figures_of(m.name, policy) for m in at_hand if m.kind == "activity"
    ]
    wanted = {
        figures.measure.name: sorted({*figures.organisations, *with_outcome})
        for figures in activity
    }
    made = {
        figures.measure.name: rates(
            figures, sizes, organisations=wanted[figures.measure.name]
        )
        for figures in activity
    }
    every = [rate for found in made.values() for rate in found]
    shown = ShownMaterial.of(
        material, policy=policy, stand_ins=stand_ins(every, hidden_counts(every))
    )
    rng = np.random.default_rng(BOOTSTRAP_SEED)
    all_rates: list[Rate] = []
    concentrations: list[Concentration] = []
    for name, found in made.items():
        figures = shown.figures_of(name, policy)
        all_rates += found
        all_rates += _activeness(figures, sizes, wanted[name])
        concentrations += concentration(figures, tuple(wanted[name]), rng=rng)
    return tuple(all_rates), tuple(concentrations), shown


def _activeness(
    figures: Figures, sizes: Sequence[Figures], wanted: Sequence[str]
) -> list[Rate]:
    """Return thirds and years running of one measure by every size."""
    made = rates(figures, sizes, organisations=wanted)
    found: list[Rate] = []
    for size in sizes:
        by_size = [rate for rate in made if rate.denominator == size.measure.name]
        found += thirds_by_year(by_size)
        found += sustained_years(by_size)
    return found
