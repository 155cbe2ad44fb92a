"""The order of the outbox, and the limit by mailbox, for the database.

Messages of the last day get their mailbox, so that nobody is asked a second time on the day of the
upgrade.
"""

from datetime import timedelta

from django.db import migrations, models
from django.utils import timezone

from newsletter.core.addresses import address_digest
from newsletter.core.db.migration_operations import AddIndexConcurrently
from newsletter.core.mailboxes import mailbox_of


def fill(apps, schema_editor):
    messages = apps.get_model("newsletter", "TransactionalMessage").objects
    since = timezone.now() - timedelta(hours=25)
    recent = messages.filter(created_at__gt=since, mailbox="").exclude(to="")
    for message in recent.only("to").iterator(chunk_size=500):
        messages.filter(pk=message.pk).update(mailbox=address_digest(mailbox_of(message.to)))


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("newsletter", "0008_trust")]

    operations = [
        AddIndexConcurrently(
            "transactionalmessage",
            models.Index(
                fields=["-trust", "id"],
                condition=models.Q(("status", "queued")),
                name="message_next",
            ),
        ),
        AddIndexConcurrently(
            "transactionalmessage",
            models.Index(fields=["mailbox", "kind", "created_at"], name="message_mailbox_limit"),
        ),
        migrations.RemoveIndex("transactionalmessage", "message_due"),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
