"""The first page of an import: the file and the topic."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from staff.sign_in.recent_sign_in import sign_in_again, signed_in_recently
from subscribers.admin.list_import.page import MAY_IMPORT, page_url
from subscribers.imports.uploads.received import ReceivedFile
from subscribers.imports.uploads.upload import begin, visible_uploads
from subscribers.models import Topic
from subscribers.need_to_know.hidden import visible_topics
from subscribers.states import ImportStep

MOST_SHOWN = 20
_PROBLEMS = {
    ReceivedFile.TOO_LARGE: (
        "The file is larger than {megabytes} MB. Divide it, and import the parts."
    ),
    ReceivedFile.NO_ROOM: (
        "There is not enough space on the server. Tell your system administrator."
    ),
}


class UploadForm(forms.Form):
    """A file, and the topic that its people follow from then on."""

    file = forms.FileField(
        label="File",
        help_text=(
            "CSV, an Excel workbook (.xlsx), or a whole export from Mailchimp or listmonk as ZIP."
        ),
        error_messages={
            "required": "Choose a file.",
            "missing": "Choose a file.",
            "invalid": "Choose the file again.",
            "empty": "The file is empty.",
            "max_length": "The name of the file is too long. Rename it.",
            "contradiction": "Choose a file.",
        },
        max_length=255,
        widget=forms.FileInput({"class": "st-input", "accept": ".csv,.tsv,.txt,.xlsx,.xlsm,.zip"}),
    )
    topic = forms.ModelChoiceField(
        Topic.objects.none(),
        label="Topic",
        help_text="The topic that these people agreed to get email about.",
        empty_label="Choose a topic",
        error_messages={
            "required": "Choose a topic.",
            "invalid_choice": "Choose a topic from the list.",
        },
        widget=forms.Select({"class": "st-input"}),
    )

    def __init__(self, *given: Any, account: Any, **options: Any) -> None:
        super().__init__(*given, **options)
        topics: Any = self.fields["topic"]
        topics.queryset = visible_topics(account)

    def clean_file(self) -> ReceivedFile:
        """Refuse what wasn't kept, with the reason.

        Raises:
            ValidationError: it is too large, or there is no room for it.
        """
        file: ReceivedFile = self.cleaned_data["file"]
        if file.problem:
            megabytes = settings.IMPORT_UPLOAD_BYTES // 1_000_000
            raise forms.ValidationError(_PROBLEMS[file.problem].format(megabytes=megabytes))
        return file


def upload_list(request: HttpRequest) -> HttpResponse:
    """Take in a list, and leave it to a worker."""
    if not request.user.has_perm(MAY_IMPORT):
        raise PermissionDenied
    received = request.FILES.get("file")
    if not signed_in_recently(request):
        _forget(received)
        return sign_in_again(request)
    is_posted = request.method == "POST"
    form = UploadForm(
        request.POST if is_posted else None,
        request.FILES if is_posted else None,
        account=request.user,
    )
    if form.is_valid():
        file: ReceivedFile = form.cleaned_data["file"]
        account: Any = request.user
        upload = begin(
            file.folder,
            file_name=str(file.name)[-255:],
            size=int(file.size or 0),
            topic=form.cleaned_data["topic"],
            made_by=account,
        )
        return redirect(page_url("columns", upload))
    _forget(received)
    waiting = visible_uploads(request.user).exclude(status=ImportStep.IMPORTED)
    context = {
        **admin.site.each_context(request),
        "title": "Import a list",
        "step": "upload",
        "form": form,
        "waiting": list(waiting.select_related("topic").order_by("-pk")[:MOST_SHOWN]),
    }
    return TemplateResponse(
        request, "studio/import/upload.html", context, status=422 if form.errors else 200
    )


def _forget(received: object) -> None:
    if isinstance(received, ReceivedFile):
        received.forget()
