"""Rows of one organisation only, by the database itself."""

from django.db import migrations

from candela.web.row_security import own_rows_only


class Migration(migrations.Migration):
    """Puts the tables under row-level security on PostgreSQL."""

    dependencies = [("stories", "0001_initial")]
    operations = [
        own_rows_only(
            "Report",
            "ReportStatement",
            "Quote",
            "ShownCount",
            app="stories",
        )
    ]
