"""Starting: one transaction renders the email per language, and freezes the whole audience."""

import logging
from datetime import datetime
from typing import Any

from celery.exceptions import SoftTimeLimitExceeded
from django.db import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    connection,
    transaction,
)
from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from campaigns.audience.resolve import estimate, receivers_of, rule_of
from campaigns.audience.same_change import lock_same_change, waits_for
from campaigns.back_to_draft import back_to_draft
from campaigns.calendars.method import method_of
from campaigns.calendars.part import write_part
from campaigns.content.assemble import render_content
from campaigns.event_states import CalendarMethod
from campaigns.models import Campaign, CampaignContent, Delivery
from campaigns.review.approval import NOT_AS_IT_IS_NOW, standing_approval
from campaigns.review.finding import blockers
from campaigns.review.preflight import preflight
from campaigns.sending.content_language import content_language
from campaigns.sending.deliveries.ledger import open_tallies
from campaigns.sending.pause_cancel_undo import wake_workers
from campaigns.states import CAMPAIGN_TRANSITIONS, SHOWS_WAY_IN, CampaignStatus, DeliveryStatus
from newsletter.core.catalogues import in_words_of
from newsletter.core.db.transition import transition
from newsletter.epoch.hold import held
from subscribers.consent.wording_versions import words_to_ask

logger = logging.getLogger(__name__)

PASSING = (
    OperationalError,
    InterfaceError,
    IntegrityError,
    SoftTimeLimitExceeded,
    MemoryError,
)
"""Failures that pass: the database restarts, two transactions waited for each other, somebody was
erased while the audience was being frozen, or this host has too much to do. None of them is a
reason to take back what a person has launched."""


FAILED = "Sending could not start because of an error. The server log has the details."
"""For staff, where what went wrong would tell them nothing."""


class CannotStart(ValueError):
    """The campaign was launched, and may not be sent any more. The message says why."""


def start_due(*, now: datetime | None = None) -> int:
    """Start each scheduled campaign whose time has come.

    Returns:
        The number that this caller started.
    """
    now = now or timezone.now()
    due = Campaign.objects.filter(status=CampaignStatus.SCHEDULED, scheduled_at__lte=now).order_by(
        "scheduled_at", "id"
    )
    return sum(
        start(campaign_id, now=now) for campaign_id in list(due.values_list("pk", flat=True))
    )


def start(campaign_id: int, *, now: datetime | None = None) -> bool:
    """Begin to send a scheduled campaign that is due: render, freeze the audience, wake workers.

    Two clocks may call this at once; one of them starts it. A campaign that may not be sent any
    more, or can't be rendered, goes back to draft with the reason, and nobody is written to. Where
    it fails for a reason that passes, or waits for another, it stays scheduled, and the clock tries
    again.

    Returns:
        Whether this caller started it.
    """
    now = now or timezone.now()
    if held():
        return False  # it may have been started in the time that the database has lost
    try:
        with transaction.atomic():
            scheduled = Campaign.objects.filter(
                pk=campaign_id, status=CampaignStatus.SCHEDULED, scheduled_at__lte=now
            )
            for campaign in scheduled:
                lock_same_change(campaign)
                if waits_for(campaign):
                    return False
            if not transition(
                scheduled,
                CAMPAIGN_TRANSITIONS,
                CampaignStatus.SENDING,
                launched_at=now,
                last_claim_at=None,
            ):
                return False
            campaign = Campaign.objects.select_related("topic", "event", "audience").get(
                pk=campaign_id
            )
            # Noted for good: a topic that becomes public later must not publish what was sent
            # before, and one that is made private must not empty a link in what is still to leave.
            campaign.is_archived = _gets_a_public_page(campaign)
            _check(campaign, now=now)
            _render(campaign, now=now)
            _freeze(campaign)
    except PASSING:
        logger.exception(
            "Campaign %s could not be started just now; it stays scheduled", campaign_id
        )
        return False
    except Exception as error:
        logger.exception("Campaign %s could not be started", campaign_id)
        reason = f"Sending could not start. {error}" if isinstance(error, CannotStart) else FAILED
        scheduled = Campaign.objects.filter(pk=campaign_id, status=CampaignStatus.SCHEDULED)
        with transaction.atomic():
            back_to_draft(scheduled, why=reason)
        return False
    wake_workers(campaign_id)
    transaction.on_commit(_look_at_deliveries)
    return True


