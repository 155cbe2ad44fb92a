"""Unlisted topics, and invitations.

What was not public before is by invitation now. The release before may run beside it: its topics
are not unlisted.
"""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('subscribers', '0021_applications'),
    ]

    operations = [
        migrations.CreateModel(
            name='TopicInvitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.CharField(max_length=320, verbose_name='email address')),
                ('digest', models.CharField(db_index=True, help_text='Keyed digest of the address.', max_length=64)),
                ('language', models.CharField(help_text='Of the email.', max_length=12)),
                ('invited_by', models.CharField(help_text='Username.', max_length=150)),
                ('created_at', models.DateTimeField(auto_now_add=True, db_index=True)),
                ('accepted_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name='topic',
            name='is_unlisted',
            field=models.BooleanField(db_default=False, default=False, help_text='People who have the link to this topic can subscribe, and nobody else sees it. Its emails don’t appear under “Past emails”. A topic that is neither public nor unlisted is by invitation: staff invite an address, or import people.', verbose_name='unlisted'),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.CheckConstraint(condition=models.Q(('is_unlisted', False), models.Q(('is_public', False), ('is_restricted', False)), _connector='OR'), name='topic_unlisted_is_nothing_else', violation_error_message='An unlisted topic can’t be public or need-to-know at the same time. Clear one of the boxes.'),
        ),
        migrations.AddField(
            model_name='topicinvitation',
            name='topic',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='subscribers.topic'),
        ),
        migrations.AddConstraint(
            model_name='topicinvitation',
            constraint=models.UniqueConstraint(fields=('topic', 'digest'), name='one_invitation_per_topic_and_address'),
        ),
    ]
