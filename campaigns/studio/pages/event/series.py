"""The section of an event's page with its series: each step, when it is due, and how far it is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from campaigns.content.check_content import ContentError
from campaigns.content.draft_series import draft_series, languages_of, likely_topic
from campaigns.event_states import TAKES_PLACE
from campaigns.events.series import (
    KEPT_FOR_FOLLOW_UPS,
    STEPS,
    Step,
    due_at,
    due_of,
    missing_steps,
    steps_of,
    useful_until,
)
from campaigns.models import Campaign, CampaignContent, Event
from campaigns.need_to_know import visible_campaigns
from campaigns.reports.start_obstacles import start_obstacles
from campaigns.states import EDITABLE, CampaignStatus
from campaigns.status_colours import CAMPAIGN_COLOURS
from campaigns.studio.event_view import event_url, event_view
from campaigns.studio.languages import language_choices
from campaigns.studio.times import place_time
from newsletter.rendering.content_errors import as_sentence
from newsletter.status_colours import StatusColour
from subscribers.models import Topic
from subscribers.need_to_know.hidden import Account, visible_topics

DRAFT = "campaigns.add_campaign"
SOON, LOOKED_AHEAD = timedelta(days=30), timedelta(days=120)
"""How near the time of a step is that the dashboard shows, and an event among whose steps it looks.
"""
SHOWN_AT_MOST = 100
WAITS = EDITABLE - {CampaignStatus.SCHEDULED}


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """A step of an event's series, as its page shows it."""

    step: Step
    event: Event
    campaign: Campaign | None
    due: datetime
    now: datetime

    @property
    def label(self) -> str:
        return str(self.step.step.label)

    @property
    def when(self) -> str:
        """The time when sending began, which stays when the event moves; before, when it is due."""
        sent = self.campaign.launched_at if self.campaign else None
        return place_time(sent or self.due, self.event.time_zone)

    @property
    def status_colour(self) -> StatusColour | None:
        return CAMPAIGN_COLOURS.get(self.campaign.status) if self.campaign else None

    @property
    def is_past(self) -> bool:
        """Return whether its time is over and nothing was sent."""
        return self.due < self.now and (self.campaign is None or self.campaign.status in WAITS)

    @property
    def note(self) -> str:
        """A sentence on the step: the next thing to do, or what became of it."""
        campaign = self.campaign
        if campaign is None:
            until = useful_until(self.event, self.step, due=self.due)
            if not self.event.takes_place or until <= self.now:
                return "Its time has passed." if self.is_past else ""
            return "Its time has passed, but it can still be sent." if self.is_past else ""
        if campaign.status == CampaignStatus.SCHEDULED and campaign.scheduled_at:
            return self._note_of_scheduled(campaign, campaign.scheduled_at)
        if self.event.takes_place and not self.step.is_for(campaign, self.event):
            ends = useful_until(self.event, self.step, due=self.due)
            again = " It can be drafted again for the new one." if self.now < ends else ""
            return f"It went out for the date before.{again}"
        if campaign.status not in WAITS or not self.event.takes_place:
            return ""
        if self.is_past:
            return "Its time has passed. Send it now if it still helps, or cancel it."
        if campaign.pause_reason:
            return "It lost its approval. Approve and schedule it again by then, or it isn’t sent."
        return ""

    def _note_of_scheduled(self, campaign: Campaign, at: datetime) -> str:
        obstacles = start_obstacles(campaign, now=self.now)
        when = "" if at == self.due else place_time(at, self.event.time_zone)
        if when and not obstacles:
            return f"It is sent on {when}."
        return " ".join([*([f"It is scheduled for {when}."] if when else []), *obstacles[:1]])


