"""Conditions of audiences, and saved audiences."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0049_late_before"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="audience",
            name="conditions",
            field=models.JSONField(
                blank=True,
                db_default=models.Value({}, models.JSONField()),
                default=dict,
                help_text="All other conditions, as campaigns.audience.conditions.tree keeps them.",
            ),
        ),
        migrations.AddField(
            model_name="audience",
            name="words",
            field=models.TextField(
                blank=True,
                db_default="",
                default="",
                help_text="The conditions in words, as they were when sending began.",
            ),
        ),
        migrations.CreateModel(
            name="SavedAudience",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=120)),
                (
                    "conditions",
                    models.JSONField(default=dict, help_text="As `campaigns.audience` keeps them."),
                ),
                (
                    "created_at",
                    models.DateTimeField(auto_now_add=True, verbose_name="created (UTC)"),
                ),
                (
                    "updated_at",
                    models.DateTimeField(auto_now=True, verbose_name="last changed (UTC)"),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ["name"],
                "constraints": [
                    models.UniqueConstraint(fields=("name",), name="one_saved_audience_per_name")
                ],
            },
        ),
    ]
