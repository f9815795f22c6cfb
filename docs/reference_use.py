"""What does the code say of commands, errors and protocols?"""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import typer
from reference_markdown import grid, page
from reference_words import EXIT_CODES_OF_THE_SHELL, PROTOCOL_KEYS, WHEN_RAISED

from candela.association import Protocol
from candela.association import protocol as protocols
from candela.cli.main import app
from candela.errors import CandelaError, Problem
from candela.web.configuration import VARIABLES

__all__ = ["commands_page", "errors_page", "protocol_page", "settings_page"]


OF_ALL_ROOMS = CandelaError.__module__


def commands_page() -> str:
    """Return every command with its options, example and exit codes."""
    group = typer.main.get_command(app)
    commands = group.commands  # type: ignore[attr-defined]
    return page(
        "Commands",
        "`candela COMMAND --help` prints the same. `candela --version` prints the "
        "version.",
        *(_command(name, command) for name, command in _all(commands)),
        "## Exit codes",
        grid(
            ("code", "meaning"),
            sorted(
                [
                    *EXIT_CODES_OF_THE_SHELL,
                    *((e.exit_code, _first_line(e)) for e in errors()),
                ]
            ),
        ),
    )


def _all(
    commands: Mapping[str, typer.core.TyperCommand],
) -> Iterator[tuple[str, typer.core.TyperCommand]]:
    """Yield every command; one in a group has the group's name before its own."""
    for name, command in commands.items():
        inside = getattr(command, "commands", None)
        if inside is None:
            yield name, command
        else:
            yield from ((f"{name} {below}", c) for below, c in _all(inside))


def _command(name: str, command: typer.core.TyperCommand) -> str:
    rows, usage, options = [], f"candela {name}", ""
    for parameter in command.params:
        if parameter.name == "help":
            continue
        argument = parameter.param_type_name == "argument"
        shown = parameter.name.upper() if argument else ", ".join(parameter.opts)
        if argument:
            usage += f" [{shown} ...]" if parameter.nargs == -1 else f" {shown}"
        else:
            options = " [OPTIONS]"
        default = parameter.default
        told = "needed" if parameter.required else ""
        if not parameter.required and default not in (None, "", False):
            told = f"`{default}`"
        rows.append((f"`{shown}`", getattr(parameter, "help", "") or "", told))
    words = re.sub(r"\s+", " ", inspect.cleandoc(command.help or ""))
    example = (command.epilog or "").removeprefix("Example: ")
    return (
        f"## candela {name}\n\n{words}\n\n```text\n{usage}{options}\n```\n\n"
        f"{grid(('', 'what it is', 'if left out'), rows)}\n\nExample: `{example}`"
    )


def errors() -> list[type[CandelaError]]:
    """Return every error that all rooms raise on purpose, by exit code."""
    found = [e for e in CandelaError.__subclasses__() if e.__module__ == OF_ALL_ROOMS]
    return sorted(found, key=lambda error: error.exit_code)


def _first_line(error: type[CandelaError]) -> str:
    return inspect.cleandoc(error.__doc__ or "").split("\n")[0].rstrip(".")


def errors_page() -> str:
    """Return every error, when it comes, and how its message is built."""
    rows = [
        (f"`{e.__name__}`", e.exit_code, _first_line(e), WHEN_RAISED[e.__name__])
        for e in errors()
    ]
    example = Problem(
        "research-activity.csv",
        "`n/a` may mean none or not known",
        "a number, `*` or an empty cell",
        "Write 0 for none; leave the cell empty if it was not reported.",
        row=118,
        column="value",
    )
    return page(
        "Errors",
        "Every error raised on purpose. It is printed without a traceback, and the "
        "command ends with its exit code. Anything else is a fault of Candela's, and "
        "worth reporting.",
        grid(("error", "exit code", "meaning", "when it comes"), rows),
        "## How a message is built",
        "A message says where, what is wrong, what was expected, and what to do:",
        f"```text\ncandela: {example}\n```",
        "Rows are counted as a spreadsheet counts them, from 1 with the headings. All "
        "problems of a file are told at once. Values of published files are quoted.",
    )


def protocol_page() -> str:
    """Return every key of a protocol, and the protocols that are shipped."""
    shipped = {name: _shipped_text(name) for name in protocols.SHIPPED}
    return page(
        "Protocol files",
        "A protocol says what is analysed, and how, before the figures are looked at. "
        "It is a TOML file. A key that is missing, unknown or of another kind is "
        "refused by name. [Write a protocol](../how-to/write-a-protocol.md) takes you "
        "through one.",
        grid(("key", "kind", "what it decides"), PROTOCOL_KEYS),
        *(
            f"## {name}\n\nThe protocol as shipped:\n\n```toml\n{text.strip()}\n```"
            for name, text in shipped.items()
        ),
    )


def _shipped_text(name: str) -> str:
    """Return a shipped protocol as written; it must be one that can be read."""
    path = Path(protocols.__file__).parent / "protocols" / f"{name}.toml"
    Protocol.read(path)
    return path.read_text(encoding="utf-8")


def settings_page() -> str:
    """Return every setting of the service."""
    return page(
        "Settings of the service",
        "The service is set up by environment variables, read once when it starts. "
        "None is needed for a service on one machine. A value that is not understood "
        "is refused by name; passwords are never repeated. "
        "[Deploy](../how-to/deploy.md) says which a server needs.",
        grid(("variable", "what it is"), [(f"`{n}`", w) for n, w in VARIABLES.items()]),
        "What may be left empty is empty when it is not set. `1` also stands for yes, "
        "`0` for no.",
    )
