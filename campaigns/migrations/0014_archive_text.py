"""The words by which the archive is searched. The clock fills them in for what was sent before."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("campaigns", "0013_event_authors"),
    ]

    operations = [
        migrations.AddField(
            model_name="campaigncontent",
            name="archive_text",
            field=models.TextField(
                editable=False, help_text="The words by which the archive is searched.", null=True
            ),
        ),
    ]
