"""The documents of an event that somebody may open."""

from dataclasses import dataclass

from babel.units import format_unit
from django.utils.translation import get_language

from campaigns.event_states import DocumentAccess
from campaigns.models import Event, EventDocument, Rsvp
from newsletter.core.dates import locale_of
from newsletter.core.db.kept_query import KeptQuery
from newsletter.core.languages import own_name


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """A document as a page or an email in the active language names it."""

    document: EventDocument
    title: str
    details: str
    """Such as “PDF, 1.2 MB, français”."""


def listed(document: EventDocument) -> ListedDocument:
    """Write out a document's title and details."""
    parts = ["PDF", size_in_words(document.size)]
    if document.language:
        parts.append(own_name(document.language))
    return ListedDocument(document, document.local_title, ", ".join(parts))


def public_documents(event: Event) -> list[ListedDocument]:
    """List the documents that anybody may open who may see the event."""
    rows = EventDocument.objects.filter(event=event, access=DocumentAccess.PUBLIC)
    return [listed(each) for each in rows]


def documents_of(rsvp: Rsvp) -> list[ListedDocument]:
    """List the documents that whoever gave an answer may open by it, beside the public ones."""
    if not rsvp.will_come:
        return []
    return [listed(each) for each in _FOR_PARTICIPANTS.rows(rsvp.event_id)]


_FOR_PARTICIPANTS = KeptQuery(
    lambda event: EventDocument.objects.filter(event=event, access=DocumentAccess.ACCEPTED),
    values=1,
)


def document_of(rsvp: Rsvp, number: int) -> EventDocument | None:
    """Return a document that whoever gave an answer may open by it.

    Args:
        number: the document's.
    """
    if not rsvp.will_come:
        return None
    return EventDocument.objects.filter(
        pk=number, event=rsvp.event_id, access=DocumentAccess.ACCEPTED
    ).first()


def size_in_words(size: int) -> str:
    """Write a number of bytes, such as “1.2 MB” or “1,2 Mo”, in the active language."""
    locale = locale_of(get_language() or "en")
    if size < 1_000_000:
        number: float = max(1, round(size / 1000))
        unit = "digital-kilobyte"
    else:
        number = round(size / 1_000_000, 1)
        unit = "digital-megabyte"
    return format_unit(number, unit, length="short", locale=locale)
