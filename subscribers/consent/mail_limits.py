"""Limits on mail to one address: one answer to its sign-ups a day, and a few links on request."""

from collections.abc import Sequence
from datetime import timedelta

from newsletter.outbox.queue import messages_within, sent_within
from newsletter.outbox.send_again import repeat_once

ONE_A_DAY = timedelta(hours=24)

SPARED_BY = {
    "confirmation": ("confirmation", "already_subscribed"),
    "already_subscribed": ("confirmation", "already_subscribed", "preferences_link"),
    "welcome": ("welcome",),
    "new_address": ("new_address", "confirmation", "already_subscribed"),
}
"""Messages of the last day that make another one needless: one address gets one answer to its
sign-ups a day, whichever topics they name, and one question for a change of address.
"""

LINKS_A_DAY = 4
BETWEEN_LINKS = timedelta(minutes=15)
"""The time between two links of one kind to one address. A link lasts an hour, so one link a day
would lock its owner out. A stranger who enters the address all day long must not fill its mailbox.
"""


def may_mail_today(kind: str, *, digest: str) -> bool:
    """Return whether an address may get a message of `kind`, one of SPARED_BY, now.

    A message that has failed or is in doubt is repeated once in its day: a message cut short must
    not shut its owner out. The caller holds a lock, so of two calls at once, the second finds the
    first one's message.
    """
    return _may(SPARED_BY[kind], digest=digest, period=ONE_A_DAY)


def may_mail_link(kind: str, *, digest: str) -> bool:
    """Return whether an address may get another link that its owner asked for now.

    A link that has failed or is in doubt is repeated at once, and once. The caller holds a lock, as
    for `may_mail_today`.
    """
    if messages_within([kind], digest=digest, period=ONE_A_DAY).count() >= LINKS_A_DAY:
        return False
    return _may([kind], digest=digest, period=BETWEEN_LINKS)


def _may(kinds: Sequence[str], *, digest: str, period: timedelta) -> bool:
    had_one = any(sent_within(kind, digest=digest, period=period) for kind in kinds)
    return not had_one or repeat_once(kinds, digest=digest, period=period)
