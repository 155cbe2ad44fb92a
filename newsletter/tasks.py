"""The tasks of the newsletter app.

The rows say what is to be done. A task that runs twice finds nothing the second time.
"""

import logging
from typing import Any

from celery import shared_task
from celery.signals import worker_process_shutdown
from django.utils import timezone

from newsletter.audit.chain import AUDIT_LOG
from newsletter.core.wake import wake
from newsletter.outbox import deliver, recover
from newsletter.outbox.queue import DELIVERING, DELIVERING_EXPIRES
from newsletter.retention import forget
from newsletter.retention.forget_audit import empty_audit_entries
from newsletter.seals.seal import seal_entries
from newsletter.transport.bulk import senders
from newsletter.transport.connections import transmit
from newsletter.webhooks import empty_bounce_mailbox, process_reports
from newsletter.webhooks.intake import BOUNCES, visit_mailbox

logger = logging.getLogger(__name__)


@shared_task(name="newsletter.deliver_message")
def deliver_message(message_id: int) -> None:
    """Deliver one message that waits: the most trusted, which may be another than the one named.

    Of wakings by staff, and of those from before an upgrade: each has a message of its own.
    """
    recover.recover_journals()
    deliver.deliver_due(limit=1)


@shared_task(name=DELIVERING)
def deliver_due() -> None:
    """Deliver the single messages that wait, and have a worker woken where there are more."""
    recover.recover_journals()
    if deliver.take_turn().more:
        # One, in place of the one that this turn was: two would be ever more.
        wake(DELIVERING, queue="transactional", expires=DELIVERING_EXPIRES)


@shared_task(name="newsletter.sweep_outbox")
def sweep_outbox() -> None:
    """Recover claims whose worker is gone, and wake a worker for what is due."""
    # Before leases run out, because journals know more.
    recover.recover_journals()
    deliver.sweep()


@shared_task(name="newsletter.fold_provider_events")
def fold_provider_events() -> None:
    """Process what providers have reported."""
    process_reports.process_reports()


@shared_task(name="newsletter.seal_audit_log")
def seal_audit_log() -> None:
    """Chain what has been recorded since the last seal."""
    seal_entries(AUDIT_LOG)


@shared_task(name="newsletter.empty_mailbox")
def empty_mailbox() -> None:
    """Take over the mail in the bounce mailbox."""
    visit_mailbox(BOUNCES, empty_bounce_mailbox.empty_mailbox)


@shared_task(name="newsletter.forget_expired")
def forget_expired() -> None:
    """Delete what has been kept for long enough."""
    now = timezone.now()
    forget.forget_messages(now=now)
    forget.forget_news_of_erasures(now=now)
    forget.delete_messages(now=now)
    forget.forget_provider_reports(now=now)
    forget.forget_provider_events(now=now)
    forget.forget_inbox(now=now)
    forget.forget_epochs(now=now)
    forget.forget_public_changes(now=now)
    forget.forget_mailers(now=now)
    forget.forget_processes()
    empty_audit_entries(now=now)


@worker_process_shutdown.connect
def say_goodbye(**kwargs: Any) -> None:
    """Close the mailers' connections, so that servers needn't wait for them."""
    senders.close_all()
    transmit.close_all()
