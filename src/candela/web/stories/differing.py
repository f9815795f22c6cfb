"""What differs between a report and the one that it follows?"""

from __future__ import annotations

from candela.web.shown import day
from candela.web.stories.gathering import statements_to_choose
from candela.web.stories.models import Report

__all__ = ["differences"]


def differences(report: Report) -> tuple[str, ...]:
    """Return a sentence for each difference; nothing where none came before."""
    before = report.follows
    if before is None:
        return ()
    return tuple(_sentences(report, before))


def _sentences(report: Report, before: Report) -> list[str]:
    was = _statements(before)
    is_now = _chosen(report)
    said = []
    of = f"version {before.version}"
    if before.released_at is not None:
        of = f"{of} of {day(before.released_at.date())}"
    said.append(f"This follows {of}.")
    said += _listed("New here", sorted(is_now.keys() - was.keys()))
    said += _listed("No longer here", sorted(was.keys() - is_now.keys()))
    both = was.keys() & is_now.keys()
    said += _listed(
        "Told in a newer version", sorted(k for k in both if was[k] != is_now[k])
    )
    if len(said) == 1:
        said.append("It tells the same statements.")
    return said


def _statements(report: Report) -> dict[str, int]:
    """Return the statements of a frozen report with the version each had."""
    rows = report.statements.select_related("statement")
    return {row.statement.label: row.version for row in rows}


def _chosen(report: Report) -> dict[str, int]:
    rows = statements_to_choose(report.study).filter(
        pk__in=report.choices.get("statements", [])
    )
    return {statement.label: statement.version for statement in rows}


def _listed(what: str, labels: list[str]) -> list[str]:
    return [f"{what}: {', '.join(labels)}."] if labels else []
