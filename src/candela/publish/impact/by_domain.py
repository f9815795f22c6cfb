"""How many statements are there of each domain, and which way do they point?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from candela.impact.claims import Claim, Direction
from candela.impact.framework import framework
from candela.publish.impact.heat_map import Grid, GridCell
from candela.publish.impact.words import counted, is_downside

__all__ = ["by_domain", "domain_label", "finding"]


def domain_label(claim: Claim) -> str:
    """Return the domain that a claim is filed under, in words."""
    known = framework()
    return known.domain_of(claim.kind).label if claim.kind in known.kinds else "Other"


def finding(claims: Sequence[Claim]) -> str:
    """Return the sentence above the picture."""
    counts = Counter(domain_label(claim) for claim in claims)
    if not counts:
        return "No statement has been chosen."
    most = max(counts.values())
    first = [label for label, n in counts.items() if n == most]
    negative = sum(is_downside(claim) for claim in claims)
    harm = "describes" if negative == 1 else "describe"
    are = "it is" if len(claims) == 1 else "most are"
    where = f"{are} about {first[0].lower()}; " if len(first) == 1 else ""
    return (
        f"{counted(len(claims), 'statement').capitalize()}; {where}"
        f"{negative or 'none'} {harm} a cost or harm."
    )


def by_domain(claims: Sequence[Claim], *, subtitle: tuple[str, ...] = ()) -> Grid:
    """Return a grid of the domains that are told of, by direction."""
    found = Counter((domain_label(claim), claim.direction) for claim in claims)
    order = [domain.label for domain in framework().domains]
    used = {label for label, _ in found}
    rows = [label for label in (*order, "Other") if label in used]
    directions = tuple(Direction)
    return Grid(
        name="statements-by-domain",
        title="Statements by domain and direction",
        row_heading="Domain",
        column_heading="Direction",
        rows=tuple((label, "") for label in rows),
        columns=tuple(d.words.capitalize() for d in directions),
        cells={
            (r, c): GridCell(found[label, direction])
            for r, label in enumerate(rows)
            for c, direction in enumerate(directions)
        },
        finding=finding(claims),
        subtitle=subtitle,
        how_to_read="The figure is the number of statements told here.",
    )
