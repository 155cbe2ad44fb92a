"""The index of the staff's list of answers, and of its counts.

No release before wrote an answer, so the table is empty.
"""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0025_event_page'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='rsvp',
            index=models.Index(fields=['event', 'id', 'answer', 'seat', 'attends', 'came'], name='rsvp_list'),
        ),
    ]
