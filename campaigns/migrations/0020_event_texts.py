"""Texts of events in other languages."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0019_attendance_by_place'),
    ]

    operations = [
        migrations.AddField(
            model_name='event',
            name='texts',
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict, help_text='Shown to people who read our pages and emails in that language. Where a text is missing, they see the one above.', verbose_name='other languages'),
        ),
    ]
