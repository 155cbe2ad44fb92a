"""Parts that the pages of an import share: permission and list, the way from step to step."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from newsletter.admin.visibility import note_view
from subscribers.imports.uploads.folder import folder_named, progress_of
from subscribers.imports.uploads.upload import visible_uploads
from subscribers.models import ImportUpload
from subscribers.states import WORKED_ON, ImportStep

MAY_IMPORT = "subscribers.add_importbatch"
SEE_PEOPLE = "subscribers.view_subscriber"
TAKE_REPORT = "subscribers.change_subscriber"
"""Of whoever corrects what the report says of people."""

type View = Callable[..., HttpResponse]

PAGE_OF_STEP = {
    ImportStep.READING: "columns",
    ImportStep.COLUMNS: "columns",
    ImportStep.REFUSED: "columns",
    ImportStep.CHECKING: "check",
    ImportStep.CHECKED: "check",
    ImportStep.IMPORTING: "result",
    ImportStep.IMPORTED: "result",
}
"""The page on which a person finds a list at each step."""
CHANGED = "Nothing was changed: this list was at another step by then."


def import_view(
    *methods: str, steps: tuple[ImportStep, ...], page: str = ""
) -> Callable[[View], View]:
    """Turn `view(request, upload)` into a view that takes the upload's id.

    Whoever may not import gets a 403. A list of somebody else, or of a topic that this person may
    not know of, isn't there for them. One that is at another step leads to the page of that step.

    Args:
        methods: the HTTP methods that are answered.
        steps: those at which this page has something to do.
        page: for an address that is only posted to, the page that its button stands on.
    """

    def decorate(view: View) -> View:
        @require_http_methods([*methods, "GET", "HEAD"])
        @wraps(view)
        def wrapper(request: HttpRequest, importupload_id: int) -> HttpResponse:
            if not request.user.has_perm(MAY_IMPORT):
                raise PermissionDenied
            known = visible_uploads(request.user).select_related("topic", "batch")
            upload = get_object_or_404(known, pk=importupload_id)
            if page and request.method != "POST":
                return redirect(page_url(page, upload))
            if upload.status not in steps:
                if request.method == "POST":
                    messages.warning(request, CHANGED)
                return to_its_step(upload)
            answer = view(request, upload)
            if request.method != "POST" or not 300 <= answer.status_code < 400:
                note_view(upload, request.user)
            return answer

        return wrapper

    return decorate


def page_url(name: str, upload: ImportUpload) -> str:
    """Return the URL of a page of an upload."""
    return reverse(f"admin:subscribers_importupload_{name}", args=[upload.pk])


def to_its_step(upload: ImportUpload) -> HttpResponse:
    """Lead to the page of the step at which a list is."""
    return redirect(page_url(PAGE_OF_STEP[ImportStep(upload.status)], upload))


def render(
    request: HttpRequest,
    template: str,
    upload: ImportUpload,
    *,
    step: str,
    title: str,
    status: int = 200,
    **context: Any,
) -> HttpResponse:
    """Render a page of an upload.

    While a worker has the list, the page asks again every second, and is renewed when it is done.

    Args:
        step: columns, check, import or result.
    """
    moving = upload.status in WORKED_ON
    if request.headers.get("HX-Request") == "true" and not moving:
        return HttpResponse(headers={"HX-Refresh": "true"})
    page = {
        **admin.site.each_context(request),
        "title": title,
        "upload": upload,
        "step": step,
        "moving": moving,
        "percent": progress_of(upload.folder) if moving else None,
        "waits_for_its_host": moving and not folder_named(upload.folder).is_dir(),
        **context,
    }
    if request.headers.get("HX-Request") == "true":
        return TemplateResponse(request, "studio/import/_working.html", page)
    return TemplateResponse(request, template, page, status=status)
