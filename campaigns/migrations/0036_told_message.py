from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0035_meeting_link_help'),
    ]

    operations = [
        migrations.AddField(
            model_name='rsvp',
            name='told_message',
            field=models.BigIntegerField(blank=True, help_text='The id of the message that told them the last of these; empty: not known.', null=True),
        ),
    ]