def _gets_a_public_page(campaign: Campaign) -> bool:
    is_for_all = rule_of(campaign).rule not in SHOWS_WAY_IN
    return campaign.is_archived and campaign.topic.is_public and is_for_all


def _check(campaign: Campaign, *, now: datetime) -> None:
    """Check brand, event and audience again, because days may lie between launch and start."""
    if standing_approval(campaign) is None:
        raise CannotStart(NOT_AS_IT_IS_NOW)
    found = blockers(preflight(campaign, now=now))
    if found:
        raise CannotStart(" ".join(finding.message for finding in found))


def _render(campaign: Campaign, *, now: datetime) -> None:
    method = method_of(campaign)
    campaign.calendar_method = method
    for content in CampaignContent.objects.filter(campaign=campaign, falls_back=False):
        content.campaign = campaign
        rendered = render_content(content)
        content.rendered_subject = rendered.subject
        content.rendered_html = rendered.html
        content.rendered_text = rendered.text
        if campaign.event is not None and method is not CalendarMethod.NONE:
            with in_words_of(content.language):
                content.rendered_calendar = write_part(campaign.event, method)
        content.rendered_at = now
        if campaign.asks_for_consent:
            content.asked_hash = words_to_ask(campaign.topic, content.language).text_hash
        content.save(
            update_fields=[
                "rendered_subject",
                "rendered_html",
                "rendered_text",
                "rendered_calendar",
                "rendered_at",
                "asked_hash",
            ]
        )


def _freeze(campaign: Campaign) -> None:
    left_out = estimate(campaign).left_out
    planned = _insert_deliveries(_recipients(campaign), campaign_id=campaign.pk)
    open_tallies(campaign.pk, planned=planned)
    Campaign.objects.filter(pk=campaign.pk).update(
        candidates=planned,
        left_out=left_out,
        is_archived=campaign.is_archived,
        join_url=campaign.event.join_url if campaign.event else "",
        calendar_method=campaign.calendar_method,
        calendar_sequence=campaign.event.sequence if campaign.event else None,
        step_of=campaign.event.starts_at if campaign.event and campaign.step else None,
    )


def _recipients(campaign: Campaign) -> QuerySet[Any, Any]:
    """Select whom a campaign goes to, each with their language, in a mixed order.

    The first of each mail domain come first, then the second of each, and so on, so that no
    receiving host gets everything at once.
    """
    return (
        receivers_of(campaign)
        .annotate(
            content_language=content_language(campaign),
            round_number=Window(RowNumber(), partition_by=F("domain"), order_by=F("id")),
        )
        .order_by("round_number", "id")
        .values("id", "content_language", "round_number")
    )


def _insert_deliveries(recipients: QuerySet[Any, Any], *, campaign_id: int) -> int:
    """Insert all deliveries by one INSERT … SELECT: the audience of one moment, however large."""
    chosen, parameters = recipients.query.sql_with_params()
    quote = connection.ops.quote_name
    constants: dict[str, int | str] = {
        "campaign_id": campaign_id,
        "status": DeliveryStatus.PLANNED.value,
        "attempt": 0,
        "reason": "",
        "mailer": "",
        "provider_message_id": "",
        "bounce_class": "",
    }
    columns = ", ".join(quote(name) for name in ["subscriber_id", "language", *constants])
    values = ", ".join(["%s"] * len(constants))
    statement = (
        f"INSERT INTO {quote(Delivery._meta.db_table)} ({columns}) "  # noqa: S608 - names are our own and quoted, values are parameters
        f"SELECT chosen.id, chosen.content_language, {values} FROM ({chosen}) AS chosen ORDER BY "
        f"chosen.round_number, chosen.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*constants.values(), *parameters])
        return int(cursor.rowcount)


def _look_at_deliveries() -> None:
    """Have PostgreSQL count the deliveries again, which takes it a tenth of a second.

    By itself it does so a minute later. Until then it takes the new campaign for a handful of rows.
    A claim finds its own whatever is expected (`row_by_row`); other statements need it.

    After the commit: with new rows in hand it could wait for somebody who builds an index, and who
    waits for those rows.
    """
    if connection.vendor != "postgresql":
        return
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {connection.ops.quote_name(Delivery._meta.db_table)}")
    except DatabaseError:
        logger.exception(
            "The deliveries could not be counted; pages about the campaign may be slow for a minute"
        )
