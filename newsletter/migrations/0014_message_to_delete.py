"""The index of single messages that are to be deleted, made while the installation runs."""

from django.db import migrations, models

from newsletter.core.db.migration_operations import AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ('newsletter', '0013_written_address'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='transactionalmessage',
            index=models.Index(condition=models.Q(('forgotten_at__isnull', False)), fields=['created_at'], name='message_to_delete'),
        ),
    ]
