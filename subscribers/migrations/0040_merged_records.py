"""Records that were merged into another of the same person."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('subscribers', '0039_archive_access'),
    ]

    operations = [
        migrations.AddField(
            model_name='subscriber',
            name='merged_into',
            field=models.ForeignKey(blank=True, db_index=False, help_text='The record of the same person that stays. It gets what this one would get.', null=True, on_delete=django.db.models.deletion.CASCADE, related_name='merged_records', to='subscribers.subscriber'),
        ),
        migrations.AlterField(
            model_name='suppression',
            name='reason',
            field=models.CharField(choices=[('unsubscribed_all', 'Unsubscribed from everything'), ('never_again', 'Blocked all email'), ('erased', 'Erased at their request'), ('hard_bounce', 'Mailbox does not exist'), ('soft_bounces', 'Mailbox rejects email'), ('complaint', 'Reported as spam'), ('staff', 'Blocked by staff'), ('deceased', 'Recorded as deceased'), ('merged', 'Merged with another record')], max_length=16),
        ),
    ]
