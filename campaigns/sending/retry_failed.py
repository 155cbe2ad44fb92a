"""Trying again what failed for a passing reason, because a person says so.

Such an email surely was not sent: each of its attempts was put off, until there were too many.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from django.db.models import F, Q
from django.utils import timezone

from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.last_change import done_last
from campaigns.models import Campaign, Delivery, DeliveryTally, Event, FactTally
from campaigns.models.retraction import retraction_of
from campaigns.review.event_findings import event_findings
from campaigns.review.finding import blockers
from campaigns.rsvp.seats import locked_event
from campaigns.sending.claims.outdated import announcing, is_outdated
from campaigns.sending.claims.settle import lock_status, reopen
from campaigns.sending.deliveries.ledger import Ledger, ledger_of
from campaigns.sending.left_failed import why_it_stays
from campaigns.sending.pause_cancel_undo import wake_workers
from campaigns.sending.pause_for_event import says_what_was
from campaigns.sending.written_instead import written_instead
from campaigns.states import (
    EDITABLE,
    CampaignStatus,
    Counted,
    DeliveryStatus,
    Fact,
)
from newsletter.core.db.clock import database_now
from newsletter.epoch.hold import held
from newsletter.transport.results.reply_codes import code_of
from newsletter.webhooks.process_reports import process_reports

PROCESSING = 5.0
"""Seconds in which provider events are processed, before anything is planned again."""
AT_ONCE = 1000
"""Deliveries that one statement looks at."""


class NotRetryable(ValueError):
    """Nothing of a campaign can be tried again now. The message says why."""


class Failure(NamedTuple):
    """A failed delivery that is tried again, with what its counts need."""

    pk: int
    reason: str
    settled_at: datetime | None
    mailer: str


def why_not(campaign: Campaign, *, now: datetime | None = None) -> str:
    """Return why nothing of a campaign can be tried again now; empty where something may be.

    A launch would be refused for the same reasons, or the email says what isn't so any more.
    """
    if campaign.status == CampaignStatus.SENDING:
        return (
            "This campaign is being sent, and tries again by itself what is put off. Wait until it "
            "has finished, or pause it."
        )
    if campaign.status not in (CampaignStatus.SENT, CampaignStatus.PAUSED):
        status = campaign.get_status_display().lower()
        return f"This campaign is {status}. Only a sent or paused one can be tried again."
    if hold := held():
        return str(hold)
    if retraction_of(campaign) is not None:
        return "This campaign is marked as sent in error."
    if campaign.goes_on_by_itself:
        return "What came of the first emails is being judged. Wait until sending goes on."
    if campaign.later_versions.filter(launched_at__isnull=False).exists():
        return "A newer version of this campaign was sent, so this one would be wrong."
    return "" if campaign.event is None else _why_not_of(campaign.event, campaign, now=now)


def _why_not_of(event: Event, campaign: Campaign, *, now: datetime | None) -> str:
    """Return why an email about an event would be wrong by now; empty where it isn't."""
    if is_outdated(campaign.pk):
        return (
            "The event was cancelled, or people were told of another time or place since, so this "
            "email would be wrong."
        )
    audience = getattr(campaign, "audience", None)
    rule = audience.rule if audience else ""
    found = event_findings(event, now or timezone.now(), rule=rule, kind=campaign.kind)
    if blockers([*found]):
        return "The event is over, or isn’t any more what this email says."
    if _is_changed(campaign):
        return "The event was changed since this was approved, so the email would be wrong."
    return ""


def _is_changed(campaign: Campaign) -> bool:
    if not announcing(Campaign.objects.filter(pk=campaign.pk)).exists():
        return False
    said, event = campaign.calendar_sequence, campaign.event
    is_another = event is not None and said is not None and said != event.sequence
    return is_another and says_what_was(campaign)


