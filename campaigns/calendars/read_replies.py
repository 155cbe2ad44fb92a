"""The clock's look into the reply mailbox."""

import time
from collections import Counter

from django.conf import settings

from campaigns.calendars.take_reply import Taken, take_reply
from newsletter.transport.connections.mailbox import MOST, empty

SECONDS = 8.0
"""The time of one look. The clock, which has other work, comes again after some seconds."""


def read_replies(*, seconds: float = SECONDS) -> Counter[Taken]:
    """Take in the mails of the reply mailbox, where REPLY_MAILBOX_URL names one.

    Each is deleted there once it is taken in. One that comes again changes nothing.

    Returns:
        How many became what.

    Raises:
        MailboxTrouble: the mailbox can't be read just now.
        DatabaseError: nothing more can be stored; the mails stay where they are.
    """
    taken: Counter[Taken] = Counter()
    if settings.REPLY_MAILBOX is None:
        return taken
    end, left = time.monotonic() + seconds, seconds

    def keep(raw: bytes) -> None:
        taken[take_reply(raw)] += 1

    while empty(settings.REPLY_MAILBOX, keep=keep, seconds=left) == MOST and left > 0:
        left = end - time.monotonic()
    return taken
