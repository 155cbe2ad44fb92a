"""What the merge fields of one letter become."""

from typing import Protocol

from django.conf import settings
from django.urls import reverse

from campaigns.events.local_time import event_time, event_time_utc
from campaigns.models import Campaign
from subscribers.consent.urls_in_mail import preferences_url


class Reader(Protocol):
    """Whoever reads it: a subscriber, or a delivery that holds as much of one."""

    @property
    def given_name(self) -> str: ...
    @property
    def full_name(self) -> str: ...
    @property
    def time_zone(self) -> str: ...


class RecipientValues:
    """Merge values of one campaign's readers.

    Cheap: sending asks for every recipient, so what all share is found once.

    No query is made per reader, and times are computed once per zone and language.
    """

    def __init__(self, campaign: Campaign) -> None:
        self._event = campaign.event
        self._archive_url = archive_url(campaign)
        self._own_language = campaign.language
        self._preferences_url = preferences_url()

    def of(self, reader: Reader, *, language: str, unsubscribe_url: str) -> dict[str, str]:
        """The values of one reader.

        An empty one makes its field fall back to what the letter's writer gave.

        Args:
            reader: who reads it.
            language: of the content that this reader gets, as a BCP 47 tag.
            unsubscribe_url: this reader's own. It is the only link that may be: all it can do is
                stop mail.
        """
        event = self._event
        return {
            "given_name": reader.given_name,
            "full_name": reader.full_name,
            "event_time": event_time(event, reader.time_zone, language) if event else "",
            "event_time_utc": event_time_utc(event, language) if event else "",
            "unsubscribe_url": unsubscribe_url,
            "preferences_url": self._preferences_url,
            "archive_url": self._in_archive(language),
        }

    def _in_archive(self, language: str) -> str:
        """In the language of the letter: a reader of another one would else meet the campaign's own."""
        return (
            f"{self._archive_url}?language={language}"
            if self._archive_url and language != self._own_language
            else self._archive_url
        )


def is_for_archive(campaign: Campaign) -> bool:
    """Whether the letter gets a public page once it is launched: its topic is public, and staff didn't keep it out."""
    return campaign.is_archived and campaign.topic.is_public


def archive_url(campaign: Campaign) -> str:
    """Where the letter can be read in a browser.

    Empty where the campaign stays out of the archive.
    """
    if not is_for_archive(campaign):
        return ""
    return settings.SITE_URL + reverse("archive_email", args=[campaign.slug])
