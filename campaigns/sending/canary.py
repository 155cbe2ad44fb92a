"""The canary: the first recipients of a campaign get it before all others, and sending pauses.

A person looks at what came of it and resumes. Or sending goes on by itself after some minutes, if
the emails arrived and few complained.
"""

from collections import Counter
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet

from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.models import Campaign, Delivery
from campaigns.models.retraction import retraction_of
from campaigns.publishers import shut_out
from campaigns.sending.automatic_pause import tell_publishers_safely
from campaigns.sending.local_hours import bounds_of
from campaigns.sending.pause_cancel_undo import wake_workers
from campaigns.states import (
    CAMPAIGN_TRANSITIONS,
    OPEN,
    CampaignKind,
    CampaignStatus,
    DeliveryStatus,
)
from newsletter.core.db.clock import database_now
from newsletter.core.db.transition import transition
from newsletter.epoch.advance import advance
from newsletter.epoch.hold import held
from subscribers.models import Topic
from subscribers.sending_limits import in_words, limit_of

LARGEST_CANARY = 10_000
"""Recipients. The rows of a canary are counted each time somebody looks."""
LONGEST_WAIT = 24 * 60
"""Minutes for which the rule may wait."""

ATTEMPTS_WITHIN = 5
"""Attempts that a canary with a rule waits for, where a mail server puts an email off. With the
waits between them they take some eight minutes; servers that put off what they don't know yet
(greylisting, RFC 6647) mostly take it after five."""
SOON = timedelta(minutes=5)
"""The longest wait before one of these attempts, unless a server asks for a longer one."""
PUT_OFF_AT_MOST = 5
"""One in so many may still be put off where sending goes on by itself: with more, it's rather our
name that servers doubt."""

_WAITING = {"canary_last_id__isnull": False, "canary_ended_at": None}
_ARRIVED = (DeliveryStatus.ACCEPTED, DeliveryStatus.DELIVERED)


def note_canary(campaign: Campaign, *, planned: int) -> None:
    """Note which deliveries of a campaign that was just frozen are its canary.

    Deliveries lie in the order in which they leave, mixed over domains. There is no canary where it
    would be everybody.

    Args:
        planned: how many deliveries are planned.
    """
    campaign.canary_first_id = campaign.canary_last_id = None
    if 0 < campaign.canary_size < planned:
        rows = Delivery.objects.filter(campaign=campaign, status=DeliveryStatus.PLANNED)
        ids = rows.order_by("pk").values_list("pk", flat=True)
        place = campaign.canary_size - 1
        campaign.canary_first_id, campaign.canary_last_id = ids[:1].get(), ids[place]
    campaign.save(update_fields=["canary_first_id", "canary_last_id"])


def pause_after_canaries() -> int:
    """Pause each campaign whose canary has been attempted to the last.

    Returns:
        The number that this caller paused.
    """
    sending = Campaign.objects.filter(status=CampaignStatus.SENDING, **_WAITING)
    return sum(_pause_after(campaign_id) for campaign_id in sending.values_list("pk", flat=True))


@transaction.atomic
def _pause_after(campaign_id: int) -> int:
    found = Campaign.objects.select_for_update().filter(
        pk=campaign_id, status=CampaignStatus.SENDING, **_WAITING
    )
    campaign = found.first()
    if campaign is None or _is_under_way(campaign) or not _others(campaign).exists():
        return 0
    now = database_now()
    paused = transition(
        Campaign.objects.filter(pk=campaign_id),
        CAMPAIGN_TRANSITIONS,
        CampaignStatus.PAUSED,
        pause_reason=waiting_words(campaign),
        canary_sent_at=now,
    )
    advance(now=now)  # an older copy of the database would send what waits
    if campaign.canary_minutes is None:
        tell_publishers_safely(campaign_id, reason=waiting_words(campaign))
    record_campaign(CampaignAuditAction.PAUSED, campaign, canary=campaign.canary_size)
    return paused


