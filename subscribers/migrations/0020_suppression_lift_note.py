"""The reason for which staff removed a suppression, beside their name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("subscribers", "0019_signed_consent")]

    operations = [
        migrations.AddField(
            "suppression",
            "lift_note",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                max_length=300,
                verbose_name="reason for removing",
            ),
        ),
    ]
