"""What the checks of `doctor` found, for the dashboard."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0051_topic_months")]

    operations = [
        migrations.CreateModel(
            name="KeptFindings",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "findings",
                    models.JSONField(
                        default=list, help_text="Check, level and message of all that isn’t fine."
                    ),
                ),
                ("checked_at", models.DateTimeField(verbose_name="checked (UTC)")),
            ],
            options={"verbose_name_plural": "kept findings"},
        ),
    ]
