"""How is the state of a folder told?"""

from __future__ import annotations

from pathlib import Path

import typer

from candela.build.questions import answerable, unknown_codes
from candela.cli.progress import Steps
from candela.errors import InputError
from candela.sources import FileReport, read_folder
from candela.tables import span_words

__all__ = ["print_check"]


def print_check(folder: Path) -> None:
    """Print what each file is, its problems, and what is missing for which question.

    Raises
    ------
    InputError
        If any file has problems, or none can be read, after all was printed.
    """
    with Steps() as steps:
        found = read_folder(
            folder, progress=lambda name, n, of: steps.say(f"{n}/{of} {name}")
        )
    known = [report for report in found.files if report.title or report.problems]
    for report in known:
        _print_file(report)
    others = [report.name for report in found.files if report not in known]
    if others:
        typer.echo(f"\nNot recognised, left out ({len(others)}):")
        for name in others:
            typer.echo(f"  {name}")
    if found.conflicts:
        typer.echo("\nProblems between files:")
        for conflict in found.conflicts:
            typer.echo(f"  {conflict}")
    notes = (*found.choices, *unknown_codes(found))
    if notes:
        typer.echo("\nWorth knowing:")
        for note in notes:
            typer.echo(f"  {note}")
    typer.echo("\nWhat these files can answer:")
    for question in answerable(found):
        mark = "yes" if question.can_be_answered else "no"
        typer.echo(f"  {mark:3}  {question.question}")
        if question.has:
            typer.echo(f"       has: {', '.join(question.has)}")
        if question.lacks:
            typer.echo(f"       missing: {'; '.join(question.lacks)}")
    if found.problems:
        raise InputError(found.problems)
    found.refuse_if_wrong()


def _print_file(report: FileReport) -> None:
    typer.echo(f"{report.name}")
    typer.echo(f"  recognised as: {report.title or 'not readable'}")
    if report.readings:
        rows = f"  rows: {report.rows:,}"
        if report.periods:
            rows += f"   period: {span_words(report.periods)} ({len(report.periods)})"
        typer.echo(rows)
    for note in report.notes:
        place = f"row {note.row}: " if note.row else ""
        remedy = "" if note.asks_for_nothing else f". {note.remedy}"
        typer.echo(f"  note: {place}{note.what}{remedy}")
    typer.echo(f"  problems: {len(report.problems) or 'none'}")
    for problem in report.problems:
        typer.echo(f"    {problem}")
