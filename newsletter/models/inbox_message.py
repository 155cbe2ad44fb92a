"""The development inbox: mail that an `inbox://` mailer took."""

from django.db import models

from newsletter.states import Stream


class InboxMessage(models.Model):
    """One message as it would have left, byte for byte. `retention`: deleted after KEEP_INBOX."""

    stream = models.CharField(max_length=13, choices=Stream.choices)
    sender = models.CharField(max_length=320)
    recipient = models.CharField(max_length=320)
    subject = models.CharField(max_length=400)
    raw = models.BinaryField(help_text="The whole message (RFC 5322).")
    size = models.PositiveIntegerField(help_text="Bytes.")
    received_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return self.subject
