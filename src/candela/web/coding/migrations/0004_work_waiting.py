"""Who is told by e-mail that work waits, and a horizon that may not be said yet."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from candela.web.row_security import own_rows_only


class Migration(migrations.Migration):
    """Adds the rows of the e-mail, under row-level security on PostgreSQL."""

    dependencies = [
        ("accounts", "0003_training"),
        ("coding", "0003_row_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="statement",
            name="horizon",
            field=models.CharField(
                blank=True,
                choices=[
                    ("", "not said yet"),
                    ("during_study", "during the study"),
                    ("under_1y", "within a year of its close"),
                    ("1_to_3y", "one to three years after its close"),
                    ("over_3y", "more than three years after its close"),
                ],
                default="",
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="WorkWaiting",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True,
                        primary_key=True,
                        serialize=False,
                        verbose_name="ID",
                    ),
                ),
                ("is_off", models.BooleanField(default=False)),
                ("known", models.JSONField(default=list)),
                ("sent_on", models.DateField(blank=True, null=True)),
                ("stop_token_hash", models.CharField(max_length=64, unique=True)),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "abstract": False,
                "base_manager_name": "objects",
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "user"), name="one_digest_a_member"
                    )
                ],
            },
        ),
        own_rows_only("WorkWaiting", app="coding"),
    ]
