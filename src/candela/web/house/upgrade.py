"""Is the database of this version, and how does it become so?

What is to be done is asked of Django's migrations.  A database that a newer version has
written is left alone.  Before anything is changed a backup is made.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from candela import __version__
from candela.errors import InputError
from candela.web.configuration import Configuration

__all__ = ["Standing", "standing", "upgrade"]


@dataclass(frozen=True)
class Standing:
    """How a database stands to this version."""

    done: tuple[str, ...]
    pending: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def is_new(self) -> bool:
        """Whether there is nothing in it yet."""
        return not self.done


def standing() -> Standing:
    """Return which migrations were done, wait, or are of a version we do not know."""
    from django.apps import apps
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    loader = MigrationExecutor(connection).loader
    applied, known = set(loader.applied_migrations), set(loader.graph.nodes)
    # Libraries merge their old migrations now and then; ours stay as they are.
    ours = {a.label for a in apps.get_app_configs() if a.name.startswith("candela.")}
    unknown = {(app, name) for app, name in applied - known if app in ours}
    return Standing(_named(applied), _named(known - applied), _named(unknown))


def _named(migrations: set[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(sorted(f"{app}.{name}" for app, name in migrations))


def upgrade(
    configuration: Configuration,
    *,
    alive: Callable[[str], None],
    with_backup: bool = True,
) -> Path | None:
    """Bring the database to this version; return the backup made before, if any.

    Raises
    ------
    InputError
        If a newer version has written the database.
    """
    from django.core.management import call_command
    from django.db import transaction

    from candela.web.audit.actions import Action
    from candela.web.audit.chain import record

    now = standing()
    if now.unknown:
        raise InputError(
            f"The database was written by a newer Candela than this one ({__version__}"
            f"): it has `{now.unknown[0]}`. Install the newer version, or restore a "
            "backup made before it."
        )
    if not now.pending:
        return None
    made = None
    if with_backup and not now.is_new:
        made = _back_up_before(configuration, alive)
    alive("Bringing the database to this version")
    call_command("migrate", verbosity=0, interactive=False)
    if not now.is_new:
        with transaction.atomic():
            record(
                Action.UPGRADED,
                by=None,
                organisation=None,
                to_version=__version__,
                steps=len(now.pending),
            )
    return made


def _back_up_before(configuration: Configuration, alive: Callable[[str], None]) -> Path:
    from candela.web.house.backup import back_up

    now = datetime.now(UTC)
    name = f"before-upgrade-to-{__version__}-{now:%Y-%m-%dT%H%M%S}.tar"
    out = configuration.folder("backups") / name
    return back_up(configuration, out, now=now, alive=alive).path
