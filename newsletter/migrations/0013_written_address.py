"""Digests of addresses in place of old single messages, whose rows are deleted."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ('newsletter', '0012_discreet_mode'),
    ]

    operations = [
        migrations.CreateModel(
            name='WrittenAddress',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(help_text='Keyed digest of the address, and nothing else.', max_length=64, unique=True)),
            ],
            options={
                'verbose_name': 'address that was written to',
                'verbose_name_plural': 'addresses that were written to',
            },
        ),
    ]
