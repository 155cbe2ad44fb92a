"""Retention of campaigns: deliveries lose their subscriber, and answers to invitations go."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone

from campaigns.content.editors import FORGOTTEN_AFTER
from campaigns.events.documents.delete import forget_document_files
from campaigns.models import (
    CalendarMail,
    Campaign,
    ContentEditor,
    Delivery,
    DeliveryMinute,
    LinkTrial,
    ProofRecipient,
    ProofRound,
    ReviewComment,
    ReviewLook,
    ReviewRequest,
    Rsvp,
)
from campaigns.models.delivery import LEADS_TO_RECIPIENT
from campaigns.reports.breakdown import forget_breakdowns
from campaigns.review.link_trials import run as link_trials
from campaigns.states import OPEN, DeliveryStatus
from newsletter.retention.batches import BATCH, in_batches


def forget_expired(*, now: datetime | None = None) -> dict[str, int]:
    """Delete or anonymise all data of campaigns whose retention time is over.

    Returns:
        The number of rows of each kind.
    """
    now = now or timezone.now()
    return {
        "deliveries": forget_delivery_subscribers(now=now),
        "minutes": forget_minutes(now=now),
        "breakdowns": forget_breakdowns(now=now),
        "rsvps": forget_rsvps(now=now),
        "rsvp_needs": forget_rsvp_needs(now=now),
        "calendar_mails": forget_calendar_mails(now=now),
        "editors": forget_editors(now=now),
        "link_trials": forget_link_trials(now=now),
        "reviewing": forget_reviewing(now=now),
        "document_files": forget_document_files(),
    }


def forget_delivery_subscribers(*, now: datetime, batch: int = BATCH) -> int:
    """Forget the recipients of deliveries that are older than KEEP_DELIVERY_SUBSCRIBERS.

    A delivery's age is the time since its campaign was launched. It doesn't matter where the
    subscriber is gone, as after an erasure: the delivery may have been on its way then, and settled
    since. Open deliveries are left alone.

    Args:
        now: the present.

    Returns:
        The number of deliveries whose recipient was forgotten.
    """
    old = Campaign.objects.filter(
        launched_at__lte=now - settings.KEEP_DELIVERY_SUBSCRIBERS, recipients_forgotten_at=None
    )
    orphaned = _settled(subscriber=None).filter(LEADS_TO_RECIPIENT)
    return sum(
        _forget_recipients_of(campaign_id, now=now, batch=batch)
        for campaign_id in list(old.values_list("pk", flat=True))
    ) + in_batches(orphaned, _forget_recipients, batch=batch)


def _forget_recipients_of(campaign_id: int, *, now: datetime, batch: int) -> int:
    """Forget the recipients of a campaign, and note when nobody is left, so that it is read once.

    An open delivery keeps its recipient, and the campaign due.
    """
    due = _settled(campaign=campaign_id, subscriber__isnull=False)
    forgotten = in_batches(due, _forget_recipients, batch=batch)
    if not Delivery.objects.filter(campaign=campaign_id, subscriber__isnull=False).exists():
        Campaign.objects.filter(pk=campaign_id).update(recipients_forgotten_at=now)
    return forgotten


def forget_minutes(*, now: datetime, batch: int = BATCH) -> int:
    """Delete the counts by the minute of campaigns launched KEEP_DELIVERY_SUBSCRIBERS ago.

    Returns:
        The number of deleted counts.
    """
    old = Campaign.objects.filter(launched_at__lte=now - settings.KEEP_DELIVERY_SUBSCRIBERS)
    due = DeliveryMinute.objects.filter(campaign__in=old)
    return in_batches(due, lambda rows: rows.delete()[0], batch=batch)


def forget_deliveries_of(subscriber_id: int) -> int:
    """Forget the recipient of all deliveries of a subscriber, except for open ones.

    In the caller's transaction.

    Returns:
        The number of deliveries.
    """
    return _forget_recipients(_settled(subscriber=subscriber_id))


def _settled(**of: object) -> QuerySet[Delivery]:
    return Delivery.objects.filter(**of).exclude(status__in=OPEN)


def _forget_recipients(deliveries: QuerySet[Delivery]) -> int:
    """Remove what leads to the recipients of `deliveries`.

    The rows stay, so the campaign's sums still add up.
    """
    kept_reason = Case(When(status=DeliveryStatus.SKIPPED, then=F("reason")), default=Value(""))
    return deliveries.update(
        subscriber=None, reason=kept_reason, provider_message_id="", sent_to=""
    )


def forget_rsvps(*, now: datetime, batch: int = BATCH) -> int:
    """Delete answers to invitations of events that ended KEEP_RSVPS ago or earlier.

    A delegate who never answered goes with the end of the event.

    Returns:
        The number of deleted answers.
    """
    due = Rsvp.objects.filter(
        Q(event__ends_at__lte=now - settings.KEEP_RSVPS) | Q(answer="", event__ends_at__lte=now)
    )
    return in_batches(due, lambda rows: rows.delete()[0], batch=batch)


def forget_rsvp_needs(*, now: datetime, batch: int = BATCH) -> int:
    """Empty what people said that they need, and their notes, KEEP_RSVP_NEEDS after the event.

    Returns:
        The number of answers that were emptied.
    """
    says_something = ~Q(access_needs="") | ~Q(dietary_needs="") | ~Q(note="")
    due = Rsvp.objects.filter(says_something, event__ends_at__lte=now - settings.KEEP_RSVP_NEEDS)
    return in_batches(
        due, lambda rows: rows.update(access_needs="", dietary_needs="", note=""), batch=batch
    )


def forget_calendar_mails(*, now: datetime, batch: int = BATCH) -> int:
    """Delete emails from calendars that came KEEP_CALENDAR_MAIL ago or earlier.

    Returns:
        The number of deleted emails.
    """
    due = CalendarMail.objects.filter(received_at__lte=now - settings.KEEP_CALENDAR_MAIL)
    return in_batches(due, lambda rows: rows.delete()[0], batch=batch)


def forget_editors(*, now: datetime, batch: int = BATCH) -> int:
    """Delete browser tabs that had a composer open, FORGOTTEN_AFTER their last sign.

    Returns:
        The number of deleted tabs.
    """
    due = ContentEditor.objects.filter(seen_at__lte=now - FORGOTTEN_AFTER)
    return in_batches(due, lambda rows: rows.delete()[0], batch=batch)


def forget_link_trials(*, now: datetime, batch: int = BATCH) -> int:
    """Delete attempts to open links, FORGOTTEN_AFTER somebody asked for them last.

    Returns:
        The number of deleted attempts.
    """
    due = LinkTrial.objects.filter(asked_at__lte=now - link_trials.FORGOTTEN_AFTER)
    return in_batches(due, lambda rows: rows.delete()[0], batch=batch)


def forget_reviewing(*, now: datetime, batch: int = BATCH) -> int:
    """Delete what reviewers were asked and said, when their campaign forgets its recipients.

    These are requests, comments, the word of people that they looked at a language, and who asked
    for proofs. Of a campaign that was never launched it counts from the last change. Decisions
    stay. Whoever got no proof for as long goes from the list of their recipients, too.

    Returns:
        The number of deleted rows.
    """
    until = now - settings.KEEP_DELIVERY_SUBSCRIBERS
    due = Q(campaign__launched_at__lte=until) | Q(
        campaign__launched_at=None, campaign__updated_at__lte=until
    )
    rows_of: tuple[QuerySet[Any], ...] = (
        ReviewRequest.objects.filter(due),
        ReviewComment.objects.filter(due),
        ReviewLook.objects.filter(due),
        ProofRound.objects.filter(due),
        ProofRecipient.objects.filter(
            Q(used_at__lte=until) | Q(used_at=None, created_at__lte=until)
        ),
    )
    return sum(in_batches(rows, lambda rows: rows.delete()[0], batch=batch) for rows in rows_of)
