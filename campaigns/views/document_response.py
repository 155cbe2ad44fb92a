"""A document as an answer: to be saved, never shown or run within our pages."""

from django.http import FileResponse, HttpResponse
from django.utils.text import slugify

from campaigns.events.documents.folder import open_document
from campaigns.models import EventDocument


def document_response(document: EventDocument, *, file_name: str = "") -> HttpResponse | None:
    """Return the file of a document; None where this host doesn't have it.

    The browser takes it for nothing but a PDF, and saves it: a page of ours with what somebody
    uploaded in it could act in our name. Nobody keeps a copy on the way.

    Args:
        file_name: under which it is saved; empty for one made from its title.
    """
    file = open_document(document.file)
    if file is None:
        return None
    name = file_name or f"{slugify(document.title, allow_unicode=True)[:80] or 'document'}.pdf"
    response = FileResponse(file, as_attachment=True, filename=name, content_type="application/pdf")
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox; frame-ancestors 'none'"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response  # type: ignore[return-value] # the stubs tell streams from answers
