"""Lines of the audit log are added, never changed and never removed."""

from typing import Any

from django.db import migrations

SQLITE = (
    """
    CREATE TRIGGER audit_event_no_update BEFORE UPDATE ON audit_event
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
    """
    CREATE TRIGGER audit_event_no_delete BEFORE DELETE ON audit_event
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
)
POSTGRESQL = (
    """
    CREATE FUNCTION audit_event_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$
    """,
    """
    CREATE TRIGGER audit_event_no_change
    BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit_event_append_only()
    """,
)


def put_up(apps: Any, editor: Any) -> None:
    """Add the triggers."""
    for sql in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(sql)


def take_down(apps: Any, editor: Any) -> None:
    """Remove the triggers."""
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP TRIGGER audit_event_no_change ON audit_event")
        editor.execute("DROP FUNCTION audit_event_append_only()")
        return
    for name in ("audit_event_no_update", "audit_event_no_delete"):
        editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    """Makes the log append-only in the database itself."""

    dependencies = [("audit", "0002_row_security")]
    operations = [migrations.RunPython(put_up, take_down)]