def series(event: Event, account: Account) -> dict[str, Any] | None:
    """Return the steps of an event's series, and what can be drafted."""
    if not account.has_perm("campaigns.view_campaign"):
        return None
    now = timezone.now()
    # One that somebody may not know of is as one that isn't there.
    known = visible_campaigns(account).filter(event=event).exclude(step="")
    campaigns = list(known.exclude(status=CampaignStatus.CANCELLED))
    can_draft = account.has_perm(DRAFT) and bool(missing_steps(event, campaigns, now=now))
    topics = list(visible_topics(account).order_by("position", "name")) if can_draft else []
    return {
        "lines": [
            line
            for line in _lines(event, campaigns, now=now)
            if event.takes_place or (line.campaign and line.campaign.is_launched)
        ],
        "missing": missing_steps(event, campaigns, now=now),
        "can_draft": can_draft and bool(topics),
        "topics": _topics_for(event, topics),
        "topic": likely_topic(event, topics),
        "is_begun": bool(campaigns),
        "languages": _languages(event, campaigns) if can_draft else [],
    }


def waiting_steps(account: Account) -> list[SeriesLine]:
    """Return the steps that aren't sent unless somebody approves or schedules them soon.

    Those of events that take place, the most urgent first.
    """
    now = timezone.now()
    near = Q(event__starts_at__range=(now - KEPT_FOR_FOLLOW_UPS, now + LOOKED_AHEAD))
    steps = visible_campaigns(account).exclude(step="").filter(near, status__in=WAITS)
    steps = steps.filter(event__status__in=TAKES_PLACE).select_related("event")
    lines = []
    for campaign in steps.order_by("event__starts_at", "pk")[:SHOWN_AT_MOST]:
        step, event, due = STEPS.get(campaign.step), campaign.event, due_of(campaign)
        if step and event and due and due < now + SOON:
            lines.append(SeriesLine(step, event, campaign, due, now))
    return sorted(lines, key=lambda line: line.due)


def _lines(event: Event, campaigns: Iterable[Campaign], *, now: datetime) -> list[SeriesLine]:
    # The newest of those that went out for several dates.
    drafted = {each.step: each for each in sorted(campaigns, key=lambda campaign: campaign.pk)}
    lines = []
    for step in steps_of(event):
        campaign = drafted.get(step.step)
        due = due_at(event, step, offset=campaign.offset_minutes if campaign else None)
        lines.append(SeriesLine(step, event, campaign, due, now))
    return sorted(lines, key=lambda line: line.due)


def _topics_for(event: Event, topics: list[Topic]) -> list[Topic]:
    """Return the topics that a series about an event may be for."""
    if event.topic is None or not event.topic.is_restricted:
        return topics
    return [topic for topic in topics if topic.pk == event.topic_id]


def _languages(event: Event, campaigns: Iterable[Campaign]) -> list[tuple[str, str, bool]]:
    """Return the languages of a series with their names, and whether they are ticked at first.

    These are the installation's first one, and those of what is drafted already.
    """
    own, *_ = tags = languages_of(event)
    begun = CampaignContent.objects.filter(campaign__in=[each.pk for each in campaigns])
    ticked = {own, *begun.values_list("language", flat=True)}
    return [(tag, name, tag in ticked) for tag, name in language_choices(tags)]


@event_view("POST", permission=DRAFT, page="event")
def draft(request: HttpRequest, event: Event) -> HttpResponse:
    """Draft the steps of an event's series that are missing."""
    chosen = request.POST.get("topic", "")
    known = visible_topics(request.user)
    topic = known.filter(pk=int(chosen)).first() if _is_id(chosen) else None
    if topic is None:
        messages.error(request, "Nothing was drafted. Choose the topic whose subscribers get it.")
        return redirect(event_url("event", event))
    user = request.user
    try:
        drafts = draft_series(
            event,
            topic=topic,
            languages=_ticked(request),
            created_by=user if user.is_authenticated else None,
        )
    except ContentError as error:
        messages.error(request, f"Nothing was drafted. {as_sentence(error.problem)}")
        return redirect(event_url("event", event))
    if drafts:
        number = "1 email" if len(drafts) == 1 else f"{len(drafts)} emails"
        messages.success(
            request, f"{number} drafted. Read each one, then have it approved and schedule it."
        )
    else:
        messages.info(request, "Nothing was drafted: no step of the series is missing.")
    return redirect(f"{event_url('event', event)}#series")


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 19


def _ticked(request: HttpRequest) -> list[str] | None:
    """Return the languages that were ticked; None, for all, where the page didn't ask."""
    asked = "languages_asked" in request.POST or "languages" in request.POST
    return request.POST.getlist("languages") if asked else None
