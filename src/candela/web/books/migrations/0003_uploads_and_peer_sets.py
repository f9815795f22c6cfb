"""What an uploaded book needs, and peer sets that can be had back."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_row_security"),
        ("books", "0002_row_security"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="book",
            name="checked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="book",
            name="proposed_seal",
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name="book",
            name="protocol",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="book",
            name="same_as",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="books.book",
            ),
        ),
        migrations.AddField(
            model_name="peerset",
            name="basis",
            field=models.CharField(default="all", max_length=60),
        ),
        migrations.AddField(
            model_name="peerset",
            name="removed_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddConstraint(
            model_name="peerset",
            constraint=models.UniqueConstraint(
                condition=models.Q(("removed_at", None)),
                fields=("organisation", "org_code", "name"),
                name="one_set_of_a_name",
            ),
        ),
    ]
