"""The help text of the languages of interpretation."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0021_event_programme'),
    ]

    operations = [
        migrations.AlterField(
            model_name='event',
            name='interpretation',
            field=models.JSONField(blank=True, db_default=models.Value([], models.JSONField()), default=list, help_text='The languages that people can listen in, beside the event’s own.'),
        ),
    ]
