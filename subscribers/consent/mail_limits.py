"""Limits on mail to one address: one answer to its sign-ups a day, and a few links on request."""

from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from newsletter.core.addresses import address_digest
from newsletter.core.db.lock import lock_until_commit, locked_until_commit
from newsletter.core.mailboxes import mailbox_digest
from newsletter.models import TransactionalMessage
from newsletter.outbox.queue import mailboxes_written_to, messages_within, raise_trust
from newsletter.outbox.send_again import repeat_once
from newsletter.states import Trust
from subscribers.models import ConsentRecord
from subscribers.states import ConsentAction, ConsentMethod

ONE_A_DAY = timedelta(hours=24)

_ANSWERS = ("confirmation", "application_confirmation", "already_subscribed", "already_applied")
SPARED_BY = {
    "confirmation": (*_ANSWERS, "import_question"),
    "application_confirmation": (*_ANSWERS, "import_question"),
    "import_question": ("import_question", *_ANSWERS, "new_address"),
    "already_subscribed": (*_ANSWERS, "preferences_link"),
    "already_applied": _ANSWERS,
    "welcome": ("welcome",),
    "new_address": ("new_address", *_ANSWERS),
    "address_check": ("address_check", "new_address", *_ANSWERS),
    "rsvp_delegate": ("rsvp_delegate",),
}
"""Messages of the last day that make another one needless: one address gets one answer to its
sign-ups a day, whichever topics they name, one question for a change of address, and one answer
whether we know it.
"""
QUESTIONS = ("confirmation", "application_confirmation", "import_question", "new_address")
"""Those of them that their recipient can answer. Once they did, the message was theirs and not a
stranger's, and it makes no other needless: they may have been erased since, or have another
address, or ask for something else. So each further one in a day costs a press in the mailbox.
"""
BY_STRANGERS = (*_ANSWERS, "new_address", "address_check", "rsvp_delegate")
"""Messages that anybody can cause. They are counted by mailbox: ada+1@, ada+2@ and at Gmail a.da@
are three addresses and one person's day.
"""

LINKS_A_DAY = 4
BETWEEN_LINKS = timedelta(minutes=15)
"""The time between two links of one kind to one address. A link lasts an hour, so one link a day
would lock its owner out. A stranger who enters the address all day long must not fill its mailbox.
"""


def may_mail_today(kind: str, *, to: str, trust: Trust = Trust.AWAITED) -> bool:
    """Return whether an address may get a message of `kind`, one of SPARED_BY, now.

    A question that was answered no longer counts. A message that has failed or is in doubt is
    repeated once in its day: a message cut short must not shut its owner out. One that still waits
    is trusted as this one would have been. In the caller's transaction, in which of two calls at
    once the second finds the first one's message.

    Args:
        to: as `parse_address` returned it.
    """
    if kind in BY_STRANGERS:
        mailbox = mailbox_digest(to)
        lock_until_commit(_lock_of(mailbox))
        today = messages_within(SPARED_BY[kind], mailbox=mailbox, period=ONE_A_DAY)
    else:
        today = messages_within(SPARED_BY[kind], digest=address_digest(to), period=ONE_A_DAY)
    today = _unanswered(today)
    if _none_or_repeated(today):
        return True
    raise_trust(today, trust=trust)
    return False


def without_mail_today(kind: str, *, addresses: Iterable[str]) -> set[str]:
    """Return to which of many addresses `may_mail_today` holds because there was no mail at all.

    In the caller's transaction, which holds their mailboxes until it ends. An address whose mailbox
    somebody else has in hand is left out, and so is the second of two that lead to one.

    Args:
        kind: one of BY_STRANGERS.
        addresses: as `parse_address` returned them.
    """
    by_mailbox = dict[str, str]()
    for address in addresses:
        by_mailbox.setdefault(mailbox_digest(address), address)
    locked = locked_until_commit([_lock_of(mailbox) for mailbox in by_mailbox])
    mine = [mailbox for mailbox in by_mailbox if _lock_of(mailbox) in locked]
    written_to = mailboxes_written_to(SPARED_BY[kind], mailboxes=mine, period=ONE_A_DAY)
    return {by_mailbox[mailbox] for mailbox in mine if mailbox not in written_to}


def _unanswered(messages: QuerySet[TransactionalMessage]) -> QuerySet[TransactionalMessage]:
    """Leave out the questions whose recipients have answered them by their link."""
    answers = ConsentRecord.objects.filter(
        digest=OuterRef("digest"),
        action=ConsentAction.CONFIRMED,
        method=ConsentMethod.MAIL_LINK,
        recorded_at__gte=OuterRef("created_at"),
    )
    return messages.exclude(Q(Exists(answers), kind__in=QUESTIONS))


def _lock_of(mailbox: str) -> str:
    return f"mail today {mailbox}"


def may_mail_link(kind: str, *, digest: str) -> bool:
    """Return whether an address may get another link that its owner asked for now.

    A link that has failed or is in doubt is repeated at once, and once. The caller holds a lock, so
    of two calls at once, the second finds the first one's message.
    """
    if messages_within([kind], digest=digest, period=ONE_A_DAY).count() >= LINKS_A_DAY:
        return False
    return _none_or_repeated(messages_within([kind], digest=digest, period=BETWEEN_LINKS))


def _none_or_repeated(messages: QuerySet[TransactionalMessage]) -> bool:
    return not messages.exists() or repeat_once(messages)
