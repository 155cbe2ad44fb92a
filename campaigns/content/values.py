"""What the merge fields of one letter become. Cheap: sending calls this for every recipient."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse

from campaigns.events.reader_time import event_time, event_time_utc
from campaigns.models import Campaign, Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """What a letter needs to know of the one who reads it."""

    given_name: str
    full_name: str
    time_zone: str
    unsubscribe_url: str
    preferences_url: str


def recipient_values(recipient: Recipient, *, event: Event | None, language: str, archive_url: str) -> dict[str, str]:
    """The merge values of one recipient. An empty value makes the field fall back to what its writer gave.

    Args:
        recipient: who reads it.
        event: the campaign's event, or None: then the times are empty.
        language: of the content that this recipient gets, as a BCP 47 tag.
        archive_url: as `archive_url` made it, once a campaign.
    """
    return {
        "given_name": recipient.given_name,
        "full_name": recipient.full_name,
        "event_time": event_time(event, recipient.time_zone, language) if event else "",
        "event_time_utc": event_time_utc(event, language) if event else "",
        "unsubscribe_url": recipient.unsubscribe_url,
        "preferences_url": recipient.preferences_url,
        "archive_url": archive_url,
    }


def archive_url(campaign: Campaign) -> str:
    """Where the letter can be read in a browser. Empty where the campaign stays out of the archive."""
    if not (campaign.is_archived and campaign.topic.is_public):
        return ""
    return settings.SITE_URL + reverse("archive_letter", args=[campaign.slug])
