"""The neutral sender of discreet mode, and single messages to people in it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsletter', '0011_staff_lists'),
    ]

    operations = [
        migrations.AddField(
            model_name='brand',
            name='neutral_domain',
            field=models.CharField(blank=True, db_default='', default='', help_text='The host name of all links in discreet email, such as notes.example.net. This server must answer to it: add it to ALLOWED_HOSTS.', max_length=253, verbose_name='neutral link domain'),
        ),
        migrations.AddField(
            model_name='brand',
            name='neutral_return_path',
            field=models.EmailField(blank=True, db_default='', default='', help_text='For email by SMTP: where bounces of discreet email go, if they end in the mailbox of BOUNCE_MAILBOX_URL. If empty, they go to the neutral sender address.', max_length=254, verbose_name='neutral bounce address'),
        ),
        migrations.AddField(
            model_name='brand',
            name='neutral_sender_email',
            field=models.EmailField(blank=True, db_default='', default='', help_text='The address in the From line of discreet email, at a domain that has nothing to do with you. Set up its domain at your email provider.', max_length=254, verbose_name='neutral sender address'),
        ),
        migrations.AddField(
            model_name='brand',
            name='neutral_texts',
            field=models.JSONField(blank=True, db_default=models.Value({}, models.JSONField()), default=dict, help_text='Sender name and subject of discreet email, by language.'),
        ),
        migrations.AddField(
            model_name='transactionalmessage',
            name='is_discreet',
            field=models.BooleanField(db_default=False, default=False, help_text='Whether it is for somebody in discreet mode.', verbose_name='discreet'),
        ),
        migrations.AddField(
            model_name='transactionalmessage',
            name='language',
            field=models.CharField(blank=True, db_default='', default='', help_text='Of its text.', max_length=12),
        ),
    ]
