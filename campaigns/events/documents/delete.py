"""Deleting a document of an event, and files that belong to none."""

from django.db import transaction

from campaigns.audit_actions import EventAction
from campaigns.event_states import DocumentAccess
from campaigns.events.documents.add import record_document
from campaigns.events.documents.end_approvals import Tell, end_approvals_of_lists, tell_nobody
from campaigns.events.documents.folder import delete_document_file, forget_files_without_row
from campaigns.models import EventDocument


@transaction.atomic
def delete_document(document: EventDocument, *, tell: Tell = tell_nobody) -> bool:
    """Delete a document. Links to it, in emails too, lead nowhere from then on.

    Args:
        tell: is called with the campaigns that became drafts, because they listed it.

    Returns:
        Whether it was there.
    """
    name = document.file
    if not EventDocument.objects.filter(pk=document.pk).delete()[0]:
        return False
    record_document(EventAction.DOCUMENT_DELETED, document)
    if document.access == DocumentAccess.PUBLIC:
        end_approvals_of_lists(document.event, tell=tell)
    transaction.on_commit(lambda: delete_document_file(name))
    return True


def forget_document_files() -> int:
    """Delete the files of this host that belong to no document any more.

    Returns:
        How many.
    """
    return forget_files_without_row(set(EventDocument.objects.values_list("file", flat=True)))
