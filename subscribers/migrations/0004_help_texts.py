"""Help texts of staff forms, which stand in the models. The tables stay as they are."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("subscribers", "0003_labels"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField(
                    model_name="subscriber",
                    name="time_zone",
                    field=models.CharField(
                        blank=True,
                        help_text="Event times are shown in this time zone.",
                        max_length=64,
                    ),
                ),
                migrations.AlterField(
                    model_name="topic",
                    name="is_moderated",
                    field=models.BooleanField(
                        default=False,
                        help_text="This version can’t accept or decline requests yet. Nobody can subscribe to a moderated topic; only an import can add people to it.",
                        verbose_name="moderated",
                    ),
                ),
            ]
        )
    ]
