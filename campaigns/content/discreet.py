"""A campaign's email as people in discreet mode read it: on a page of the neutral domain."""

import re
from dataclasses import replace

from django.conf import settings
from django.utils import timezone

from campaigns.content.archived_email import as_archived, neutral_values
from campaigns.content.assemble import email_for
from campaigns.content.meeting_link import email_without_meeting_link
from campaigns.events.local_time import UTC_ZONES
from campaigns.models import Campaign, CampaignContent
from newsletter.brand.current import current_brand
from newsletter.brand.neutral import neutral_url
from newsletter.models import Brand
from newsletter.rendering.email import Email, render_email
from newsletter.rendering.merge import lost_fields_left_out
from newsletter.rendering.rendered import fill_preview

_PAGES = "u|never|confirm|invitation|preferences|rsvp|join/answer|archive/mine|media"
"""First parts of the paths that stand in mail, and that the neutral domain answers."""


def discreet_html(content: CampaignContent) -> str:
    """Return the HTML of one language of a campaign, for whoever has the link of its cover.

    It is rendered from the blocks, which can't change after launch. It greets nobody, because the
    link is the same for all; times are those of the event's place, beside UTC. The meeting link is
    in it, as it is in the emails of the others, until the event has ended: the link of a cover has
    no end, and is forwarded. Nor is another meeting link or dial-in than was sent: who hears of
    that comes still, and gets a cover of their own. Pages of the site about the event are not
    linked: they are at another domain, which whoever watches the network would see.

    Args:
        content: with its campaign.
    """
    brand, campaign = current_brand(), content.campaign
    email = replace(email_for(content), counts_links=False)
    if not _leads_in(content, email):
        email = _without_way_in(email, campaign)
    email = _without_pages(email, is_utc=_is_utc(content))
    values = neutral_values(campaign, content.language)
    html = fill_preview(render_email(email, brand=brand), values).html
    return with_neutral_links(html, brand=brand)


def discreet_archived_html(content: CampaignContent) -> str:
    """Return the HTML of one language of a campaign as `archived_email` has it, at that domain.

    Args:
        content: with its campaign.
    """
    brand, campaign = current_brand(), content.campaign
    email = _without_pages(as_archived(email_for(content), campaign), is_utc=_is_utc(content))
    with lost_fields_left_out():
        opened = render_email(email, brand=brand)
    html = fill_preview(opened, neutral_values(campaign, content.language)).html
    return with_neutral_links(html, brand=brand)


def with_neutral_links(html: str, *, brand: Brand) -> str:
    """Return HTML whose links to pages that the neutral domain answers, too, lead there."""
    beginning = re.escape(settings.SITE_URL)
    return re.sub(rf"{beginning}(?=/(?:{_PAGES})/)", lambda _: neutral_url(brand), html)


def _leads_in(content: CampaignContent, email: Email) -> bool:
    """Return whether the way in that was sent still leads to the event."""
    event = content.campaign.event
    return (
        event is not None
        and event.takes_place
        and timezone.now() < event.ends_at
        and event.join_url == content.campaign.join_url
        and _words(email.event.dial_in if email.event else "") in _words(content.rendered_text)
    )


def _words(text: str) -> str:
    """Return a text's words, each between single spaces: lines of what was sent are wrapped."""
    return " ".join(["", *text.split(), ""])


def _without_way_in(email: Email, campaign: Campaign) -> Email:
    """Return the email without meeting link and dial-in, wherever they stand in it."""
    email = email_without_meeting_link(email, campaign)
    return replace(email, event=replace(email.event, dial_in="")) if email.event else email


def _is_utc(content: CampaignContent) -> bool:
    event = content.campaign.event
    return event is not None and event.time_zone in UTC_ZONES


def _without_pages(email: Email, *, is_utc: bool) -> Email:
    event = email.event
    if event is not None:
        when = "{event_time_utc_line}" if is_utc else event.when
        event = replace(event, when=when, url="", calendar_url="", documents=())
    return replace(email, in_archive=False, event=event)
