"""The topic of a transactional email, which may be need-to-know."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('newsletter', '0005_audit_log'),
    ]

    operations = [
        migrations.AddField(
            model_name='transactionalmessage',
            name='topic_id',
            field=models.BigIntegerField(blank=True, help_text='The topic that it is about, which may be need-to-know.', null=True),
        ),
    ]
