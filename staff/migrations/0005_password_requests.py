"""Requests for a link to a new password."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('staff', '0004_encrypt_second_factors'),
    ]

    operations = [
        migrations.CreateModel(
            name='PasswordRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('email', models.CharField(help_text='As parse_address returned it.', max_length=320)),
                ('network', models.CharField(blank=True, max_length=64)),
                ('received_at', models.DateTimeField(auto_now_add=True, db_index=True)),
            ],
        ),
    ]
