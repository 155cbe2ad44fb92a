"""Starting: one transaction renders the email per language, and freezes the whole audience."""

import logging
from datetime import datetime

from celery.exceptions import SoftTimeLimitExceeded
from django.db import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    connection,
    transaction,
)
from django.utils import timezone

from campaigns.audience.narrow import conditions_in_words
from campaigns.audience.resolve import estimate
from campaigns.audience.same_change import lock_same_change, waits_for
from campaigns.back_to_draft import back_to_draft
from campaigns.calendars.method import method_of
from campaigns.calendars.part import write_part
from campaigns.content.archive_access import access_at_launch
from campaigns.content.assemble import render_content
from campaigns.content.counted_links import LinksToKeep
from campaigns.event_states import CalendarMethod
from campaigns.models import Audience, Campaign, CampaignContent, Delivery
from campaigns.review.approval import standing_approval, why_it_lacks_approval
from campaigns.review.finding import blockers
from campaigns.review.preflight import preflight
from campaigns.sending.canary import note_canary
from campaigns.sending.deliveries.ledger import open_tallies
from campaigns.sending.insert_deliveries import (
    Inserted,
    NobodyInTime,
    insert_deliveries,
    keep_due_times,
)
from campaigns.sending.pause_cancel_undo import undo_for_lost_right, wake_workers
from campaigns.sending.take_over import NothingToTakeOver, take_over
from campaigns.states import CAMPAIGN_TRANSITIONS, CampaignStatus
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
NOBODY_IN_TIME = (
    "The chosen hour had passed for every recipient, and you chose not to send to those. Choose a "
    "later day."
)


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


def start(campaign_id: int, *, now: datetime | None = None, is_told: bool = False) -> bool:
    """Begin to send a scheduled campaign that is due: render, freeze the audience, wake workers.

    Two clocks may call this at once; one of them starts it. A campaign that may not be sent any
    more, or can't be rendered, goes back to draft with the reason, which whoever scheduled it gets
    by mail, and no recipient is written to. Where it fails for a reason that passes, or waits for
    another, it stays scheduled, and the clock tries again.

    Args:
        is_told: whether the caller says it to whoever launched it, so that nobody is mailed.

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
                if waits_for(campaign) or undo_for_lost_right(campaign):
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
            campaign.archive_access = access_at_launch(campaign)
            _check(campaign, now=now)
            _render(campaign, now=now)
            inserted = _freeze(campaign, now=now)
    except PASSING:
        logger.exception(
            "Campaign %s could not be started just now; it stays scheduled", campaign_id
        )
        return False
    except CannotStart as error:
        # Its page says why. The words name campaigns and events, which logs must not.
        logger.warning("Campaign %s is a draft again: it may not be sent any more", campaign_id)
        why = f"Sending could not start. {error}"
        return _take_back(campaign_id, why=why, is_told=is_told)
    except Exception:
        logger.exception("Campaign %s could not be started", campaign_id)
        return _take_back(campaign_id, why=FAILED, is_told=is_told)
    logger.info(
        "Campaign %s is frozen, and sending begins: %d recipients, %d skipped",
        campaign_id,
        inserted.planned,
        inserted.skipped,
        extra={"recipients": inserted.planned},
    )
    wake_workers(campaign_id)
    transaction.on_commit(_look_at_deliveries)
    return True


def _take_back(campaign_id: int, *, why: str, is_told: bool) -> bool:
    scheduled = Campaign.objects.filter(pk=campaign_id, status=CampaignStatus.SCHEDULED)
    with transaction.atomic():
        back_to_draft(scheduled, why=why, news="" if is_told else why)
    return False


def _check(campaign: Campaign, *, now: datetime) -> None:
    """Check brand, event and audience again, because days may lie between launch and start."""
    if standing_approval(campaign) is None:
        raise CannotStart(why_it_lacks_approval(campaign))
    found = blockers(preflight(campaign, now=now))
    if found:
        raise CannotStart(" ".join(finding.message for finding in found))


def _render(campaign: Campaign, *, now: datetime) -> None:
    method = method_of(campaign)
    campaign.calendar_method = method
    links = LinksToKeep(campaign)
    for content in CampaignContent.objects.filter(campaign=campaign, falls_back=False):
        content.campaign = campaign
        rendered = render_content(
            content, counted=links.of_language(content.language) if campaign.counts_links else None
        )
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
    links.keep()


def _freeze(campaign: Campaign, *, now: datetime) -> Inserted:
    if campaign.earlier_version_id:
        left_out, inserted = {}, Inserted(_take_over(campaign))
    else:
        left_out = estimate(campaign).left_out
        inserted = _insert(campaign, now=now)
    _keep_words(campaign)
    open_tallies(campaign.pk, planned=inserted.planned, skipped=inserted.skipped)
    note_canary(campaign, planned=inserted.planned)
    Campaign.objects.filter(pk=campaign.pk).update(
        candidates=sum(inserted),
        left_out=left_out,
        archive_access=campaign.archive_access,
        join_url=campaign.event.join_url if campaign.event else "",
        calendar_method=campaign.calendar_method,
        calendar_sequence=campaign.event.sequence if campaign.event else None,
        step_of=campaign.event.starts_at if campaign.event and campaign.step else None,
    )
    return inserted


def _insert(campaign: Campaign, *, now: datetime) -> Inserted:
    try:
        return insert_deliveries(campaign, now=now)
    except NobodyInTime as error:
        raise CannotStart(NOBODY_IN_TIME) from error


def _keep_words(campaign: Campaign) -> None:
    """Keep the conditions in words: what they name may be renamed or deleted later."""
    for audience in Audience.objects.filter(campaign=campaign).exclude(conditions={}):
        audience.words = conditions_in_words(audience.conditions, topic_id=campaign.topic_id)
        audience.save(update_fields=["words"])


def _take_over(campaign: Campaign) -> int:
    try:
        planned = take_over(campaign)
    except NothingToTakeOver as error:
        raise CannotStart(str(error)) from error
    keep_due_times(campaign)
    return planned


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
