"""Retention of the newsletter app's data."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Case, F, Q, QuerySet, Value, When

from newsletter.core.db.clock import database_now
from newsletter.core.db.transition import transition
from newsletter.models import (
    Epoch,
    InboxMessage,
    MailerDay,
    MailerHealth,
    ProviderEvent,
    ProviderReport,
    PublicChange,
    RunningProcess,
    TransactionalMessage,
    WrittenAddress,
)
from newsletter.retention.batches import BATCH, in_batches
from newsletter.states import MESSAGE_TRANSITIONS, MessageStatus

EPOCHS_KEPT = timedelta(days=400)
"""Longer than a host may be switched off, and still remember a step that is there. Steps say
nothing of people.
"""
PUBLIC_CHANGES_KEPT = timedelta(hours=1)
"""Longer than any transaction that notes one stays open. Few rows make a quick version."""


def forget_messages(*, now: datetime, batch: int = BATCH) -> int:
    """Forget transactional messages that are KEEP_TRANSACTIONAL_BODIES old.

    Args:
        now: the present.

    Returns:
        How many messages were forgotten.
    """
    due = TransactionalMessage.objects.filter(
        created_at__lte=now - settings.KEEP_TRANSACTIONAL_BODIES, forgotten_at=None
    )
    why = "It waited until its text had to be deleted."
    # One that is being sent right now is left for the next time.
    return in_batches(
        due.exclude(status=MessageStatus.CLAIMED),
        lambda rows: forget(rows, why=why, now=now),
        batch=batch,
    )


def forget_news_of_erasures(*, now: datetime, batch: int = BATCH) -> int:
    """Forget the messages that told people of their erasure.

    At once where they were sent, otherwise after KEEP_NEWS_OF_ERASURE.

    Returns:
        How many messages were forgotten.
    """
    due = TransactionalMessage.objects.filter(kind="erased", forgotten_at=None).exclude(
        status=MessageStatus.CLAIMED
    )
    due = due.filter(
        Q(settled_at__isnull=False) | Q(created_at__lte=now - settings.KEEP_NEWS_OF_ERASURE)
    )
    why = "It waited until its address had to be deleted."
    return in_batches(due, lambda rows: forget(rows, why=why, now=now), batch=batch)


def forget(messages: QuerySet[TransactionalMessage], *, why: str, now: datetime) -> int:
    """Delete address, name and text of `messages`, and the mail server's words about them.

    The row, its keyed digest and its outcome stay, and why it was skipped.

    A message that still waits is given up. One that a worker has in hand keeps its text, or it
    would go out empty; the clock forgets it later. One in doubt loses its claim, or a late answer
    would write into it again.

    Args:
        why: the reason that is kept with those that are given up.

    Returns:
        How many messages were forgotten.
    """
    transition(
        messages.filter(status=MessageStatus.QUEUED),
        MESSAGE_TRANSITIONS,
        MessageStatus.SKIPPED,
        reason=why,
        settled_at=now,
        retry_at=None,
    )
    return messages.exclude(status=MessageStatus.CLAIMED).update(
        to="",
        to_name="",
        subject="",
        html="",
        text="",
        headers={},
        reason=Case(When(status=MessageStatus.SKIPPED, then=F("reason")), default=Value("")),
        provider_message_id="",
        claim_token=None,
        forgotten_at=now,
    )


def delete_messages(*, now: datetime, batch: int = BATCH) -> int:
    """Delete forgotten transactional messages that are KEEP_TRANSACTIONAL_ROWS old.

    The digest of each address stays, as links that block all email to it need it. Limits look back
    a day, what is sent again two weeks, and providers report of 90 days.

    Returns:
        How many messages were deleted.
    """
    due = TransactionalMessage.objects.filter(
        created_at__lte=now - settings.KEEP_TRANSACTIONAL_ROWS, forgotten_at__isnull=False
    )
    return in_batches(due, _delete_messages, batch=batch)


def _delete_messages(messages: QuerySet[TransactionalMessage]) -> int:
    of_visitors = messages.exclude(kind__startswith="staff_").order_by("digest")
    digests = of_visitors.values_list("digest", flat=True).distinct()
    WrittenAddress.objects.bulk_create(
        [WrittenAddress(digest=digest) for digest in digests], ignore_conflicts=True
    )
    return messages.delete()[0]


def forget_provider_events(*, now: datetime, batch: int = BATCH) -> int:
    """Delete provider events that were received KEEP_PROVIDER_EVENTS ago or earlier.

    Their consequences stand in other rows.

    Returns:
        How many events were deleted.
    """
    due = ProviderEvent.objects.filter(received_at__lte=now - settings.KEEP_PROVIDER_EVENTS)
    return in_batches(due, lambda rows: rows.delete()[0], batch=batch)


def forget_provider_reports(*, now: datetime, batch: int = BATCH) -> int:
    """Delete reports that came KEEP_PROVIDER_EVENTS ago or earlier.

    They could not be interpreted.

    Returns:
        How many reports were deleted.
    """
    due = ProviderReport.objects.filter(received_at__lte=now - settings.KEEP_PROVIDER_EVENTS)
    return in_batches(due, lambda rows: rows.delete()[0], batch=batch)


def forget_inbox(*, now: datetime, batch: int = BATCH) -> int:
    """Delete messages that came into the development inbox KEEP_INBOX ago or earlier.

    Returns:
        How many messages were deleted.
    """
    due = InboxMessage.objects.filter(received_at__lte=now - settings.KEEP_INBOX)
    return in_batches(due, lambda rows: rows.delete()[0], batch=batch)


def forget_epochs(*, now: datetime) -> int:
    """Delete steps of the epoch that are EPOCHS_KEPT old.

    The newest stays, because an older copy of the database is told by it.

    Returns:
        How many steps were deleted.
    """
    newest = Epoch.objects.order_by("-pk").first()
    if newest is None:
        return 0
    due = Epoch.objects.filter(at__lte=now - EPOCHS_KEPT, pk__lt=newest.pk)
    return in_batches(due, lambda rows: rows.delete()[0])


def forget_public_changes(*, now: datetime) -> int:
    """Delete changes of public pages that are PUBLIC_CHANGES_KEPT old.

    The newest stays, because it is the version of the pages.

    Returns:
        How many changes were deleted.
    """
    newest = PublicChange.objects.order_by("-pk").first()
    if newest is None:
        return 0
    due = PublicChange.objects.filter(at__lte=now - PUBLIC_CHANGES_KEPT, pk__lt=newest.pk)
    return in_batches(due, lambda rows: rows.delete()[0])


def forget_mailers(*, now: datetime) -> int:
    """Delete rows about mailers that are no longer needed.

    Those are past days of a warm-up, and trouble of a mailer that is no longer used.

    Returns:
        How many rows were deleted. Few at any time: one a day and mailer.
    """
    month = now - timedelta(days=30)
    days, _ = MailerDay.objects.filter(day__lt=month.date()).delete()
    troubles, _ = MailerHealth.objects.filter(changed_at__lt=month).delete()
    return days + troubles


def forget_processes() -> int:
    """Delete rows of processes that ended or were killed a day ago.

    Returns:
        How many rows were deleted.
    """
    gone = database_now() - timedelta(days=1)
    return RunningProcess.objects.filter(seen_at__lt=gone).delete()[0]
