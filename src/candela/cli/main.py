"""The ``candela`` command.

Exit codes: 0 done; 1 something unforeseen; 2 the command was not understood; 10 a file,
row or setting is not what it should be; 11 these data cannot answer; 12 a model did not
settle; 13 not allowed; 14 a book or the audit log is not as it was written; 130 stopped
by Ctrl-C.

What each command needs is imported when it runs, so that ``--help`` answers at once.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from candela import __version__
from candela.cli.keeping import keeping
from candela.cli.patients import patients
from candela.cli.study import study
from candela.errors import BookChanged, CandelaError, InputError

if TYPE_CHECKING:
    from candela.association import Protocol

__all__ = ["app", "main"]

# Our matrices are small and many: threads of the linear algebra wait for one another
# longer than they save, up to seven times the whole on a busy machine.  Read when numpy
# is first imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

EXIT_CODES = (
    "Exit codes: 0 done, 2 command not understood, 10 a file or setting is wrong, "
    "11 too few data, 12 a model did not settle, 14 a book or a log was changed."
)
app = typer.Typer(
    name="candela",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain text, on a terminal and off it
    help="From official files to an honest page about research activity and outcomes.",
    epilog=EXIT_CODES,
)

OutOption = Annotated[
    Path, typer.Option("--out", help="Folder the book is written to.", metavar="BOOK")
]
ProtocolOption = Annotated[
    Path | None,
    typer.Option("--protocol", help="Your own protocol (TOML) instead of jonker_2018."),
]
PolicyOption = Annotated[
    str,
    typer.Option(
        "--policy",
        help="Who stands for whom after mergers, instead of the protocol's policy: "
        "as_reported, drop_year_of_merger, successor_at=YYYY-MM-DD or =latest.",
    ),
]


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and stop.")
    ] = False,
) -> None:
    if version:
        typer.echo(f"candela {__version__}")
        raise typer.Exit


@app.command(
    epilog="Example: candela check ~/official-files",
)
def check(
    folder: Annotated[Path, typer.Argument(help="Folder of published files.")],
) -> None:
    """Say what each file is, what is wrong with it, and what is missing."""
    from candela.cli.checking import print_check

    print_check(folder)


@app.command(epilog="Example: candela build ~/official-files --out book")
def build(
    data: Annotated[Path, typer.Argument(help="Folder of published files.")],
    out: OutOption,
    protocol: ProtocolOption = None,
    policy: PolicyOption = "",
) -> None:
    """Turn a folder of published files into a book."""
    from candela.build import BuildSettings, build_book
    from candela.cli.progress import Steps

    settings = BuildSettings(_protocol(protocol, policy), today())
    with Steps() as steps:
        found = build_book(data, out, settings, progress=steps.say)
    _print_book(out, (found.association is None and found.why_not) or "")


@app.command(epilog="Example: candela demo --out demo --seed 7")
def demo(
    out: Annotated[
        Path, typer.Option("--out", help="Folder for its files and its book.")
    ] = Path("candela-demo"),
    seed: Annotated[int, typer.Option(help="Same seed, same nation.", min=0)] = 2018,
    protocol: ProtocolOption = None,
    policy: PolicyOption = "",
) -> None:
    """Make up a nation, write its official files, and build its book."""
    import numpy as np

    from candela.build import BuildSettings, build_book
    from candela.cli.progress import Steps
    from candela.nation import NationDesign, forget_nation, make_nation, write_nation

    settings = BuildSettings(_protocol(protocol, policy), today())
    with Steps() as steps:
        steps.say("making up a nation")
        nation = make_nation(NationDesign(), np.random.default_rng(seed))
        forget_nation(out / "files")
        write_nation(nation, out / "files")
        found = build_book(out / "files", out / "book", settings, progress=steps.say)
    typer.echo(f"Files of the made-up nation (seed {seed}): {out / 'files'}")
    _print_book(out / "book", (found.association is None and found.why_not) or "")


@app.command(epilog="Example: candela verify book")
def verify(
    book: Annotated[Path, typer.Argument(help="Folder that `candela build` wrote.")],
) -> None:
    """Say whether a book is as it was written, naming every file that is not."""
    from candela.build import verify_book

    changes = verify_book(book)
    if changes:
        raise BookChanged("\n".join(str(change) for change in changes))
    typer.echo(f"{book}: as it was written.")


app.command(
    epilog="Example: candela patients --out patients --admissions 1000000",
)(patients)
app.command(
    epilog="Example: candela study ozdemir_2015 --data patients --out study",
)(study)
app.add_typer(keeping)


def today() -> date:
    """Return the day a book is built: of ``SOURCE_DATE_EPOCH`` where that is set."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch is None:
        return datetime.now(UTC).date()
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date()
    except (ValueError, OverflowError, OSError):
        raise InputError(
            f"SOURCE_DATE_EPOCH is `{epoch}`; expected seconds since 1970, such as "
            "1746057600. Set it so, or unset it for the day of today."
        ) from None


def _protocol(path: Path | None, policy: str) -> Protocol:
    from dataclasses import replace

    from candela.association import Protocol, shipped_protocol
    from candela.tables import Policy

    chosen = Protocol.read(path) if path else shipped_protocol("jonker_2018")
    if policy:
        Policy.parse(policy)
        chosen = replace(chosen, policy=policy)
    return chosen


def _print_book(book: Path, why_not: str) -> None:
    if why_not:
        typer.echo(f"No association could be computed: {why_not}", err=True)
    typer.echo(f"Book: {book}")
    typer.echo(f"Read it: {book / 'report.html'}, or `candela serve {book}`")


def main() -> None:
    """Run the command; expected errors are printed without a traceback."""
    try:
        app()
    except CandelaError as error:
        typer.echo(f"candela: {error}", err=True)
        sys.exit(error.exit_code)
