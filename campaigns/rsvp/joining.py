"""The way in for whoever has a place: meeting link, dial-in, and documents for participants."""

from dataclasses import dataclass

from django.conf import settings

from campaigns.events.documents.listing import documents_of
from campaigns.models import Rsvp
from campaigns.rsvp.urls_in_mail import documents_path


@dataclass(frozen=True, slots=True)
class Joining:
    """The way in, in the active language."""

    join_url: str
    dial_in: str
    documents_path: str
    """Of the page with the documents. There may be none yet."""
    has_documents: bool

    def __bool__(self) -> bool:
        return bool(self.join_url or self.dial_in or self.has_documents)

    @property
    def documents_url(self) -> str:
        """The address as it stands in mail. A page links to the path: it may be at another host."""
        return settings.SITE_URL + self.documents_path


def joining_of(rsvp: Rsvp) -> Joining | None:
    """Return the way in for whoever gave an answer; None for those who have no place.

    Only its owner may be shown it, as their answer itself.
    """
    event = rsvp.event
    if not rsvp.will_come or not event.takes_place:
        return None
    return Joining(
        event.join_url, event.local_dial_in, documents_path(rsvp), bool(documents_of(rsvp))
    )