def _is_under_way(campaign: Campaign) -> bool:
    """Return whether somebody of the canary still is to be tried for the first time.

    Where a rule decides, it also is while a server puts an email off: this is neither an arrival
    nor a bounce, and once the campaign is paused nothing would be tried again.
    """
    now, rows = database_now(), _rows_of(campaign)
    untried = rows.filter(status=DeliveryStatus.PLANNED, attempt=0)
    # Whoever waits for a neutral sender would keep all others waiting. Whoever was put off because
    # the mailer or their domain takes no more just now, which counts as no attempt, is tried soon.
    is_put_off = Q(subscriber__discreet_since=None) & Q(retry_at__isnull=False)
    untried = untried.filter(Q(retry_at=None) | Q(retry_at__lte=now) | is_put_off)
    claimed = rows.filter(claim_token__isnull=False, status=DeliveryStatus.CLAIMED)
    if untried.exists() or claimed.exists():
        return True
    again = rows.filter(
        status=DeliveryStatus.PLANNED,
        attempt__range=(1, ATTEMPTS_WITHIN - 1),
        retry_at__lte=now + SOON,
    )
    return campaign.canary_minutes is not None and again.exists()


def _others(campaign: Campaign) -> QuerySet[Delivery]:
    """Select those who wait for the canary; none where a later version has taken them over."""
    rows = Delivery.objects.filter(campaign=campaign, status=DeliveryStatus.PLANNED)
    return rows.filter(pk__gt=campaign.canary_last_id)


def waiting_words(campaign: Campaign) -> str:
    """Say for staff why a campaign waits after its canary."""
    first = f"{_first_sent(campaign)}."
    is_one = campaign.canary_size == 1
    if campaign.canary_minutes is None:
        return f"{first} Look at what came of {'it' if is_one else 'them'}, then resume."
    minutes = f"{campaign.canary_minutes} minute{'' if campaign.canary_minutes == 1 else 's'}"
    rule = "it arrives and isn’t reported as spam" if is_one else rule_in_words(campaign.topic)
    return f"{first} Sending goes on by itself after {minutes}, if {rule}."


def rule_in_words(topic: Topic) -> str:
    """Say when sending goes on by itself after a canary, as `problem_of_canary` decides it."""
    missing = in_words(limit_of(topic, "guard_bounces"))
    complaints = in_words(limit_of(topic, "guard_complaints"))
    return (
        f"fewer than {missing} of them don’t arrive and no more than {complaints} are reported as "
        f"spam"
    )


def _first_sent(campaign: Campaign) -> str:
    if campaign.canary_size == 1:
        return "The first email was sent"
    return f"The first {campaign.canary_size:,} emails were sent"


def go_on_after_canaries(*, now: datetime | None = None) -> int:
    """Resume each campaign whose canary did well for as many minutes as its launch said.

    One whose canary didn't waits for a person from then on, and says why, and so does one for which
    something else speaks against going on. The rule doesn't come back: publishers were told so.

    Returns:
        The number that this caller resumed.
    """
    if held():
        return 0
    now = now or database_now()
    return sum(_go_on(pk, now=now) for pk in _by_rule().values_list("pk", flat=True))


def _by_rule() -> QuerySet[Campaign]:
    """Select those that wait after their canary, and would go on by themselves."""
    return Campaign.objects.filter(
        status=CampaignStatus.PAUSED,
        canary_minutes__isnull=False,
        canary_sent_at__isnull=False,
        **_WAITING,
    )


@transaction.atomic
def _go_on(campaign_id: int, *, now: datetime) -> int:
    # Under its lock: nobody begins a new version, or pauses it, between the look and the step.
    waiting = _by_rule().filter(pk=campaign_id)
    found = waiting.select_related("topic", "event").select_for_update(of=("self",))
    campaign = found.first()
    if campaign is None:
        return 0
    is_over = _is_over(campaign, now)
    problem = _against_going_on(campaign, now=now) or (
        problem_of_canary(campaign) if is_over else ""
    )
    if problem:
        waiting.update(pause_reason=problem[:300], canary_minutes=None)
        advance(now=now)  # an older copy of the database would go on by itself
        tell_publishers_safely(campaign_id, reason=problem)
        record_campaign(CampaignAuditAction.PAUSED, campaign)
        return 0
    if not is_over:
        return 0
    resumed = transition(
        waiting,
        CAMPAIGN_TRANSITIONS,
        CampaignStatus.SENDING,
        pause_reason="",
        canary_ended_at=now,
    )
    record_campaign(CampaignAuditAction.RESUMED, campaign, after_minutes=campaign.canary_minutes)
    wake_workers(campaign_id)
    return resumed


