"""Address, contact, dial-in and documents of an event, and the time that it was moved from."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0024_audience_rule'),
    ]

    operations = [
        migrations.AddField(
            model_name='event',
            name='address',
            field=models.TextField(blank=True, db_default='', default='', help_text='The street and town of the venue, shown on the event’s page and in emails.'),
        ),
        migrations.AddField(
            model_name='event',
            name='contact_email',
            field=models.EmailField(blank=True, db_default='', default='', help_text='It is public, so don’t use a personal address.', max_length=254, verbose_name='contact’s email address'),
        ),
        migrations.AddField(
            model_name='event',
            name='contact_name',
            field=models.CharField(blank=True, db_default='', default='', help_text='Whom people can ask about the event, such as “The secretariat”. It is public.', max_length=200, verbose_name='contact'),
        ),
        migrations.AddField(
            model_name='event',
            name='dial_in',
            field=models.TextField(blank=True, db_default='', default='', help_text='Telephone numbers and codes. They are sent to people who accepted and have a place, and never shown on a public page or in a calendar.', verbose_name='dial-in'),
        ),
        migrations.AddField(
            model_name='event',
            name='moved_at',
            field=models.DateTimeField(blank=True, help_text='Since when it has another time than people were told.', null=True),
        ),
        migrations.AddField(
            model_name='event',
            name='previous_ends_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='event',
            name='previous_starts_at',
            field=models.DateTimeField(blank=True, help_text='The start that people were told before it was moved.', null=True),
        ),
        migrations.AddField(
            model_name='event',
            name='previous_time_zone',
            field=models.CharField(blank=True, db_default='', default='', max_length=64),
        ),
        migrations.AlterField(
            model_name='event',
            name='status',
            field=models.CharField(choices=[('planned', 'Planned'), ('moved', 'Moved'), ('cancelled', 'Cancelled')], default='planned', max_length=10),
        ),
        migrations.CreateModel(
            name='EventDocument',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(help_text='People see it as the text of the link.', max_length=160)),
                ('texts', models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict, help_text='The title for people who read our pages and emails in that language.', verbose_name='other languages')),
                ('language', models.CharField(blank=True, db_default='', default='', help_text='Shown beside the link.', max_length=35, verbose_name='language of the document')),
                ('access', models.CharField(choices=[('public', 'Everybody, on the event’s page'), ('accepted', 'Those who accepted the invitation and have a place')], max_length=8, verbose_name='who can open it')),
                ('file', models.CharField(editable=False, max_length=40, unique=True)),
                ('size', models.PositiveIntegerField(help_text='Bytes.')),
                ('sha256', models.CharField(max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('event', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='documents', to='campaigns.event')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
    ]
