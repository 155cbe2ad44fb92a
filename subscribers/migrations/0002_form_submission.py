from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('subscribers', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='FormSubmission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('sign_up', 'Sign-up'), ('preferences_link', 'Link to the preferences')], max_length=16)),
                ('email', models.CharField(help_text='As parse_address returned it.', max_length=320)),
                ('digest', models.CharField(db_index=True, help_text='Keyed digest of the address.', max_length=64)),
                ('details', models.JSONField(blank=True, default=dict, help_text='What else was typed.')),
                ('topics', models.JSONField(blank=True, default=list, help_text='Ids of the topics asked for.')),
                ('words', models.TextField(blank=True, help_text='The exact words that stood beside the button.')),
                ('method', models.CharField(choices=[('form', 'Sign-up page'), ('embed', 'Embedded form'), ('mail_link', 'Button behind a link in mail'), ('one_click', 'One-click header (RFC 8058)'), ('preferences', 'Preference centre'), ('import', 'Import'), ('staff', 'Staff'), ('demo', 'Demo data')], max_length=12)),
                ('network', models.CharField(blank=True, max_length=45)),
                ('received_at', models.DateTimeField(auto_now_add=True, db_index=True)),
            ],
        ),
    ]
