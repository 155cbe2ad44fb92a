"""How many people an import added without a date of consent, in the record of the import."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("subscribers", "0031_rsvp_link")]

    operations = [
        migrations.AddField(
            model_name="importbatch",
            name="undated",
            field=models.PositiveIntegerField(
                blank=True,
                help_text=(
                    "Their rows said nothing of when they agreed. Not counted in earlier imports."
                ),
                null=True,
                verbose_name="added without a date of consent",
            ),
        )
    ]
