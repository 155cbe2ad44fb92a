"""The address of a delivery to a record that was merged since."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('campaigns', '0062_scheduled_at_a_place'),
    ]

    operations = [
        migrations.AddField(
            model_name='delivery',
            name='sent_to',
            field=models.CharField(blank=True, db_default='', default='', help_text='Digest of the address, where it was that of another record, merged since.', max_length=64),
        ),
    ]
