"""The commands that run and keep the service.

Each says where the service lives: ``--home``, else ``CANDELA_HOME``, else the folder
for data of whoever runs it.  Django is imported when one of them runs, never for
``--help``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from candela.errors import BookChanged, InputError, LogChanged

if TYPE_CHECKING:
    from candela.web.configuration import Configuration

__all__ = ["keeping"]

keeping = typer.Typer(rich_markup_mode=None)
audit = typer.Typer(
    help="What was done in the service, and whether the record is whole.",
    no_args_is_help=True,
    rich_markup_mode=None,
)
keeping.add_typer(audit, name="audit")

HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home",
        help="Folder of the service: its database, books and secrets; else that of "
        "CANDELA_HOME.",
        metavar="FOLDER",
    ),
]
BackupArgument = Annotated[
    Path, typer.Argument(help="File that `candela backup` wrote.", metavar="FILE")
]


@keeping.command(epilog="Example: candela serve book --port 8000")
def serve(
    book: Annotated[
        list[Path] | None,
        typer.Argument(help="Folders of books to show where they lie."),
    ] = None,
    port: Annotated[
        int,
        typer.Option(
            help="Port on this machine; 0 picks a free one.", min=0, max=65535
        ),
    ] = 8000,
    home: HomeOption = None,
) -> None:
    """Run the service for this machine only; stop with Ctrl-C."""
    books = book or []
    _refuse_changed(books)
    configuration = _set_up(home)
    from candela.web.serving import serve

    serve(configuration, books, port, say=typer.echo)


@keeping.command(epilog="Example: candela worker")
def worker(home: HomeOption = None) -> None:
    """Do the jobs of a service that runs on PostgreSQL; stop with Ctrl-C."""
    configuration = _set_up(home)
    from candela.web.serving import work

    work(configuration, say=typer.echo)


@keeping.command(epilog="Example: candela upgrade")
def upgrade(home: HomeOption = None) -> None:
    """Bring a service to this version, after a backup; the first time, set it up."""
    from candela.cli.progress import Steps

    configuration = _set_up(home)
    from candela.web.serving import first_user_words
    from candela.web.starting import only_one, prepare

    with only_one(configuration), Steps() as steps:
        made = prepare(configuration, alive=steps.say)
    if made:
        typer.echo(f"The backup made before: {made}")
    typer.echo(f"{configuration.home} is ready for this version.")
    for line in first_user_words(configuration.origin or "http://localhost:8000"):
        typer.echo(line)


@keeping.command(epilog="Example: candela backup --out candela-2026-11-24.tar")
def backup(
    out: Annotated[
        Path | None,
        typer.Option("--out", help="File to write; needed without --check."),
    ] = None,
    check: Annotated[
        Path | None,
        typer.Option(
            "--check", help="Restore this backup in a test, instead of making one."
        ),
    ] = None,
    with_secrets: Annotated[
        bool,
        typer.Option(
            "--with-secrets", help="Put the secret in, so that nobody is signed out."
        ),
    ] = False,
    home: HomeOption = None,
) -> None:
    """Back up a service while it goes on working."""
    from candela.cli.progress import Steps

    if (out is None) == (check is None):
        raise InputError(
            "Say what to do: `--out FILE` makes a backup, `--check FILE` restores one "
            "in a test."
        )
    configuration = _configuration(home)
    from candela.web.house.backup import back_up

    if check is not None:
        _print_check(check, configuration)
        return
    assert out is not None
    with Steps() as steps:
        made = back_up(
            configuration,
            out,
            now=datetime.now(UTC),
            alive=steps.say,
            with_secrets=with_secrets,
        )
    typer.echo(
        f"Backup: {made.path} ({made.size_bytes / 1e6:,.1f} MB): "
        f"{_counted(made.contents.row_count, 'row')}, {_counted(made.books, 'book')}."
    )
    typer.echo("It holds personal data: keep it encrypted, and away from this machine.")


def _print_check(backup: Path, configuration: Configuration) -> None:
    import tempfile

    from candela.cli.progress import Steps
    from candela.web.house.backup import check_backup

    with Steps() as steps:
        about = check_backup(
            backup,
            configuration,
            alive=steps.say,
            in_folder=Path(tempfile.gettempdir()),
        )
    typer.echo(
        f"{backup}: restored in a test. {sum(about.rows.values()):,} rows, every file "
        "as it was written, audit log unbroken."
    )


@keeping.command(
    epilog="Example: candela restore candela-2026-11-24.tar --home restored"
)
def restore(
    file: BackupArgument,
    home: Annotated[
        Path,
        typer.Option(
            "--home", help="Folder to restore into; empty or new.", metavar="FOLDER"
        ),
    ],
) -> None:
    """Restore a service from a backup into a new home."""
    home = home.absolute()
    configuration = _configuration(home)
    from candela.web.house.restore import bring_back, put_in_order

    restored = bring_back(file, home, configuration.database)
    lines = put_in_order(restored.about, _set_up(home))
    typer.echo(
        f"Restored to {home}, as it was at {restored.about.made_at}: "
        f"{_counted(restored.rows, 'row')}, {_counted(restored.books, 'book')}. "
        f"Chain unbroken, {_counted(lines, 'line')}."
    )
    typer.echo(f"Start it: candela serve --home {home}")


@audit.command("verify", epilog="Example: candela audit verify")
def audit_verify(home: HomeOption = None) -> None:
    """Say whether the audit log is as it was written, or where it is not."""
    from candela.web.starting import refuse_without_service

    refuse_without_service(_configuration(home))
    _set_up(home)
    from candela.web.audit.chain import verify_chain

    lines, broken = verify_chain()
    if broken:
        raise LogChanged(
            f"The audit log is not whole. {broken}. Somebody who can write to the "
            "database changed it, or an old copy of it was put back. Change nothing, "
            "keep the latest backups, and compare them with it."
        )
    typer.echo(f"Chain unbroken, {_counted(lines, 'line')}.")


def _refuse_changed(books: Sequence[Path]) -> None:
    """Refuse books that are not as they were written, before anything is touched."""
    if not books:
        return
    from candela.build import verify_book

    changes = [
        f"{book / c.file}: {c.what}" for book in books for c in verify_book(book)
    ]
    if changes:
        raise BookChanged("\n".join(changes))


def _set_up(home: Path | None) -> Configuration:
    """Start Django on the home; only these commands do."""
    from candela.web.starting import set_up

    return set_up(home)


def _configuration(home: Path | None) -> Configuration:
    """Return the configuration alone: nothing is made in the home."""
    from candela.web.configuration import configuration
    from candela.web.starting import choose_home

    choose_home(home)
    return configuration()


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing}{'' if count == 1 else 's'}"
