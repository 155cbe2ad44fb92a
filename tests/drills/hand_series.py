"""The hand's deeds about an event and its series, while an installation sends.

The hand (tests.drills.hand) has set Django up.
"""

from datetime import timedelta
from time import time
from typing import Any

from django.conf import settings
from django.utils import timezone

from campaigns.audience.rules import who_fits
from campaigns.content.draft_series import draft_series
from campaigns.event_states import CalendarMode, RsvpAnswer
from campaigns.events.schedule import cancel_event, change_event, plan_event
from campaigns.models import Campaign, Delivery, Event, Rsvp
from campaigns.review.approval import CannotApprove, approve
from campaigns.rsvp.answer import CannotAnswer
from campaigns.rsvp.limits import TooManyChanges
from campaigns.rsvp.reply import Reply
from campaigns.rsvp.respond import CannotConfirm, NobodyToAnswer, respond
from campaigns.sending import pause_cancel_undo
from campaigns.sending.launch import CannotLaunch, launch_now
from campaigns.states import CampaignKind, CampaignStatus, CampaignStep, DeliveryStatus
from subscribers.models import Subscriber, Topic
from tests.campaigns.calendars.self_tests import pass_self_tests
from tests.drills.hand_subscribers import who_left

type Answer = dict[str, Any]

SENT = (CampaignStep.INVITATION, CampaignStep.REMINDER, CampaignStep.DETAILS_DAY)
"""The steps that a history sends."""


def seed_series(topic: Topic) -> list[int]:
    """Plan an event, have every third subscriber accept, and draft and approve its series."""
    if settings.REPLY_MAILBOX:
        pass_self_tests()
    start = (timezone.now() + timedelta(days=80)).replace(minute=0, second=0, microsecond=0)
    event = plan_event(
        slug="drill",
        title="Drill",
        local_start=start,
        local_end=start + timedelta(hours=2),
        time_zone="Europe/Bucharest",
        join_url="https://meet.example.org/drill",
        takes_answers=True,
        calendar_mode=CalendarMode.INVITATION if settings.REPLY_MAILBOX else CalendarMode.FILE,
    )
    people = list(Subscriber.objects.order_by("pk"))[::3]
    Rsvp.objects.bulk_create(
        Rsvp(
            event=event,
            subscriber=person,
            answer=RsvpAnswer.YES,
            attends=event.attendance,
            answered_at=timezone.now(),
        )
        for person in people
    )
    return [campaign.pk for campaign in _approved(event, topic)]


def answer(place: float, says: str) -> Answer:
    """Answer for somebody who waits for an email that depends on answers.

    Args:
        place: of the delivery among all that wait, from 0 to 1.
        says: the answer.

    Returns:
        Their deliveries that must not be sent any more, and those that are for them by this answer,
        whatever they had said before, with a moment before it.
    """
    waiting = Delivery.objects.filter(
        status=DeliveryStatus.PLANNED, subscriber__isnull=False
    ).exclude(campaign__audience__rule="")
    found = list(waiting.order_by("pk").values_list("subscriber_id", flat=True))
    person = Subscriber.objects.filter(pk=found[int(place * len(found))]).first() if found else None
    event = Event.objects.get()
    if person is None:
        return {"kept": []}
    reply, before = Reply(answer=RsvpAnswer(says), attends=event.attendance), time()
    try:
        respond(event.pk, person=person, reply=reply)
    except (CannotAnswer, CannotConfirm, NobodyToAnswer, TooManyChanges):
        return {"kept": []}
    rows = Delivery.objects.filter(subscriber=person).exclude(campaign__audience__rule="")
    rules = rows.values_list("pk", "campaign__audience__rule")
    fits = {pk: bool(who_fits(rule, event.pk, among=[person.pk])) for pk, rule in rules}
    left = who_left([pk for pk, is_theirs in fits.items() if not is_theirs])
    return {
        **left,
        "again": [pk for pk, is_theirs in fits.items() if is_theirs],
        "before": before,
    }


def move(hours: int) -> Answer:
    """Move the event, unless it has been called off: nobody hears of that any more."""
    event, later = Event.objects.get(), timedelta(hours=hours)
    if event.takes_place:
        start, end = event.local_start + later, event.local_end + later
        change_event(event, local_start=start, local_end=end)
    return {}


def call_off() -> Answer:
    """Call the event off.

    Returns:
        The deliveries that must not be sent any more: all that don't tell of it and that nobody had
        claimed.
    """
    event = Event.objects.get()
    cancel_event(event)
    others = Delivery.objects.filter(campaign__event=event).exclude(
        campaign__kind=CampaignKind.CANCELLATION
    )
    return who_left(list(others.values_list("pk", flat=True)))


def draft_anew(campaign: int) -> Answer:
    """Stop a step, draft what is missing, and launch that.

    Where it can't be approved any more, there is no campaign.
    """
    pause_cancel_undo.cancel(campaign)
    event, launched = Event.objects.get(), []
    try:
        for each in _approved(event, Topic.objects.get()):
            launched.append(launch_now(each).pk)  # noqa: PERF401 - those before one that fails count
    except (CannotApprove, CannotLaunch):
        pass
    finally:
        ready = Campaign.objects.exclude(step="").filter(
            status__in=[CampaignStatus.DRAFT, CampaignStatus.APPROVED, CampaignStatus.SCHEDULED]
        )
        for each in ready:
            pause_cancel_undo.cancel(each.pk)
    return {"campaigns": launched}


def _approved(event: Event, topic: Topic) -> list[Campaign]:
    """Draft what is missing of the series, and approve those steps that a history sends."""
    draft_series(event, topic=topic)
    drafts = event.campaigns.filter(status=CampaignStatus.DRAFT).exclude(step="")
    drafts.exclude(step__in=SENT).delete()
    wanted = list(drafts.filter(step__in=SENT).order_by("pk"))
    for campaign in wanted:
        approve(campaign, by="the drill")
    return wanted
