"""The page of an event's documents: adding, reading and deleting them."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse

from campaigns.event_states import DocumentAccess
from campaigns.events.documents.add import MAXIMUM_DOCUMENTS, add_document
from campaigns.events.documents.check_pdf import BadDocument, check_pdf
from campaigns.events.documents.delete import delete_document
from campaigns.events.documents.end_approvals import Tell
from campaigns.events.documents.folder import has_document
from campaigns.events.documents.listing import ListedDocument, listed
from campaigns.models import Event, EventDocument
from campaigns.models.event_document import DOCUMENT_TEXTS
from campaigns.studio.event_view import EDIT, event_context, event_url, event_view
from campaigns.studio.pages.event.drafts_again import warn_of_drafts
from campaigns.views.document_response import document_response
from newsletter.admin.help_texts import help_text_of
from newsletter.core.languages import direction_of, language_name

INPUT = {"class": "st-input"}
UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document on the page."""

    listed: ListedDocument
    is_missing: bool
    """Whether this host doesn't have its file."""


class DocumentForm(forms.Form):
    """A PDF, what it is called in each language, and who can open it."""

    file = forms.FileField(
        label="File",
        max_length=255,
        error_messages={
            "required": "Choose a PDF.",
            "missing": "Choose a PDF.",
            "invalid": "Choose the file again.",
            "empty": "The file is empty.",
            "max_length": "The name of the file is too long. Rename it.",
            "contradiction": "Choose a PDF.",
        },
        widget=forms.FileInput({**INPUT, "accept": ".pdf,application/pdf"}),
    )
    title = forms.CharField(
        max_length=DOCUMENT_TEXTS["title"].longest,
        widget=forms.TextInput(INPUT),
        help_text=help_text_of(EventDocument, "title"),
        error_messages={"required": "Enter a title."},
    )
    language = forms.ChoiceField(
        label="Language of the document",
        required=False,
        widget=forms.Select(INPUT),
        help_text=help_text_of(EventDocument, "language"),
    )
    access = forms.ChoiceField(
        label="Who can open it",
        choices=[("", "Choose"), *DocumentAccess.choices],
        widget=forms.Select(INPUT),
        error_messages={"required": "Choose who can open it."},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        megabytes = settings.EVENT_DOCUMENT_BYTES // 1_000_000
        self.fields["file"].help_text = f"A PDF of at most {megabytes} MB."
        language = self.fields["language"]
        if isinstance(language, forms.ChoiceField):
            tags = settings.CONTENT_LANGUAGES
            language.choices = [("", "Not said"), *((tag, language_name(tag)) for tag in tags)]
        for tag in settings.CONTENT_LANGUAGES[1:]:
            self.fields[f"title_{tag}"] = forms.CharField(
                label=f"Title in {language_name(tag)}",
                required=False,
                max_length=DOCUMENT_TEXTS["title"].longest,
                widget=forms.TextInput({**INPUT, "lang": tag, "dir": direction_of(tag)}),
            )

    @property
    def translations(self) -> list[forms.BoundField]:
        """The fields of titles in other languages."""
        return [self[f"title_{tag}"] for tag in settings.CONTENT_LANGUAGES[1:]]

    def clean_file(self) -> bytes:
        """Return the bytes, once they have been looked at.

        Raises:
            ValidationError: it is no PDF, or too large.
        """
        content: bytes = self.cleaned_data["file"].read()
        try:
            check_pdf(content)
        except BadDocument as error:
            raise forms.ValidationError(str(error)) from error
        return content

    def save(self, event: Event, *, tell: Tell) -> EventDocument:
        """Add the document.

        Args:
            tell: as of `add_document`.

        Raises:
            BadDocument: nothing has been kept.
        """
        typed = self.cleaned_data
        tags = settings.CONTENT_LANGUAGES[1:]
        return add_document(
            event,
            content=typed["file"],
            title=typed["title"],
            access=typed["access"],
            language=typed["language"],
            texts={tag: {"title": typed[f"title_{tag}"]} for tag in tags},
            tell=tell,
        )


@event_view("GET", "POST")
def documents(request: HttpRequest, event: Event) -> HttpResponse:
    """Show the documents of an event; on POST, add one."""
    is_posted = request.method == "POST"
    form = DocumentForm(request.POST if is_posted else None, request.FILES if is_posted else None)
    if is_posted and form.is_valid():
        try:
            form.save(event, tell=partial(warn_of_drafts, request))
        except BadDocument as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, "Document added.")
            return redirect(event_url("event_documents", event))
    kept = EventDocument.objects.filter(event=event)
    rows = [DocumentLine(listed(each), not has_document(each.file)) for each in kept]
    context = event_context(
        request,
        event,
        step="documents",
        form=form,
        documents=rows,
        is_full=len(rows) >= MAXIMUM_DOCUMENTS,
    )
    status = UNPROCESSABLE if form.errors else 200
    return TemplateResponse(request, "studio/event/documents.html", context, status=status)


@event_view("GET")
def download(request: HttpRequest, event: Event, eventdocument_id: int) -> HttpResponse:
    """Give staff a document as people get it."""
    document = get_object_or_404(EventDocument, pk=eventdocument_id, event=event)
    response = document_response(document)
    if response is None:
        raise Http404
    return response


@event_view("POST", permission=EDIT, page="event_documents")
def delete(request: HttpRequest, event: Event, eventdocument_id: int) -> HttpResponse:
    """Delete a document."""
    document = EventDocument.objects.filter(pk=eventdocument_id, event=event).first()
    tell = partial(warn_of_drafts, request)
    if document is None or not delete_document(document, tell=tell):
        messages.warning(request, "Nothing was changed: this document was already deleted.")
    else:
        messages.success(request, f"“{document}” is deleted. Links to it no longer work.")
    return redirect(event_url("event_documents", event))
