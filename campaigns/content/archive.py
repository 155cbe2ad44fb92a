"""The archive: emails that have been sent, as anybody may read them."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.db.models import QuerySet
from redis.exceptions import RedisError

from campaigns.content.archive_language import LanguagePreference
from campaigns.content.assemble import email_for
from campaigns.content.footer import archived_reason
from campaigns.content.meeting_link import email_without_meeting_link, without_meeting_link
from campaigns.events.local_time import UTC_ZONES, event_time, event_time_utc
from campaigns.models import Campaign, CampaignContent
from campaigns.states import LAUNCHED, CampaignStatus
from newsletter.brand.current import current_brand
from newsletter.core.catalogues import in_words_of
from newsletter.core.languages import direction_of
from newsletter.core.requests.page_language import path_of
from newsletter.public_pages.kept_value import VALUES
from newsletter.rendering.email import Email, render_email
from newsletter.rendering.merge import Splice, open_fields
from newsletter.rendering.rendered import Rendered, fill_preview
from subscribers.consent.urls_in_mail import preferences_url

KEEP_RENDERED = 300
"""Seconds. The page is rendered from the blocks and not stored, so an email that many people open
is kept for a while."""


@dataclass(frozen=True, slots=True)
class ArchivedEmail:
    """One line of the archive's list."""

    slug: str
    subject: str
    preheader: str
    topic: str
    sent_at: datetime
    language: str
    direction: str
    query: str
    """The query that makes its address open in the language that was chosen."""


def archived_campaigns() -> QuerySet[Campaign]:
    """Return the campaigns in the archive, the latest first.

    They have been sent, their topic is one that anybody may follow, and staff didn't keep them out.
    """
    public = Campaign.objects.filter(
        is_archived=True,
        topic__is_public=True,
        topic__is_restricted=False,
        status=CampaignStatus.SENT,
    )
    return (
        public.exclude(launched_at=None)
        .select_related("topic", "event")
        .order_by("-launched_at", "-pk")
    )


def readable_campaigns() -> QuerySet[Campaign]:
    """Return the campaigns whose email can be read by its link.

    They are the archived ones, and those that are still being sent.
    """
    public = Campaign.objects.filter(
        is_archived=True, topic__is_public=True, topic__is_restricted=False, status__in=LAUNCHED
    )
    return public.exclude(launched_at=None).select_related("topic", "event")


def archived_languages() -> frozenset[str]:
    """Return the languages in which anything in the archive can be read."""
    return VALUES.value("archived languages", _languages)


def _languages() -> frozenset[str]:
    return frozenset(
        CampaignContent.objects.filter(campaign__in=archived_campaigns().order_by())
        .values_list("language", flat=True)
        .distinct()
    )


def list_emails(
    campaigns: Iterable[Campaign], preference: LanguagePreference
) -> list[ArchivedEmail]:
    """Return the archive's lines for these campaigns, in their order, by two queries.

    Args:
        preference: decides in which of its languages a line is shown.
    """
    rows = list(campaigns)
    contents: dict[int, dict[str, CampaignContent]] = {row.pk: {} for row in rows}
    columns = ("campaign_id", "language", "subject", "preheader")
    for content in CampaignContent.objects.filter(campaign__in=contents).only(*columns):
        contents[content.campaign_id][content.language] = content
    return [line for row in rows if (line := _line(row, contents[row.pk], preference)) is not None]


def _line(
    campaign: Campaign, written: dict[str, CampaignContent], preference: LanguagePreference
) -> ArchivedEmail | None:
    content = written.get(preference.choose(written, own=campaign.language))
    if content is None or campaign.launched_at is None:
        return None
    language = content.language
    return ArchivedEmail(
        slug=str(campaign.slug),
        subject=neutral_text(content.subject, campaign, language),
        preheader=neutral_text(content.preheader, campaign, language),
        topic=campaign.topic.local_name,
        sent_at=campaign.launched_at,
        language=language,
        direction=direction_of(language),
        query=f"?language={language}" if language == preference.chosen else "",
    )


def archived_email(campaign: Campaign, *, language: str = "") -> Rendered | None:
    """Return the email as anybody may read it, without personal values and the meeting link.

    Times are those of the event's place, beside UTC. It is rendered again from the blocks, which
    can't change after launch, because the copy that was sent holds the event's join_url.

    Args:
        language: one of the campaign's; empty or unknown: its own.

    Returns:
        None where the campaign has no content.
    """
    contents = {content.language: content for content in campaign.contents.all()}
    content = contents.get(language) or contents.get(campaign.language)
    if content is None:
        return None
    content.campaign = campaign
    event = campaign.event
    changed = event.updated_at if event else ""
    key = f"archived email {content.pk} {content.rendered_at} {changed}".replace(" ", "-")
    rendered = _kept(key)
    if rendered is None:
        email = _for_everybody(email_for(content), campaign)
        rendered = fill_preview(
            render_email(email, brand=current_brand()),
            neutral_values(campaign, content.language),
        )
        _keep(key, rendered)
    return rendered


def _kept(key: str) -> Rendered | None:
    try:
        rendered: Rendered | None = cache.get(key)
    except (RedisError, OSError):
        return None  # the circuit breaker has logged it
    return rendered


def _keep(key: str, rendered: Rendered) -> None:
    with suppress(RedisError, OSError):
        cache.set(key, rendered, KEEP_RENDERED)


def _for_everybody(email: Email, campaign: Campaign) -> Email:
    """Return the email without what concerns its recipients alone, and without a link to itself."""
    with in_words_of(email.language):
        email = replace(email, reason=archived_reason(campaign), in_archive=False)
    event = campaign.event
    if event is None or email.event is None:
        return email
    when = "{event_time_utc}" if event.time_zone in UTC_ZONES else email.event.when
    email = replace(email, event=replace(email.event, when=when))
    return email_without_meeting_link(email, campaign)


def neutral_values(campaign: Campaign, language: str) -> dict[str, str]:
    """Return the merge values of nobody in particular."""
    preferences = preferences_url()
    event = campaign.event
    return {
        "event_time": event_time(event, event.time_zone, language) if event else "",
        "event_time_utc": event_time_utc(event, language) if event else "",
        "unsubscribe_url": preferences,
        "preferences_url": preferences,
        "archive_url": settings.SITE_URL + path_of("archive_email", campaign.slug),
    }


def neutral_text(text: str, campaign: Campaign, language: str) -> str:
    """Return a plain text of a campaign as anybody may read it, its merge fields filled in."""
    values = neutral_values(campaign, language)
    text = without_meeting_link(text, campaign)
    return Splice.parse(open_fields(text)).fill(values, escape=False)
