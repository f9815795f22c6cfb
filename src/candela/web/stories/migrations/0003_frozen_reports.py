"""What a released report says never changes: the database refuses.

Only a training organisation, which is made up, may delete one, to start again.
"""

from typing import Any

from django.db import migrations

TRAINING = (
    "(SELECT is_training FROM accounts_organisation WHERE id = OLD.organisation_id)"
)
FIXED = ("seal", "kind", "title", "audience", "version", "public_id", "study_id")
PEOPLE = ("made_by_id", "released_by_id")  # nobody once their account was closed
CHANGED = " OR ".join(
    [
        *(f"NEW.{column} IS {{differs}} OLD.{column}" for column in FIXED),
        *(
            f"(NEW.{column} IS NOT NULL AND NEW.{column} IS {{differs}} OLD.{column})"
            for column in PEOPLE
        ),
        "NEW.organisation_id IS {differs} OLD.organisation_id",
        "(OLD.state = 'withdrawn' AND NEW.state IS {differs} OLD.state)",
    ]
)
SQLITE = (
    f"""
    CREATE TRIGGER stories_report_frozen BEFORE UPDATE ON stories_report
    WHEN OLD.released_at IS NOT NULL
    AND ({CHANGED.format(differs="NOT")} OR NEW.content IS NOT OLD.content
         OR NEW.released_at IS NOT OLD.released_at)
    BEGIN SELECT RAISE(ABORT, 'a released report never changes'); END
    """,
    f"""
    CREATE TRIGGER stories_report_kept BEFORE DELETE ON stories_report
    WHEN OLD.released_at IS NOT NULL AND NOT {TRAINING}
    BEGIN SELECT RAISE(ABORT, 'a released report is kept'); END
    """,
)
POSTGRESQL = (
    f"""
    CREATE FUNCTION stories_report_frozen() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
      IF OLD.released_at IS NULL THEN
        RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
      END IF;
      IF TG_OP = 'DELETE' THEN
        IF {TRAINING} THEN RETURN OLD; END IF;
        RAISE EXCEPTION 'a released report is kept';
      END IF;
      IF {CHANGED.format(differs="DISTINCT FROM")}
         OR NEW.content::text IS DISTINCT FROM OLD.content::text
         OR NEW.released_at IS DISTINCT FROM OLD.released_at THEN
        RAISE EXCEPTION 'a released report never changes';
      END IF;
      RETURN NEW;
    END $$
    """,
    """
    CREATE TRIGGER stories_report_frozen BEFORE UPDATE OR DELETE ON stories_report
    FOR EACH ROW EXECUTE FUNCTION stories_report_frozen()
    """,
)


def put_up(apps: Any, editor: Any) -> None:
    """Add the triggers."""
    for sql in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(sql, params=None)


def take_down(apps: Any, editor: Any) -> None:
    """Remove the triggers."""
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP TRIGGER stories_report_frozen ON stories_report")
        editor.execute("DROP FUNCTION stories_report_frozen()")
        return
    for name in ("stories_report_frozen", "stories_report_kept"):
        editor.execute(f"DROP TRIGGER {name}")


class Migration(migrations.Migration):
    """Freezes released reports in the database itself."""

    dependencies = [
        ("stories", "0002_row_security"),
        ("accounts", "0003_training"),
    ]
    operations = [migrations.RunPython(put_up, take_down)]
