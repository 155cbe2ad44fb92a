"""One email of the archive, as anybody may read it: without names and personal links."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace

from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from redis.exceptions import RedisError

from campaigns.content.assemble import email_for
from campaigns.content.event_in_email import event_details
from campaigns.content.footer_reason import archived_reason
from campaigns.content.meeting_link import email_without_meeting_link, without_meeting_link
from campaigns.content.merge_values import times_of
from campaigns.events.listing import is_on_public_pages
from campaigns.events.local_time import UTC_ZONES
from campaigns.models import Campaign, Event
from campaigns.models.retraction import retraction_of
from campaigns.rsvp.urls_in_mail import rsvp_page_url
from newsletter.brand.current import current_brand
from newsletter.core.catalogues import in_words_of
from newsletter.core.languages import direction_of
from newsletter.core.requests.page_language import path_of
from newsletter.rendering.blocks.registry import parts_shown
from newsletter.rendering.email import Email, render_email
from newsletter.rendering.merge import Splice, lost_fields_left_out, open_fields
from newsletter.rendering.rendered import Rendered, fill_preview
from subscribers.consent.urls_in_mail import preferences_url

KEEP_RENDERED = 300
"""Seconds. The page is rendered from the blocks and not stored, so an email that many people open
is kept for a while."""


def archived_email(campaign: Campaign, *, language: str = "") -> Rendered | None:
    """Return the email as anybody may read it, without personal values and the meeting link.

    Times are those of the event's place, beside UTC. It is rendered again from the blocks, which
    can't change after launch, because the copy that was sent holds the event's join_url.

    Args:
        language: one of the campaign's; empty or unknown: its own.

    Returns:
        None where the campaign has no content.
    """
    contents = {content.language: content for content in campaign.contents.filter(falls_back=False)}
    content = contents.get(language) or contents.get(campaign.language)
    if content is None:
        return None
    content.campaign = campaign
    event = campaign.event
    # Its topic may hide the event, too.
    shown = f"{event.updated_at} {is_on_public_pages(event)}" if event else ""
    key = f"archived email {content.pk} {content.rendered_at} {shown}".replace(" ", "-")
    rendered = _kept(key)
    if rendered is None:
        email = as_archived(email_for(content), campaign)
        with lost_fields_left_out():
            opened = render_email(email, brand=current_brand())
        rendered = fill_preview(
            opened,
            neutral_values(campaign, content.language),
        )
        _keep(key, rendered)
    return rendered


def retraction_html(campaign: Campaign) -> str:
    """Return the notice that a campaign was sent in error; empty where it wasn't."""
    found = retraction_of(campaign)
    if found is None:
        return ""
    context = {
        "notice": found.text,
        "language": campaign.language,
        "direction": direction_of(campaign.language),
    }
    return render_to_string("emails/_layouts/retraction.html", context)


def hides_email(campaign: Campaign) -> bool:
    """Return whether readers find a notice in place of the email."""
    found = retraction_of(campaign)
    return found is not None and found.hides_email


def retracted_html() -> str:
    """Return the page in place of an email that was sent in error, for the notice to stand on."""
    return render_to_string("emails/_layouts/retracted.html")


def _kept(key: str) -> Rendered | None:
    try:
        rendered: Rendered | None = cache.get(key)
    except (RedisError, OSError):
        return None  # the circuit breaker has logged it
    return rendered


def _keep(key: str, rendered: Rendered) -> None:
    with suppress(RedisError, OSError):
        cache.set(key, rendered, KEEP_RENDERED)


def as_archived(email: Email, campaign: Campaign) -> Email:
    """Return the email without what concerns its recipients alone, and without a link to itself."""
    event = campaign.event
    with in_words_of(email.language):
        email = replace(
            email, reason=archived_reason(campaign), in_archive=False, counts_links=False
        )
        # As it is for whoever isn't known to come: joining details hold the dial-in.
        details = event_details(event, shows=_parts(email, event)) if event else None
    if event is None or details is None:
        return email
    when = "{event_time_utc_line}" if event.time_zone in UTC_ZONES else details.when
    email = replace(email, event=replace(details, when=when))
    return email_without_meeting_link(email, campaign)


def _parts(email: Email, event: Event) -> Collection[str]:
    """Return the parts of the event that blocks show, where its own page shows them to anybody.

    They are as they are now: of an event that was taken off the public pages since, they may name
    people who were added after the email was sent.
    """
    return parts_shown(email.blocks) if is_on_public_pages(event) else ()


def neutral_values(campaign: Campaign, language: str) -> dict[str, str]:
    """Return the merge values of nobody in particular."""
    preferences = preferences_url()
    event = campaign.event
    return {
        **times_of(event, event.time_zone if event else "", language),
        "unsubscribe_url": preferences,
        "preferences_url": preferences,
        "consent_url": preferences,
        "rsvp_url": rsvp_page_url(),
        "archive_url": settings.SITE_URL + path_of("archive_email", campaign.slug),
    }


def neutral_text(text: str, campaign: Campaign, language: str) -> str:
    """Return a plain text of a campaign as anybody may read it, its merge fields filled in."""
    values = neutral_values(campaign, language)
    text = without_meeting_link(text, campaign)
    with lost_fields_left_out():
        opened = open_fields(text)
    return Splice.parse(opened).fill(values, escape=False)
