"""Settling of single messages: what became of an attempt is written into the row."""

from django.conf import settings
from django.db import transaction
from django.db.models import F

from newsletter.core.db.clock import database_now
from newsletter.core.db.transition import transition
from newsletter.models import TransactionalMessage
from newsletter.states import MESSAGE_TRANSITIONS, MessageStatus
from newsletter.transport.pacing.retry import concluded, counts, wait_after
from newsletter.transport.results.result import Outcome, Result

_STATUS = {
    Outcome.ACCEPTED: MessageStatus.ACCEPTED,
    Outcome.REFUSED: MessageStatus.FAILED,
    Outcome.UNKNOWN: MessageStatus.UNCERTAIN,
    Outcome.LATER: MessageStatus.QUEUED,
    Outcome.MISCONFIGURED: MessageStatus.QUEUED,
}


def settle_message(message: TransactionalMessage, result: Result) -> MessageStatus | None:
    """Write down what became of a claimed message, unless somebody else has decided about it since.

    Recovery calls it too, in the stead of a worker that is gone.

    Returns:
        The state that it is in now, or None where nothing changed.
    """
    result = concluded(result, attempt=message.attempt)
    status, now = _STATUS[result.outcome], database_now()
    changes: dict[str, object] = {
        "mailer": result.mailer,
        "reason": result.reason,
        "claim_token": None,
        "lease_until": None,
    }
    if status is MessageStatus.QUEUED:
        misconfigured = result.outcome is Outcome.MISCONFIGURED
        changes["retry_at"] = now + (
            settings.MAILER_CIRCUIT
            if misconfigured
            else wait_after(result, attempt=message.attempt)
        )
    else:
        changes |= {
            "retry_at": None,
            "settled_at": now,
            "provider_message_id": result.provider_message_id,
        }
    if not counts(result):
        changes["attempt"] = F("attempt") - 1
    with transaction.atomic():
        moved = transition(
            TransactionalMessage.objects.filter(pk=message.pk, claim_token=message.claim_token),
            MESSAGE_TRANSITIONS,
            status,
            **changes,
        )
    return status if moved else None
