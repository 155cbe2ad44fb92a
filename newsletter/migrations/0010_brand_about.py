"""The text about the brand on the home page, by language."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("newsletter", "0009_trust_indexes"),
    ]

    operations = [
        migrations.AddField(
            model_name="brand",
            name="about",
            field=models.JSONField(
                blank=True,
                db_default=models.Value({}, models.JSONField()),
                default=dict,
                help_text="Who you are, for the home page, by language.",
            ),
        ),
    ]
