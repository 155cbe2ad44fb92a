"""The trust that a message has in the outbox, and the mailbox for which limits count it."""

from django.db import migrations, models

TRUST = [
    (0, "Past a limit, without proof of work"),
    (1, "Looks automated"),
    (2, "Usual"),
    (3, "With proof of work"),
    (4, "Asked for by somebody known"),
]


class Migration(migrations.Migration):
    dependencies = [("newsletter", "0007_public_change")]

    operations = [
        migrations.AddField(
            "transactionalmessage",
            "mailbox",
            models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text=(
                    "Keyed digest of the mailbox that the address leads to, for limits: the same "
                    "for all its spellings."
                ),
                max_length=64,
            ),
        ),
        migrations.AddField(
            "transactionalmessage",
            "trust",
            models.SmallIntegerField(
                choices=TRUST,
                db_default=4,
                default=4,
                help_text="Of the emails that wait, the most trusted leave first.",
            ),
        ),
    ]
