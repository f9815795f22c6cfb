"""A version in use is never changed: only retired, or taken into use again."""

from typing import Any

from django.db import migrations

TABLE = "questionnaires_questionnaireversion"
WORDS = "a questionnaire that was taken into use is never changed"
UNCHANGING = (
    "organisation_id",
    "key",
    "role",
    "version",
    "content",
    "checksum",
    "activated_at",
)


def _differs(vendor: str) -> str:
    sign = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    changed = [f'NEW."{name}" {sign} OLD."{name}"' for name in UNCHANGING]
    return " OR ".join(["NEW.state = 'draft'", *changed])


def _sqlite() -> tuple[str, ...]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
    return (
        f"CREATE TRIGGER questionnaire_no_update BEFORE UPDATE ON {TABLE} "
        f"WHEN OLD.state <> 'draft' AND ({_differs('sqlite')}) {refuse}",
        f"CREATE TRIGGER questionnaire_no_delete BEFORE DELETE ON {TABLE} "
        f"WHEN OLD.state <> 'draft' {refuse}",
    )


def _postgresql() -> tuple[str, ...]:
    return (
        "CREATE FUNCTION questionnaire_unchanging() RETURNS trigger "
        f"LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION '{WORDS}'; END $$",
        f"CREATE TRIGGER questionnaire_no_update BEFORE UPDATE ON {TABLE} "
        f"FOR EACH ROW WHEN (OLD.state <> 'draft' AND ({_differs('postgresql')})) "
        "EXECUTE FUNCTION questionnaire_unchanging()",
        f"CREATE TRIGGER questionnaire_no_delete BEFORE DELETE ON {TABLE} "
        "FOR EACH ROW WHEN (OLD.state <> 'draft') "
        "EXECUTE FUNCTION questionnaire_unchanging()",
    )


def put_up(apps: Any, editor: Any) -> None:
    """Add the triggers."""
    on_postgresql = editor.connection.vendor == "postgresql"
    for sql in _postgresql() if on_postgresql else _sqlite():
        editor.execute(sql)


def take_down(apps: Any, editor: Any) -> None:
    """Remove the triggers."""
    on_postgresql = editor.connection.vendor == "postgresql"
    for name in ("questionnaire_no_update", "questionnaire_no_delete"):
        where = f" ON {TABLE}" if on_postgresql else ""
        editor.execute(f"DROP TRIGGER {name}{where}")
    if on_postgresql:
        editor.execute("DROP FUNCTION questionnaire_unchanging()")


class Migration(migrations.Migration):
    """Makes versions unchanging in the database itself."""

    dependencies = [("questionnaires", "0002_row_security")]
    operations = [migrations.RunPython(put_up, take_down)]
