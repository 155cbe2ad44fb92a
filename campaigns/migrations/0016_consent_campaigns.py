"""Campaigns that ask people to agree again: their kind, what they asked for, and who agreed."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0015_archive_text_index'),
        ('subscribers', '0028_agreed_again'),
    ]

    operations = [
        migrations.AddField(
            model_name='campaign',
            name='kind',
            field=models.CharField(choices=[('announcement', 'Announcement'), ('consent', 'Asks people to agree again')], db_default='announcement', default='announcement', editable=False, max_length=12),
        ),
        migrations.AddField(
            model_name='campaigncontent',
            name='asked_hash',
            field=models.CharField(blank=True, db_default='', default='', editable=False, help_text='SHA-256 of the consent wording that it asked for, from launch on; empty where it asks for none.', max_length=64),
        ),
        migrations.AddField(
            model_name='delivery',
            name='agreed_at',
            field=models.DateTimeField(blank=True, help_text='When the recipient agreed to the consent wording, by the link of this delivery.', null=True, verbose_name='agreed again (UTC)'),
        ),
    ]
