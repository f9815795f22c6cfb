"""Every file layout we can read, in the order in which they are tried."""

from __future__ import annotations

from candela.errors import InputError, Problem
from candela.sources import (
    activity,
    cqc_ratings,
    eu_register,
    kh03,
    kh03_workbook,
    league_table,
    ods,
    provider_accounts,
    shmi,
    shmi_recent,
    study_export,
    workforce,
)
from candela.sources.files import Contents
from candela.sources.reading import Layout

__all__ = ["LAYOUTS", "recognised"]

LAYOUTS: tuple[Layout, ...] = (
    shmi.LAYOUT,
    shmi_recent.LAYOUT,
    ods.TRUST_LAYOUT,
    ods.SUCCESSION_LAYOUT,
    cqc_ratings.LAYOUT,
    provider_accounts.LAYOUT,
    activity.LAYOUT,
    kh03.LAYOUT,
    kh03_workbook.LAYOUT,
    workforce.LAYOUT,
    eu_register.TRIAL_LIST,
    eu_register.BY_YEAR,
    league_table.OFFICIAL,
    league_table.QUOTED,
    study_export.LAYOUT,
)


def recognised(contents: Contents) -> Layout | None:
    """Return the layout of a file, or nothing if it is none of ours.

    Raises
    ------
    InputError
        If two layouts claim the file: then neither may read it.
    """
    claims = [layout for layout in LAYOUTS if layout.recognises(contents)]
    if len(claims) > 1:
        raise InputError(
            Problem(
                contents.name,
                f"the file looks like {' and like '.join(c.title for c in claims)}",
                "one layout",
                "Send this message to the maintainers: the two layouts must be told "
                "apart.",
            )
        )
    return claims[0] if claims else None