def retry_failed(campaign_id: int) -> int:
    """Plan again what failed for a passing reason, as a person says; workers then send it as ever.

    It gets as many attempts as the first time, and `attempt` goes on counting. Pressed twice, or by
    two people at once, it is planned once. Only people to whom the campaign would go if it were
    launched now are tried again, at the address that failed. A campaign that has ended is reopened;
    one that is paused waits for its resume.

    Returns:
        How many deliveries were planned again.

    Raises:
        NotRetryable: the campaign's state or its event doesn't allow it, or sending is held.
    """
    # The clock does so every few seconds; a worker may claim sooner.
    process_reports(seconds=PROCESSING)
    with ledger_of(campaign_id) as ledger:
        campaign = _locked(campaign_id)
        if problem := why_not(campaign):
            raise NotRetryable(problem)
        planned = list(_locked_failures(campaign))
        moved = _plan(ledger, planned)
        if moved:
            reopen(campaign_id)
            _forget_for_guard(campaign_id, moved)
            record_campaign(
                CampaignAuditAction.RETRIED, campaign, number=moved, codes=_codes(planned)
            )
            wake_workers(campaign_id)
    return moved


def last_retry(campaign: Campaign) -> str:
    """Return who last had failed emails tried again and when, as a sentence; else nothing."""
    return done_last(campaign, [CampaignAuditAction.RETRIED])


def _locked(campaign_id: int) -> Campaign:
    """Lock the campaign, and its event first, as whoever changes the event or tells guests does.

    So nobody is told by a message of their own, as somebody whose email failed, in the moment in
    which that email is planned again. Nor by another campaign that starts in that moment: one that
    is starting is waited for, and afterwards its deliveries can be seen.
    """
    rows = Campaign.objects.select_related("topic", "event", "audience")
    campaign = rows.get(pk=campaign_id)
    if campaign.event_id is not None:
        locked_event(campaign.event_id)
    alike = Q(topic=campaign.topic_id) | Q(pk__in=written_instead(campaign_id))
    if campaign.event_id is not None:
        alike |= Q(event=campaign.event_id)
    starting = Campaign.objects.filter(alike, status__in=EDITABLE).order_by("pk")
    list(starting.select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))
    lock_status(campaign_id)
    return rows.get(pk=campaign_id)


def _plan(ledger: Ledger, planned: list[Failure]) -> int:
    """Plan failures again, and take them from the counts of what failed."""
    now, moved = database_now(), 0
    for start in range(0, len(planned), AT_ONCE):
        rows = Delivery.objects.filter(pk__any_of=[one.pk for one in planned[start:][:AT_ONCE]])
        moved += ledger.retry(
            rows,
            attempts_before=F("attempt"),
            retry_at=now,
            settled_at=None,
            reason="",
        )
    for one in planned:
        if one.settled_at is not None:
            code = code_of(one.reason)
            ledger.count(Counted.FAILED, -1, at=one.settled_at, mailer=one.mailer, code=code)
    return moved


def _forget_for_guard(campaign_id: int, moved: int) -> None:
    """Let the guard compare with those failures alone that are left.

    It stops a campaign again when there are twice as many as when it last did. Of what is tried
    again, twice as much would have to fail.
    """
    rows = DeliveryTally.objects.filter(campaign=campaign_id, status=DeliveryStatus.FAILED)
    left = max(rows.get().number - moved, 0)
    known = FactTally.objects.filter(campaign=campaign_id, fact=Fact.FAILED)
    known.filter(stopped_at__gt=left).update(stopped_at=left)


def _locked_failures(campaign: Campaign) -> Iterator[Failure]:
    """Lock the failed deliveries of a campaign, and yield those that can be tried again."""
    rows = Delivery.objects.filter(campaign=campaign, status=DeliveryStatus.FAILED).order_by("pk")
    locked = rows.select_for_update(of=("self",)).values_list("pk", flat=True)
    why, after = why_it_stays(campaign), 0
    # A statement of its own says why: it sees what was committed while the locks were waited for.
    while ids := list(locked.filter(pk__gt=after)[:AT_ONCE]):
        after = ids[-1]
        chunk = Delivery.objects.filter(pk__any_of=ids).annotate(why=why).filter(why="")
        for row in chunk.order_by("pk").values_list(*Failure._fields):
            yield Failure(*row)


def _codes(planned: list[Failure]) -> list[str]:
    """Return the most frequent answers, for the audit log, such as "451 4.7.1: 12"."""
    counted = Counter(code_of(one.reason) or "no code" for one in planned)
    return [f"{code}: {number}" for code, number in counted.most_common(5)]
