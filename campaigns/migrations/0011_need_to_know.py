"""The need-to-know topic of an event. Its index is made by its foreign key: events are few."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0010_no_permission_of_its_own'),
        ('subscribers', '0006_need_to_know'),
    ]

    operations = [
        migrations.AddField(
            model_name='event',
            name='topic',
            field=models.ForeignKey(blank=True, help_text='Only staff who are granted the topic see the event, and no public page shows it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='subscribers.topic', verbose_name='need-to-know topic'),
        ),
    ]
