"""The values of merge fields."""

from collections.abc import Mapping
from typing import Protocol

from django.conf import settings

from campaigns.content.archive_access import archive_access_of
from campaigns.events.local_time import event_time, event_time_utc
from campaigns.events.moved import event_time_before
from campaigns.models import Campaign, Event
from campaigns.rsvp.urls_in_mail import rsvp_page_url
from newsletter.core.bidi import isolated
from newsletter.core.dates import as_line
from newsletter.core.requests.page_language import path_of
from newsletter.core.tokens import Purpose, make_token
from subscribers.consent.urls_in_mail import preferences_url
from subscribers.greeting import Greeted, names_in_email
from subscribers.states import ArchiveAccess

NO_DETAILS: Mapping[str, str] = {}


class MergeSource(Greeted, Protocol):
    """A recipient: a subscriber, or a delivery that holds as much of one."""

    @property
    def time_zone(self) -> str: ...


class RecipientValues:
    """The merge values of one campaign's recipients.

    Sending asks for each recipient, so what all share is found once: no query is made per
    recipient, and times are computed once per zone and language.
    """

    def __init__(self, campaign: Campaign) -> None:
        self._event = campaign.event
        self._archive_url = archive_url(campaign)
        self._own_language = campaign.language
        self._preferences_url = preferences_url()
        self._rsvp_page_url = rsvp_page_url()

    def of(
        self,
        recipient: MergeSource,
        *,
        language: str,
        unsubscribe_url: str,
        consent_url: str = "",
        rsvp_url: str = "",
        details: Mapping[str, str] = NO_DETAILS,
    ) -> dict[str, str]:
        """Return the values of one recipient. An empty one gives way to the field's fallback.

        Args:
            language: of the content that this recipient gets, as a BCP 47 tag.
            unsubscribe_url: this recipient's own, which can only stop mail. An email may be
                forwarded, so beside it only those two are personal that show nothing stored:
            consent_url: to agree again, of a campaign that asks for consent.
            rsvp_url: to answer the invitation, where the event takes answers.
            details: institution and custom fields, as `details_of` returns them.
        """
        event = self._event
        given_name, full_name = names_in_email(recipient)
        return {
            "given_name": isolated(given_name, language),
            "full_name": isolated(full_name, language),
            **times_of(event, recipient.time_zone, language),
            "event_time_before": (
                event_time_before(event, recipient.time_zone, language) if event else ""
            ),
            "unsubscribe_url": unsubscribe_url,
            "consent_url": consent_url or self._preferences_url,
            "rsvp_url": rsvp_url or self._rsvp_page_url,
            "preferences_url": self._preferences_url,
            "archive_url": self._in_archive(language),
            "institution": "",
            **details,
        }

    def _in_archive(self, language: str) -> str:
        """Return the archive link in the language that the recipient gets."""
        return (
            f"{self._archive_url}?language={language}"
            if self._archive_url and language != self._own_language
            else self._archive_url
        )


def times_of(event: Event | None, time_zone: str, language: str) -> dict[str, str]:
    """Return the merge values that are the time of an event.

    Args:
        time_zone: the recipient's.
    """
    own = event_time(event, time_zone, language) if event else ""
    utc = event_time_utc(event, language) if event else ""
    return {
        "event_time": own,
        "event_time_utc": utc,
        "event_time_line": as_line(own),
        "event_time_utc_line": as_line(utc),
    }


def consent_url(delivery_id: int) -> str:
    """Return the page on which the recipient of a delivery agrees again, or leaves."""
    return f"{settings.SITE_URL}/consent/{make_token(Purpose.CONSENT, delivery_id)}/"


def archive_url(campaign: Campaign) -> str:
    """Return the address of the email in the archive, or "" if it stays out of it.

    It is the same whoever may read the email there, because it stands in emails that are passed on.
    If that is subscribers alone, it leads to the page on which they ask for their link.
    """
    if archive_access_of(campaign) is ArchiveAccess.NONE:
        return ""
    return settings.SITE_URL + path_of("archive_email", campaign.slug)
