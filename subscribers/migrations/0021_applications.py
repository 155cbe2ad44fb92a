"""Applications to join a moderated topic, and the mission statement that applicants read.

The release before may run beside it: its sign-ups have no application.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('subscribers', '0020_suppression_lift_note'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Application',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('full_name', models.CharField(max_length=200, verbose_name='name')),
                ('institution', models.CharField(max_length=200, verbose_name='chamber or institution')),
                ('country', models.CharField(max_length=2, verbose_name='country or body')),
                ('office', models.CharField(help_text='Such as senator, member or staff.', max_length=200)),
                ('reason', models.TextField(max_length=2000, verbose_name='why they want to join')),
                ('verification', models.TextField(help_text='Such as a page of the parliament’s website, or an office to call.', max_length=2000, verbose_name='how we can verify this')),
                ('language', models.CharField(max_length=12)),
                ('network', models.CharField(blank=True, help_text='IPv4 /24 or IPv6 /48 that it came from.', max_length=45)),
                ('status', models.CharField(choices=[('pending', 'Not confirmed'), ('awaiting_review', 'Awaiting review'), ('accepted', 'Accepted'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn')], default='pending', max_length=15)),
                ('sent_at', models.DateTimeField(help_text='When the form was sent.', verbose_name='sent (UTC)')),
                ('confirmed_at', models.DateTimeField(blank=True, null=True, verbose_name='confirmed (UTC)')),
                ('decided_at', models.DateTimeField(blank=True, null=True, verbose_name='decided (UTC)')),
                ('decided_by', models.CharField(blank=True, help_text='Empty where the person withdrew it.', max_length=150)),
            ],
        ),
        migrations.CreateModel(
            name='ApplicationNote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=2000, verbose_name='note')),
                ('written_by', models.CharField(help_text='Username.', max_length=150)),
                ('written_at', models.DateTimeField(auto_now_add=True)),
            ],
        ),
        migrations.CreateModel(
            name='ApplicationQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField(max_length=2000, verbose_name='question')),
                ('asked_by', models.CharField(help_text='Username.', max_length=150)),
                ('asked_at', models.DateTimeField(auto_now_add=True)),
                ('answer', models.TextField(blank=True, max_length=2000)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='MissionStatement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(error_messages={'unique': 'There is a mission statement in this language already.'}, help_text='Such as en or fr. Visitors see the language that suits them best.', max_length=12, unique=True, verbose_name='language code')),
                ('title', models.CharField(default='Our mission', max_length=150)),
                ('text', models.TextField(help_text='Plain text. An empty line begins a new paragraph.', max_length=20000)),
                ('updated_at', models.DateTimeField(auto_now=True, verbose_name='last changed (UTC)')),
            ],
            options={
                'ordering': ['language'],
            },
        ),
        migrations.AlterField(
            model_name='consentrecord',
            name='method',
            field=models.CharField(choices=[('form', 'Sign-up page'), ('embed', 'Embedded form'), ('mail_link', 'Link in an email'), ('one_click', 'One-click unsubscribe'), ('preferences', 'Preferences page'), ('import', 'Import'), ('staff', 'Staff'), ('complaint', 'Reported as spam'), ('provider', 'Unsubscribed at the email provider'), ('term_ended', 'Membership ended on its date'), ('undecided', 'Application not decided in time'), ('demo', 'Demo data')], max_length=12),
        ),
        migrations.AlterField(
            model_name='formsubmission',
            name='kind',
            field=models.CharField(choices=[('sign_up', 'Sign-up'), ('preferences_link', 'Link to the preferences'), ('address_check', 'Which address we know'), ('application', 'Application to join')], max_length=16),
        ),
        migrations.AlterField(
            model_name='formsubmission',
            name='method',
            field=models.CharField(choices=[('form', 'Sign-up page'), ('embed', 'Embedded form'), ('mail_link', 'Link in an email'), ('one_click', 'One-click unsubscribe'), ('preferences', 'Preferences page'), ('import', 'Import'), ('staff', 'Staff'), ('complaint', 'Reported as spam'), ('provider', 'Unsubscribed at the email provider'), ('term_ended', 'Membership ended on its date'), ('undecided', 'Application not decided in time'), ('demo', 'Demo data')], max_length=12),
        ),
        migrations.AddField(
            model_name='application',
            name='assigned_to',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='assigned_applications', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='application',
            name='subscription',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='applications', to='subscribers.subscription'),
        ),
        migrations.AddField(
            model_name='applicationnote',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='notes', to='subscribers.application'),
        ),
        migrations.AddField(
            model_name='applicationquestion',
            name='application',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='questions', to='subscribers.application'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(fields=['subscription', 'status'], name='application_of_subscription'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('status', 'awaiting_review')), fields=['confirmed_at'], name='application_queue'),
        ),
        migrations.AddIndex(
            model_name='application',
            index=models.Index(condition=models.Q(('status', 'pending')), fields=['sent_at'], name='application_to_expire'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.CheckConstraint(condition=models.Q(('status__in', ['pending', 'awaiting_review', 'accepted', 'declined', 'withdrawn'])), name='application_status_known'),
        ),
        migrations.AddConstraint(
            model_name='application',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'awaiting_review')), fields=('subscription',), name='one_application_awaits_review'),
        ),
        migrations.AlterField(
            model_name='topic',
            name='is_moderated',
            field=models.BooleanField(default=False, help_text='People apply to join with a form at /join/, and staff accept or decline them under “Applications”.', verbose_name='moderated'),
        ),
    ]
