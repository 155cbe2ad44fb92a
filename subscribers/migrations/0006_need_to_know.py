"""Need-to-know topics, who is granted them, and memberships that end.

The release before may run beside it: its rows have no end, and its topics aren't restricted.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('subscribers', '0005_topic_help'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='TopicGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('granted_by', models.CharField(help_text='Who granted it.', max_length=150)),
                ('until', models.DateTimeField(help_text='From then on it counts for nothing.', verbose_name='until (UTC)')),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='granted (UTC)')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked (UTC)')),
            ],
            options={
                'verbose_name': 'grant',
            },
        ),
        migrations.AddField(
            model_name='subscription',
            name='member_until',
            field=models.DateField(blank=True, help_text='The last day, in UTC, of a membership with an end, such as a term of office.', null=True),
        ),
        migrations.AddField(
            model_name='topic',
            name='is_restricted',
            field=models.BooleanField(db_default=False, default=False, help_text='Only staff who are granted this topic see it and what belongs to it. It can’t be public. Whoever ticks this box is granted it for a year.', verbose_name='need-to-know'),
        ),
        migrations.AlterField(
            model_name='consentrecord',
            name='method',
            field=models.CharField(choices=[('form', 'Sign-up page'), ('embed', 'Embedded form'), ('mail_link', 'Link in an email'), ('one_click', 'One-click unsubscribe'), ('preferences', 'Preferences page'), ('import', 'Import'), ('staff', 'Staff'), ('complaint', 'Reported as spam'), ('provider', 'Unsubscribed at the email provider'), ('term_ended', 'Membership ended on its date'), ('demo', 'Demo data')], max_length=12),
        ),
        migrations.AlterField(
            model_name='formsubmission',
            name='method',
            field=models.CharField(choices=[('form', 'Sign-up page'), ('embed', 'Embedded form'), ('mail_link', 'Link in an email'), ('one_click', 'One-click unsubscribe'), ('preferences', 'Preferences page'), ('import', 'Import'), ('staff', 'Staff'), ('complaint', 'Reported as spam'), ('provider', 'Unsubscribed at the email provider'), ('term_ended', 'Membership ended on its date'), ('demo', 'Demo data')], max_length=12),
        ),
        migrations.AddConstraint(
            model_name='topic',
            constraint=models.CheckConstraint(condition=models.Q(('is_public', True), ('is_restricted', True), _negated=True), name='topic_restricted_is_not_public', violation_error_message='A need-to-know topic can’t be public. Clear one of the two boxes.'),
        ),
        migrations.AddField(
            model_name='topicgrant',
            name='account',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='topic_grants', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='topicgrant',
            name='topic',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='grants', to='subscribers.topic'),
        ),
        migrations.AddIndex(
            model_name='topicgrant',
            index=models.Index(fields=['account', 'until'], name='grant_of_account'),
        ),
        migrations.AddIndex(
            model_name='topicgrant',
            index=models.Index(fields=['until'], name='grant_to_forget'),
        ),
        migrations.AddConstraint(
            model_name='topicgrant',
            constraint=models.CheckConstraint(condition=models.Q(('until__gt', models.F('created_at'))), name='grant_ends_after_start'),
        ),
    ]
