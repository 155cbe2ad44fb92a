"""Who has written in an event, which counts for each campaign about it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0012_authors'),
    ]

    operations = [
        migrations.AddField(
            model_name='event',
            name='authors',
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list, help_text='Everybody who has written in it, as the audit log tells them apart.'),
        ),
    ]
