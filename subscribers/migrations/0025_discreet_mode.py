"""Discreet mode of a person, and the records of it."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('subscribers', '0024_staff_lists'),
    ]

    operations = [
        migrations.AddField(
            model_name='subscriber',
            name='discreet_since',
            field=models.DateTimeField(blank=True, help_text='This person asked for email that names neither them nor us.', null=True, verbose_name='discreet since (UTC)'),
        ),
        migrations.AlterField(
            model_name='consentrecord',
            name='action',
            field=models.CharField(choices=[('requested', 'Asked to subscribe'), ('confirmed', 'Confirmed'), ('imported', 'Imported with consent'), ('accepted', 'Accepted by staff'), ('declined', 'Declined by staff'), ('unsubscribed', 'Unsubscribed'), ('discreet', 'Switched discreet mode on'), ('not_discreet', 'Switched discreet mode off')], max_length=12),
        ),
    ]
