"""A note of the campaigns whose recipients are forgotten, so that retention reads them once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("campaigns", "0007_approvals_cover_more")]

    operations = [
        migrations.AddField(
            model_name="campaign",
            name="recipients_forgotten_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When its last delivery lost its subscriber (retention).",
                null=True,
            ),
        ),
    ]
