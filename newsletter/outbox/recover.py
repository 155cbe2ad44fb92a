"""Recovery of single messages whose workers are gone, by the journals that they have left."""

import logging
import uuid
from collections.abc import Sequence

from django.conf import settings

from newsletter.models import TransactionalMessage
from newsletter.outbox.deliver import outbox_journals
from newsletter.outbox.settle import settle_messages
from newsletter.states import MessageStatus
from newsletter.transport.bulk.journal import JournalContent, Orphan, settle_orphans
from newsletter.transport.results.result import Outcome, Result

logger = logging.getLogger(__name__)

_UNSETTLED = (MessageStatus.CLAIMED, MessageStatus.UNCERTAIN)


def recover_journals() -> int:
    """Settle the messages of this host's workers that are gone.

    A message that was not begun waits again. One that was begun and has no end is in doubt.

    Returns:
        The number of messages that were settled.
    """
    return settle_orphans(outbox_journals(), _settle_orphan)


def _settle_orphan(orphan: Orphan) -> int:
    token = uuid.UUID(orphan.path.stem)
    claimed = TransactionalMessage.objects.filter(claim_token=token, status__in=_UNSETTLED)
    messages = list(claimed.order_by("pk"))
    if not messages:
        # Nothing was claimed, or all is settled. Or the database is still busy with a commit that
        # its client did not live to see.
        orphan.keep = orphan.age < settings.CLAIM_LEASE.total_seconds()
        return 0
    settled = settle_messages(messages, _results(orphan.content, messages))
    for pk, status in settled.items():
        logger.warning(
            "A worker ended with message %s in hand; by its journal that is now %s", pk, status
        )
    return len(settled)


def _results(
    content: JournalContent, messages: Sequence[TransactionalMessage]
) -> dict[int, Result]:
    """Return what the journal knows of the messages; nothing of those that were not begun."""
    results = ((message.pk, _result(content, message)) for message in messages)
    return {pk: result for pk, result in results if result is not None}


def _result(content: JournalContent, message: TransactionalMessage) -> Result | None:
    known = content.results.get(message.pk)
    if known is not None and (content.is_complete or known.outcome is not Outcome.LATER):
        return known
    if message.pk in content.in_doubt or not content.is_complete:
        return Result(
            Outcome.UNKNOWN,
            reason="The worker stopped while it was sending this email. It may have been sent.",
            mailer=message.mailer,
        )
    return None
