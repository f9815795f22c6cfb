"""The third wall: PostgreSQL itself shows and takes rows of one organisation only.

Used by migrations.  A row is seen, written or changed when the transaction was told
its organisation (``scoping``), or ``*`` for upkeep.  ``FORCE`` makes this hold for the
owner of the tables too; only a superuser is above it, so the service refuses to be one.
"""

from __future__ import annotations

from typing import Any

from django.core.checks import Error, Tags, register
from django.db import connections
from django.db.migrations import RunPython

__all__ = ["own_rows_only", "refuse_superuser"]

SETTING = "current_setting('candela.organisation', true)"
POLICY = "own_organisation_only"


def own_rows_only(*models: str, app: str) -> RunPython:
    """Return the migration that puts tables of an app under row-level security."""

    def put_up(apps: Any, editor: Any) -> None:
        if editor.connection.vendor != "postgresql":
            return
        for model in models:
            table = editor.quote_name(apps.get_model(app, model)._meta.db_table)
            rule = f"({SETTING} = '*' OR organisation_id::text = {SETTING})"
            editor.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
            editor.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
            editor.execute(
                f"CREATE POLICY {POLICY} ON {table} USING {rule} WITH CHECK {rule}"
            )

    def take_down(apps: Any, editor: Any) -> None:
        if editor.connection.vendor != "postgresql":
            return
        for model in models:
            table = editor.quote_name(apps.get_model(app, model)._meta.db_table)
            editor.execute(f"DROP POLICY {POLICY} ON {table}")
            editor.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            editor.execute(f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY")

    return RunPython(put_up, take_down)


@register(Tags.database)
def refuse_superuser(app_configs: Any, databases: Any, **kwargs: Any) -> list[Error]:
    """Refuse a database role that row-level security does not bind."""
    errors = []
    for alias in databases or ():
        if connections[alias].vendor != "postgresql":
            continue
        with connections[alias].cursor() as cursor:
            cursor.execute(
                "SELECT rolsuper OR rolbypassrls FROM pg_roles "
                "WHERE rolname = current_user"
            )
            (above,) = cursor.fetchone()
        if above:
            errors.append(
                Error(
                    "the database role is above row-level security",
                    hint="Use a role made with NOSUPERUSER NOBYPASSRLS.",
                    id="candela.E002",
                )
            )
    return errors
