"""Drafting an event's series: one press makes a campaign of each step that is missing."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from campaigns.content.check_content import MAXIMUM_NAME
from campaigns.content.create_campaign import create_campaign
from campaigns.content.series_texts import starter_content
from campaigns.events.series import Step, missing_steps, offset_for
from campaigns.models import Campaign, Event
from campaigns.rsvp.seats import locked_event
from campaigns.states import AudienceRule, CampaignStep
from newsletter.core.catalogues import has_catalogue
from subscribers.models import Topic
from subscribers.states import ArchiveAccess


@transaction.atomic
def draft_series(
    event: Event,
    *,
    topic: Topic,
    languages: Collection[str] | None = None,
    created_by: User | None = None,
    now: datetime | None = None,
) -> list[Campaign]:
    """Draft the steps of an event that nobody has drafted and that are worth sending still.

    Each is a campaign as any other: a draft, with content to begin with, that needs approval.
    Pressing twice, also at once, drafts nothing twice.

    Args:
        topic: whose subscribers the series is for.
        languages: those beside the installation's first; None: all in which the event has texts.
            Others are left out.
        created_by: whose drafts they are.

    Returns:
        The new drafts.

    Raises:
        ContentError: the topic isn't the event's, where that is need-to-know; nothing is drafted.
    """
    locked = locked_event(event.pk)
    missing = missing_steps(locked, locked.campaigns.all(), now=now or timezone.now())
    own, *others = languages_of(locked)
    tags = [own, *(tag for tag in others if languages is None or tag in languages)]
    return [_drafted(each, locked, tags, topic=topic, created_by=created_by) for each in missing]


def languages_of(event: Event) -> list[str]:
    """Return the languages in which an event has texts, and emails their fixed words."""
    own, *others = settings.CONTENT_LANGUAGES
    return [own, *(tag for tag in others if event.texts.get(tag) and has_catalogue(tag))]


def likely_topic(event: Event, topics: Iterable[Topic]) -> Topic | None:
    """Return the topic that a series is probably for: that of the event, or of its last campaign.

    Args:
        topics: from which to choose.
    """
    by_id = {topic.pk: topic for topic in topics}
    latest = event.campaigns.order_by("-pk").values_list("topic", flat=True).first()
    earlier = Campaign.objects.filter(event__kind=event.kind).order_by("-pk")
    of_kind = earlier.values_list("topic", flat=True).first()
    found = (by_id.get(each or 0) for each in (event.topic_id, latest, of_kind))
    return next((topic for topic in found if topic), None)


def _drafted(
    step: Step, event: Event, languages: Collection[str], *, topic: Topic, created_by: User | None
) -> Campaign:
    label = str(step.step.label)
    campaign = create_campaign(
        {
            "name": f"{event.title[: MAXIMUM_NAME - len(label) - 2]}: {label}",
            "topic": topic.slug,
            "event": event.slug,
            "language": settings.CONTENT_LANGUAGES[0],
            "rule": step.rule.value,
            "contents": {
                language: starter_content(step.step, event, language=language)
                for language in languages
            },
        },
        created_by=created_by,
    )
    campaign.step, campaign.offset_minutes = step.step, offset_for(step, event)
    # What is for those alone who come, or have answered nothing, is no public email.
    if step.rule != AudienceRule.NONE:
        campaign.archive_access = ArchiveAccess.NONE
    # One invitation a person: a calendar would take a reminder's for another.
    campaign.carries_calendar = step.step is CampaignStep.INVITATION
    campaign.save(update_fields=["step", "offset_minutes", "archive_access", "carries_calendar"])
    return campaign
