"""How is a study of patients run, at a command line?

The first line of progress is out before anything heavy is loaded.  Stopped by Ctrl-C or
told to end, it leaves no book and nothing about a person.
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from candela.engine import Engine
    from candela.publish.study.shown import ShownStudy

__all__ = ["study"]

INTERRUPTED = 130
GIGABYTE = 1_000_000_000


class EngineName(StrEnum):
    """Where rows are counted."""

    duckdb = "duckdb"
    spark = "spark"


ProtocolArgument = Annotated[
    str,
    typer.Argument(
        help="ozdemir_2015, downing_2017, or the path of your own (TOML).",
        metavar="PROTOCOL",
    ),
]
DataOption = Annotated[
    Path, typer.Option("--data", help="Folder of patients' files.", metavar="FOLDER")
]
OutOption = Annotated[
    Path, typer.Option("--out", help="Folder the book is written to.", metavar="BOOK")
]
EngineOption = Annotated[EngineName, typer.Option("--engine", help="Who counts rows.")]
MemoryOption = Annotated[
    float, typer.Option("--memory", help="Memory for the engine, in GB.", min=0.1)
]
ThreadsOption = Annotated[int, typer.Option(help="Threads for the engine.", min=1)]
SpillOption = Annotated[
    Path | None,
    typer.Option(
        "--spill",
        help="Folder where rows may be put aside, encrypted, when memory is short; "
        "without it nothing is written.",
        metavar="FOLDER",
    ),
]


def study(
    protocol: ProtocolArgument,
    data: DataOption,
    out: OutOption,
    engine: EngineOption = EngineName.duckdb,
    memory: MemoryOption = 1.5,
    threads: ThreadsOption = 2,
    spill: SpillOption = None,
) -> None:
    """Run a declared study of patients' rows, and write its book."""
    from candela.cli.progress import Steps

    try:
        with _stopped_like_ctrl_c(), Steps() as steps:
            steps.say("starting")
            size = round(memory * GIGABYTE)
            opener = _opener(engine, data, size, threads, spill, steps.say)
            shown = _build(protocol, data, out, opener, steps.say)
    except KeyboardInterrupt:
        typer.echo("candela: stopped; no book was written.", err=True)
        raise typer.Exit(INTERRUPTED) from None
    for outcome in shown.outcomes:
        verdict = outcome.verdict
        said = "hidden to protect people" if verdict is None else verdict.kind.value
        typer.echo(f"{outcome.label[:1].upper()}{outcome.label[1:]}: {said}.")
    typer.echo(f"Book: {out}")
    typer.echo(f"Read it: {out / 'report.html'}, or `candela serve {out}`")


def _build(
    protocol: str,
    data: Path,
    out: Path,
    open_engine: Callable[[], Engine],
    say: Callable[[str], None],
) -> ShownStudy:
    from candela.association.patients import read_protocol
    from candela.build.study import StudySettings, build_study
    from candela.cli.main import today

    settings = StudySettings(read_protocol(protocol), today())
    return build_study(data, out, settings, open_engine, progress=say)


def _opener(
    engine: EngineName,
    data: Path,
    memory: int,
    threads: int,
    spill: Path | None,
    say: Callable[[str], None],
) -> Callable[[], Engine]:
    """Return what opens the engine, which tells how far a long pass over rows is."""

    def told(share: float) -> None:
        say(f"passing over the rows: {share:.0%}")

    def opened() -> Engine:
        if engine is EngineName.spark:
            from candela.engine.spark import open_spark

            return open_spark(memory_bytes=memory, threads=threads)
        from candela.engine.duck import open_duckdb

        return open_duckdb(
            folders=[data],
            memory_bytes=memory,
            threads=threads,
            spill=spill,
            progress=told,
        )

    return opened


@contextmanager
def _stopped_like_ctrl_c() -> Iterator[None]:
    """Let whoever ends the process politely be heard as Ctrl-C is."""

    def stop(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
