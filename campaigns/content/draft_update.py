"""Drafting the campaign that tells people of a change of an event, in the change's transaction.

It is a draft: a person reads it, another approves it, and one sends it, as any campaign.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Now

from campaigns.audience.rules import carries, told_of
from campaigns.audit_actions import CampaignAuditAction
from campaigns.audited import record_campaign
from campaigns.authors import author_accounts, note_author
from campaigns.content.check_content import MAXIMUM_NAME
from campaigns.content.draft_series import likely_topic
from campaigns.content.update_texts import update_content
from campaigns.event_states import EventChange
from campaigns.models import Audience, Campaign, CampaignContent, Delivery, Event, Rsvp
from campaigns.rsvp.told_apart import hears_of
from campaigns.states import (
    CAMPAIGN_TRANSITIONS,
    EDITABLE,
    UNDER_WAY,
    AudienceRule,
    CampaignKind,
    CampaignStatus,
)
from newsletter.core.catalogues import page_languages
from newsletter.core.db.transition import transition
from subscribers.models import Topic, TopicGrant
from subscribers.need_to_know.grants import unseen_topics
from subscribers.states import ArchiveAccess

KIND_OF_CHANGE: Mapping[EventChange, CampaignKind] = {
    EventChange.MOVED: CampaignKind.UPDATE,
    EventChange.CANCELLED: CampaignKind.CANCELLATION,
    EventChange.NEW_LINK: CampaignKind.NEW_LINK,
}
_RULES: Mapping[CampaignKind, AudienceRule] = {
    CampaignKind.UPDATE: AudienceRule.HOLDERS,
    CampaignKind.CANCELLATION: AudienceRule.HOLDERS,
    CampaignKind.NEW_LINK: AudienceRule.HAS_LINK,
}
_NAMES: Mapping[CampaignKind, str] = {
    CampaignKind.UPDATE: "Update",
    CampaignKind.CANCELLATION: "Cancellation",
    CampaignKind.NEW_LINK: "New joining details",
}


def draft_update(event: Event, change: EventChange) -> list[Campaign]:
    """Draft the campaigns that tell of a change those who were told what was before.

    There is one for each topic whose followers were told. Where nobody was, but people have
    answered, there is one all the same, so that a person can send what they hear. Where one is a
    draft already, the event card in it says what is now. After a cancellation nothing else is left
    to tell.

    Args:
        event: locked, and saved with the change.
        change: not MOVED_BACK, which `withdraw_updates` is for.

    Returns:
        The drafts, those included that there were.
    """
    kind = KIND_OF_CHANGE[change]
    if kind is CampaignKind.CANCELLATION:
        _withdraw(updates_in_hand(event).exclude(kind=kind))
    # Those of other topics, too: as campaigns about an earlier change they would tell people twice.
    updates_in_hand(event).filter(kind=kind).update(change_sequence=event.sequence)
    return [_draft(event, kind, topic) for topic in _topics(event, kind)]


def withdraw_updates(event: Event, *, since: datetime) -> None:
    """Cancel the drafts that tell of another time, since the event has the old one again.

    Args:
        event: locked, and saved with the change.
        since: the moment of the move. Drafts from before tell of something else.
    """
    of_move = Campaign.objects.filter(
        event=event, kind=CampaignKind.UPDATE, created_at__gte=since, launched_at=None
    )
    _withdraw(of_move.filter(status__in=EDITABLE))
    # Nothing is left to tell, so that none is drafted again, one that staff had cancelled included.
    of_move.update(change_sequence=None)


def updates_in_hand(event: Event) -> QuerySet[Campaign]:
    """Select the campaigns that tell of a change of an event, and haven't been sent."""
    return Campaign.objects.filter(event=event, kind__in=_RULES, status__in=EDITABLE)


def draft_of_change(stopped: Campaign) -> Campaign:
    """Draft a campaign that tells of the same change as one that was stopped.

    Args:
        stopped: with its event locked. None of its topic and kind is in hand.
    """
    assert stopped.event is not None  # noqa: S101 - for the type checker
    draft = _draft(stopped.event, CampaignKind(stopped.kind), stopped.topic)
    # The event may have got another sequence since, by a change that nobody need hear of.
    draft.change_sequence = stopped.change_sequence
    draft.save(update_fields=["change_sequence"])
    return draft


def _topics(event: Event, kind: CampaignKind) -> list[Topic]:
    """Return the topics with followers who were told what was before, or are about to be.

    What is being sent, or is paused, was written with what was before, though nobody may have it
    yet. Of what was stopped, some may have it.
    """
    rule = _RULES[kind]
    told = Delivery.objects.filter(told_of(rule, event.pk), campaign=OuterRef("pk"))
    leaving = carries(rule) & Q(status__in=UNDER_WAY)
    campaigns = Campaign.objects.filter(Exists(told) | leaving, event=event)
    found = list(Topic.objects.filter(pk__in=campaigns.values("topic")).order_by("pk"))
    if not found and Rsvp.objects.filter(hears_of(kind), event=event).exists():
        return _topic_for_answers(event)
    return found


def _topic_for_answers(event: Event) -> list[Topic]:
    """Return the topic of a campaign that tells those who answered, as many as follow it."""
    known = Q(is_restricted=False) | Q(pk=event.topic_id) | Q(campaigns__event=event)
    topics = list(Topic.objects.filter(known).distinct().order_by("position", "pk"))
    likely = likely_topic(event, topics)
    return [likely] if likely else topics[:1] or list(_need_to_know_topics(event)[:1])


def _need_to_know_topics(event: Event) -> QuerySet[Topic]:
    """Select the need-to-know topics that somebody of staff sees, the event's authors' first.

    Where there is no other topic, what people who answered hear is sent by one of them. Its
    campaign says nothing of the topic to anybody who doesn't follow it.
    """
    granted = TopicGrant.objects.filter(
        topic=OuterRef("pk"),
        account__in=author_accounts(event),
        revoked_at=None,
        until__gt=Now(),
    )
    seen = Topic.objects.filter(is_restricted=True).exclude(pk__in=unseen_topics().values("pk"))
    return seen.annotate(is_theirs=Exists(granted)).order_by("-is_theirs", "position", "pk")


def _draft(event: Event, kind: CampaignKind, topic: Topic) -> Campaign:
    found = updates_in_hand(event).filter(kind=kind, topic=topic).first()
    if found is not None:
        return found
    languages = page_languages()
    campaign = Campaign.objects.create(
        name=f"{_NAMES[kind]}: {event.title}"[:MAXIMUM_NAME],
        kind=kind,
        topic=topic,
        event=event,
        language=languages[0],
        archive_access=ArchiveAccess.NONE,
        carries_calendar=kind is not CampaignKind.NEW_LINK,
        change_sequence=event.sequence,
    )
    Audience.objects.create(campaign=campaign, rule=_RULES[kind])
    CampaignContent.objects.bulk_create(
        CampaignContent(
            campaign=campaign,
            language=language,
            **update_content(event, kind, language=language),
        )
        for language in languages
    )
    note_author(campaign)
    record_campaign(CampaignAuditAction.CREATED, campaign)
    return campaign


def _withdraw(drafts: QuerySet[Campaign]) -> None:
    """Cancel drafts that tell of what isn't so any more."""
    for campaign in drafts:
        rows = Campaign.objects.filter(pk=campaign.pk)
        if transition(rows, CAMPAIGN_TRANSITIONS, CampaignStatus.CANCELLED):
            record_campaign(CampaignAuditAction.CANCELLED, campaign)
