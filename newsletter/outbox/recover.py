"""Recovery of single messages whose workers are gone, by the journals that they have left."""

import logging
import uuid

from django.conf import settings

from newsletter.models import TransactionalMessage
from newsletter.outbox.deliver import outbox_journals
from newsletter.outbox.settle import settle_message
from newsletter.states import MessageStatus
from newsletter.transport.bulk.journal import JournalContent, Orphan, settle_orphans
from newsletter.transport.results.result import Outcome, Result

logger = logging.getLogger(__name__)

_UNSETTLED = (MessageStatus.CLAIMED, MessageStatus.UNCERTAIN)


def recover_journals() -> int:
    """Settle the messages of this host's workers that are gone.

    A message that was not begun is sent. One that was begun and has no end is in doubt.

    Returns:
        The number of messages that were settled.
    """
    return settle_orphans(outbox_journals(), _settle_orphan)


def _settle_orphan(orphan: Orphan) -> int:
    token = uuid.UUID(orphan.path.stem)
    message = TransactionalMessage.objects.filter(claim_token=token, status__in=_UNSETTLED).first()
    if message is None:
        # Nothing was claimed, or all is settled. Or the database is still busy with a commit that
        # its client did not live to see.
        orphan.keep = orphan.age < settings.CLAIM_LEASE.total_seconds()
        return 0
    result = _result(orphan.content, message)
    status = settle_message(message, result)
    if status is None:
        return 0
    logger.warning(
        "A worker ended with message %s in hand; by its journal that is now %s", message.pk, status
    )
    return 1


def _result(content: JournalContent, message: TransactionalMessage) -> Result:
    known = content.results.get(message.pk)
    if known is not None and (content.is_complete or known.outcome is not Outcome.LATER):
        return known
    if message.pk in content.in_doubt or not content.is_complete:
        return Result(
            Outcome.UNKNOWN,
            reason="The worker stopped while it was sending this email. It may have been sent.",
            mailer=message.mailer,
        )
    return Result(Outcome.LATER, postponed=True, mailer=message.mailer)
