"""What is wrong and was told, and the channels by which alerts are told."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0065_template_names")]

    operations = [
        migrations.CreateModel(
            name="AlertChannel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=20, unique=True)),
                (
                    "busy_until",
                    models.DateTimeField(
                        blank=True,
                        help_text="By then whoever uses it has ended, or was killed.",
                        null=True,
                    ),
                ),
                ("failing_since", models.DateTimeField(blank=True, null=True)),
                (
                    "trouble",
                    models.CharField(blank=True, db_default="", default="", max_length=200),
                ),
            ],
        ),
        migrations.CreateModel(
            name="OpenFinding",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "key",
                    models.CharField(
                        help_text="The same at each look.", max_length=250, unique=True
                    ),
                ),
                ("check_name", models.CharField(max_length=40)),
                ("level", models.CharField(max_length=8)),
                ("words", models.TextField(help_text="As of the last look.")),
                (
                    "since",
                    models.DateTimeField(
                        blank=True, help_text="When it began, if known.", null=True
                    ),
                ),
                ("seen_at", models.DateTimeField(verbose_name="first seen (UTC)")),
                ("looked_at", models.DateTimeField(verbose_name="last seen (UTC)")),
                ("looks", models.PositiveIntegerField(db_default=1, default=1)),
                (
                    "mended_at",
                    models.DateTimeField(
                        blank=True, null=True, verbose_name="first not seen (UTC)"
                    ),
                ),
                (
                    "told",
                    models.JSONField(
                        blank=True,
                        db_default=models.Value({}, models.JSONField()),
                        default=dict,
                        help_text="The worst level that each channel has told.",
                    ),
                ),
            ],
        ),
    ]