def _is_over(campaign: Campaign, now: datetime) -> bool:
    sent_at, minutes = campaign.canary_sent_at, campaign.canary_minutes
    return bool(sent_at and minutes is not None and sent_at + timedelta(minutes=minutes) <= now)


def _against_going_on(campaign: Campaign, *, now: datetime) -> str:
    """Return what speaks against going on, whatever became of the canary; empty: nothing.

    It is asked all the time: the sooner somebody knows that they must decide, the better.
    """
    alone = "so sending doesn’t go on by itself."
    if campaign.later_versions.exclude(status=CampaignStatus.CANCELLED).exists():
        return f"A new version is being written for the rest, {alone}"
    if account := shut_out(campaign):
        name = account.get_full_name() or account.get_username()
        return f"{name}, who started this, may not send campaigns any more, {alone}"
    if retraction_of(campaign) is not None:
        return f"This campaign is marked as sent in error, {alone}"
    event, said = campaign.event, campaign.calendar_sequence
    if event is None or campaign.kind == CampaignKind.CANCELLATION:
        return ""
    if said is not None and said != event.sequence:
        return (
            f"The event was changed since sending started, {alone} Check what this email says of "
            f"it before you resume."
        )
    deadline = bounds_of(campaign, now=campaign.launched_at or now).deadline
    return f"The event has begun, {alone}" if deadline and deadline <= now else ""


def problem_of_canary(campaign: Campaign) -> str:
    """Return why a canary didn't do well enough to go on by itself, for staff; empty where it did.

    The limits are the guard's for the topic, without its least numbers: nothing is lost by asking a
    person. An email that is in doubt hasn't arrived. One that a server put off, and that is tried
    again, tells nothing yet: it counts for neither side, and too many of these tell too little.
    """
    numbers = Counter[str]()
    complained = 0
    for status, number, complaints in (
        _rows_of(campaign)
        .order_by()
        .values_list("status")
        .annotate(Count("pk"), Count("complained_at"))
    ):
        numbers[status] += number
        complained += complaints
    tried = numbers.total() - numbers[DeliveryStatus.SKIPPED]
    put_off = sum(numbers[status] for status in OPEN)
    known = tried - put_off
    missing = known - sum(numbers[status] for status in _ARRIVED)
    first = _first_sent(campaign)
    if not tried:
        return f"{first} to nobody: all of them were skipped. Resume to send to the others."
    if complained * 100 > tried * limit_of(campaign.topic, "guard_complaints"):
        return (
            f"{first}, and {complained:,} of {tried:,} recipients reported spam. Sending doesn’t "
            f"go on by itself. Check who is in the audience before you resume."
        )
    if missing and missing * 100 >= known * limit_of(campaign.topic, "guard_bounces"):
        return (
            f"{first}, and {missing:,} of {tried:,} haven’t arrived. Sending doesn’t go on "
            f"by itself. The report says why."
        )
    if put_off * PUT_OFF_AT_MOST > tried:
        return (
            f"{first}, but mail servers put off {put_off:,} of {tried:,}, which wait for another "
            f"attempt. Sending doesn’t go on by itself. The report says why."
        )
    return ""


def _rows_of(campaign: Campaign) -> QuerySet[Delivery]:
    """Select the canary. Ids of one launch lie together, so that few others are looked at."""
    between = (campaign.canary_first_id, campaign.canary_last_id)
    return Delivery.objects.filter(campaign=campaign, pk__range=between)
