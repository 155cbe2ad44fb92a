"""Lists that staff import: uploads, questions to imported people, and what an undo restores.

The release before may run beside it: what it imports asks nobody, and fills in details that no undo takes back.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('subscribers', '0012_topic_texts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='importbatch',
            name='asks',
            field=models.BooleanField(db_default=False, default=False, help_text='Each person added is asked once to confirm, and gets no campaigns until then.', verbose_name='asks to confirm'),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='filled',
            field=models.PositiveIntegerField(db_default=0, default=0, help_text='People known before whose empty details were filled in.'),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='undo_asked_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='undo asked for (UTC)'),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='undo_asked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='undo_result',
            field=models.JSONField(blank=True, help_text='How many rows of each fate.', null=True, verbose_name='result of the undo'),
        ),
        migrations.CreateModel(
            name='ImportFill',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('full_name', models.CharField(blank=True, max_length=200)),
                ('given_name', models.CharField(blank=True, max_length=100)),
                ('organisation', models.CharField(blank=True, max_length=200)),
                ('country', models.CharField(blank=True, max_length=2)),
                ('time_zone', models.CharField(blank=True, max_length=64)),
                ('filled_at', models.DateTimeField()),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='fills', to='subscribers.importbatch')),
                ('subscriber', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='subscribers.subscriber')),
            ],
            options={
                'indexes': [models.Index(fields=['filled_at'], name='import_fill_to_forget')],
            },
        ),
        migrations.CreateModel(
            name='ImportQuestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(help_text='Keyed digest of the address.', max_length=64)),
                ('created_at', models.DateTimeField()),
                ('asked_at', models.DateTimeField(blank=True, help_text='When the email was queued, or found needless.', null=True)),
                ('not_before', models.DateTimeField(blank=True, help_text='The address had a like email today: ask later.', null=True)),
                ('batch', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='questions', to='subscribers.importbatch')),
                ('topic', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='subscribers.topic')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('asked_at__isnull', True)), fields=['id'], name='import_question_to_ask'), models.Index(fields=['created_at'], name='import_question_to_forget')],
                'constraints': [models.UniqueConstraint(fields=('digest', 'topic'), name='one_question_per_topic')],
            },
        ),
        migrations.CreateModel(
            name='ImportUpload',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('folder', models.CharField(help_text='Its name in VAR_DIR/imports.', max_length=32, unique=True)),
                ('file_name', models.CharField(max_length=255, verbose_name='file')),
                ('size', models.PositiveBigIntegerField(help_text='Bytes.')),
                ('status', models.CharField(choices=[('reading', 'Reading the file'), ('columns', 'Columns to be checked'), ('checking', 'Checking the rows'), ('checked', 'Ready to import'), ('importing', 'Importing'), ('imported', 'Imported'), ('refused', 'Can’t be read')], default='reading', max_length=12)),
                ('parts', models.JSONField(default=list, help_text='The files or sheets in it: name, headers, what their rows are.')),
                ('choices', models.JSONField(default=dict, help_text='Columns, encoding, dates and time zone, as chosen.')),
                ('consent_words', models.TextField(blank=True)),
                ('re_permission', models.BooleanField(default=False)),
                ('problem', models.TextField(blank=True, help_text='Why it can’t go on as it is.')),
                ('problem_header', models.TextField(blank=True, help_text='The column that this is about.')),
                ('findings', models.JSONField(default=dict, help_text='How many rows of each kind, and notes, of the last look.')),
                ('attempt', models.PositiveSmallIntegerField(default=0)),
                ('claim_token', models.UUIDField(blank=True, null=True)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('changed_at', models.DateTimeField(help_text='When the step last changed.')),
                ('batch', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='upload', to='subscribers.importbatch')),
                ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('topic', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='subscribers.topic')),
            ],
            options={
                'verbose_name': 'uploaded list',
                'indexes': [models.Index(fields=['changed_at'], name='import_upload_to_forget')],
                'constraints': [models.CheckConstraint(condition=models.Q(('status__in', ['reading', 'columns', 'checking', 'checked', 'importing', 'imported', 'refused'])), name='import_upload_step_known')],
            },
        ),
    ]
