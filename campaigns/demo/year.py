"""The demo's year before: people who join and leave, campaigns, bounces, and answers to meetings.

What was sent is simulated in the order of its dates, each to those who had joined by then.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from campaigns.content.create_campaign import create_campaign
from campaigns.demo.dates import (
    QuarterlyMeeting,
    earlier_meetings,
    invited_meeting,
    quarterly_meetings,
)
from campaigns.demo.emails import past_email, past_invitation
from campaigns.demo.followers import NEWSLETTER, POLICY_UPDATES
from campaigns.demo.past_emails import PAST_EMAILS
from campaigns.demo.people import Person, Standing
from campaigns.demo.running_series import make_step
from campaigns.demo.sent_campaign import leave_topic, simulate_past, working_hour
from campaigns.demo.year_texts import YEAR_EMAILS
from campaigns.event_states import Attendance, RsvpAnswer, RsvpSource
from campaigns.models import Campaign, CountedLink, Delivery, Event, Rsvp
from campaigns.review.approval import approve
from campaigns.states import CampaignStep
from subscribers.models import Subscription
from subscribers.states import SubscriptionStatus

INVITED_BEFORE = timedelta(days=14)
"""The time from an invitation to its meeting."""
LAST_INVITED = timedelta(days=27)
"""Whoever leaves or bounces with the sent campaign, a little later, was still invited."""
LEAVING = {NEWSLETTER: 2, POLICY_UPDATES: 1}
"""How many leave such a topic by each of its emails."""
SAID = (
    *(RsvpAnswer.YES, RsvpAnswer.NO, RsvpAnswer.YES, RsvpAnswer.YES, RsvpAnswer.MAYBE),
    *(RsvpAnswer.YES, RsvpAnswer.NO),
)
"""In turn, as the demo knows no chance."""


@dataclass(frozen=True, slots=True)
class PastCampaign:
    """One campaign of the year: its content, its time, and the meeting that it is about."""

    data: Mapping[str, Any]
    sent_at: datetime
    event: Event | None = None


def add_year(cast: dict[str, Person], events: Mapping[str, Event], *, now: datetime) -> None:
    """Let a year go by.

    This must run in one transaction, so that no worker ever sees a delivery that it could send.

    Args:
        cast: the people by the digest of their address.
        events: by slug.
        now: the present.
    """
    past = sorted(_past_campaigns(events, now=now), key=lambda each: each.sent_at)
    waiting = _hold_back(past[0].sent_at)
    for number, each in enumerate(past):
        waiting = _let_join(waiting, until=each.sent_at)
        campaign = create_campaign(dict(each.data))
        approve(campaign, by="Demo data")
        simulate_past(campaign, sent_at=each.sent_at, refused=number % 4)
        if campaign.counts_links:
            _open_links(campaign)
        if each.event is not None:
            # A campaign about an event that is over couldn't be approved.
            make_step(campaign, CampaignStep.INVITATION, event=each.event)
            _answer(campaign, each.event, said_at=each.sent_at, turn=number, now=now)
        _leave(campaign, cast, when=each.sent_at + timedelta(hours=20))
    _let_join(waiting, until=now)


def _past_campaigns(events: Mapping[str, Event], *, now: datetime) -> Iterator[PastCampaign]:
    for past in (*PAST_EMAILS, *YEAR_EMAILS):
        yield PastCampaign(past_email(past), working_hour(now - timedelta(days=past.days_ago)))
    for meeting in invited_meetings(now.date()):
        day = meeting.begins().replace(tzinfo=now.tzinfo) - INVITED_BEFORE
        event = events[meeting.slug]
        sent_at = working_hour(min(day, now - LAST_INVITED))
        yield PastCampaign(past_invitation(meeting, event), sent_at, event)


def invited_meetings(today: date) -> list[QuarterlyMeeting]:
    """List the meetings of the year before today, and the one ahead that has its answers."""
    ahead = invited_meeting(today)
    return [*([ahead] if ahead else []), quarterly_meetings(today)[0], *earlier_meetings(today)]


def _hold_back(moment: datetime) -> dict[int, datetime]:
    """Take back for now that people have confirmed who joined after a moment."""
    later = Subscription.objects.filter(status=SubscriptionStatus.CONFIRMED, changed_at__gt=moment)
    waiting = dict(later.values_list("pk", "changed_at"))
    later.update(status=SubscriptionStatus.PENDING)
    return waiting


def _let_join(waiting: dict[int, datetime], *, until: datetime) -> dict[int, datetime]:
    """Confirm those who had joined by some time, and return who still waits."""
    joined = [pk for pk, changed_at in waiting.items() if changed_at <= until]
    Subscription.objects.filter(pk__in=joined).update(status=SubscriptionStatus.CONFIRMED)
    return {pk: changed_at for pk, changed_at in waiting.items() if changed_at > until}


def _leave(campaign: Campaign, cast: dict[str, Person], *, when: datetime) -> None:
    """Let some leave by a link of this email, of topics that the next campaign isn't about."""
    number = LEAVING.get(campaign.topic.slug, 0)
    rows = Delivery.objects.filter(campaign=campaign).select_related("subscriber").order_by("pk")
    usual = [
        each.subscriber_id
        for each in rows
        if each.subscriber and cast[each.subscriber.digest].standing is Standing.CONFIRMED
    ]
    chosen = usual[5 :: max(len(usual) // 3, 1)][:number]
    followed = Subscription.objects.filter(
        subscriber__in=chosen, topic=campaign.topic_id, status=SubscriptionStatus.CONFIRMED
    )
    leave_topic(list(followed), campaign, when=when)


def _open_links(campaign: Campaign) -> None:
    """Let links be opened by all together, and by the scanners of some mailboxes."""
    for number, link in enumerate(CountedLink.objects.filter(campaign=campaign).order_by("pk")):
        link.opened, link.by_programs = 64 - 21 * number, 23
        link.save(update_fields=["opened", "by_programs"])


def _answer(
    campaign: Campaign, event: Event, *, said_at: datetime, turn: int, now: datetime
) -> None:
    """Let more than half of the invited answer; most who say yes come."""
    Event.objects.filter(pk=event.pk).update(takes_answers=True)
    rows = Delivery.objects.filter(campaign=campaign, subscriber__discreet_since=None)
    invited = list(rows.values_list("subscriber", flat=True).order_by("pk"))
    answers = []
    for number, subscriber_id in enumerate(invited[: len(invited) * (50 + 4 * turn % 20) // 100]):
        answer = SAID[number % len(SAID)]
        when = said_at + timedelta(hours=1 + number % 200)
        comes = answer is RsvpAnswer.YES
        answers.append(
            Rsvp(
                event=event,
                subscriber_id=subscriber_id,
                answer=answer,
                attends=Attendance.ONLINE if comes else "",
                source=RsvpSource.LINK,
                came=number % 6 != 0 if comes and event.ends_at < now else None,
                created_at=when,
                answered_at=when,
            )
        )
    Rsvp.objects.bulk_create(answers)
