"""The backend of the development inbox: it keeps what would have left."""

from collections.abc import Sequence
from email.utils import parseaddr

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from newsletter.models import InboxMessage
from newsletter.states import Stream
from newsletter.transport.message.mime import WIRE


class InboxBackend(BaseEmailBackend):
    """A mailer that keeps each message as a row, byte for byte as SMTP would have sent it.

    Nothing leaves this machine.
    """

    alias: str | None

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Store `email_messages`, each in a transaction of its own.

        Raises:
            DatabaseError: the database could not take one; those before it are kept.
        """
        stream = Stream(self.alias) if self.alias in Stream.values else Stream.TRANSACTIONAL
        kept = 0
        for message in email_messages:
            if not message.recipients():
                continue
            raw = message.message(policy=WIRE).as_bytes()
            with transaction.atomic():
                InboxMessage.objects.create(
                    stream=stream,
                    sender=parseaddr(message.from_email)[1][:320],
                    recipient=", ".join(
                        parseaddr(recipient)[1] for recipient in message.recipients()
                    )[:320],
                    subject=str(message.subject)[:400],
                    raw=raw,
                    size=len(raw),
                )
            kept += 1
        return kept
