"""The bounce mailbox: each mail in it becomes a report, and is deleted there afterwards."""

from django.conf import settings

from newsletter.transport.connections.mailbox import empty
from newsletter.webhooks.store import MAILBOX, store


def empty_mailbox() -> int:
    """Take over the oldest mails of the bounce mailbox, where BOUNCE_MAILBOX_URL names one.

    A mail that was stored and could not be deleted comes again, and is known; so do two visits at
    once no harm.

    Returns:
        How many mails were taken over.

    Raises:
        MailboxTrouble: the mailbox can't be read just now. The mails taken over until then are
            safe.
        DatabaseError: nothing more can be stored; the mails stay where they are.
    """
    if settings.BOUNCE_MAILBOX is None:
        return 0
    return empty(settings.BOUNCE_MAILBOX, keep=lambda raw: store(MAILBOX, raw, headers={}))
