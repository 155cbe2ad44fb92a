"""Adding a document to an event."""

import hashlib

from django.core.exceptions import ValidationError
from django.db import transaction

from campaigns.audit_actions import EventAction
from campaigns.event_states import DocumentAccess
from campaigns.events.documents.check_pdf import BadDocument, check_pdf
from campaigns.events.documents.end_approvals import Tell, end_approvals_of_lists, tell_nobody
from campaigns.events.documents.folder import delete_document_file, write_document
from campaigns.models import Event, EventDocument
from campaigns.models.event_document import DOCUMENT_TEXTS
from newsletter.audit.record import record
from newsletter.core.languages import BadLanguage, parse_language
from subscribers.local_texts import BadLocalText, LocalTexts, checked_texts

MAXIMUM_DOCUMENTS = 30
"""Of one event."""


def add_document(
    event: Event,
    *,
    content: bytes,
    title: str,
    access: str,
    texts: LocalTexts | None = None,
    language: str = "",
    tell: Tell = tell_nobody,
) -> EventDocument:
    """Add a PDF to an event.

    Args:
        content: the file.
        title: one line.
        access: one of DocumentAccess.
        texts: its title in other languages.
        language: in which the document is written, as a BCP 47 tag; empty where that says nothing.
        tell: is called with the campaigns that became drafts, because they list it.

    Raises:
        BadDocument: nothing has been kept.
    """
    check_pdf(content)
    document = EventDocument(
        event=event,
        title=" ".join(title.split()),
        access=access,
        size=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    _check_words(document, texts or {}, language)
    document.file = write_document(content)
    try:
        with transaction.atomic():
            Event.objects.select_for_update(no_key=True).get(pk=event.pk)
            if EventDocument.objects.filter(event=event).count() >= MAXIMUM_DOCUMENTS:
                raise BadDocument(f"An event has at most {MAXIMUM_DOCUMENTS} documents.")
            document.save(force_insert=True)
            record_document(EventAction.DOCUMENT_ADDED, document)
            if document.access == DocumentAccess.PUBLIC:
                end_approvals_of_lists(event, tell=tell)
    except BaseException:
        delete_document_file(document.file)
        raise
    return document


def record_document(action: EventAction, document: EventDocument) -> None:
    """Record what is done to a document, at its event."""
    event = document.event
    record(
        action,
        event,
        label=f"event “{event.title}”",
        topic_id=event.topic_id,
        document=document.title,
        access=document.access,
    )


def _check_words(document: EventDocument, texts: LocalTexts, language: str) -> None:
    try:
        document.texts = checked_texts(texts, kinds=DOCUMENT_TEXTS)
        document.language = parse_language(language) if language else ""
        document.clean_fields(exclude=["event", "file"])
    except (BadLocalText, BadLanguage) as error:
        raise BadDocument(str(error)) from error
    except ValidationError as error:
        field, problems = next(iter(error.message_dict.items()))
        raise BadDocument(f"{field.capitalize()}: {problems[0]}") from error
