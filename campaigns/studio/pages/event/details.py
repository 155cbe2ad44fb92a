"""The page on which an event is written, for a new one and later."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from campaigns.events.local_time import event_time_utc
from campaigns.models import Event
from campaigns.studio.composer.editor import composer_media
from campaigns.studio.event_view import EDIT, PLAN, event_context, event_url, event_view
from campaigns.studio.pages.event.drafts_again import tell_of_updates, warn_of_drafts
from campaigns.studio.pages.event.form import EventForm
from campaigns.studio.times import PAGE_LANGUAGE
from newsletter.admin.visibility import visible_rows

CONFLICT, UNPROCESSABLE = 409, 422


@event_view("GET", "POST", to_read=EDIT)
def edit(request: HttpRequest, event: Event) -> HttpResponse:
    """Write an event: its texts, time, place, and who can ask and answer."""
    posted = request.POST if request.method == "POST" else None
    form = EventForm(posted, instance=event, account=request.user)
    if posted is not None and form.is_valid() and form.kept():
        messages.success(request, "Event saved.")
        warn_of_drafts(request, form.drafts)
        tell_of_updates(request, event, of=form.to_tell)
        return redirect(event_url("event", event))
    # A form that is refused has written what was typed into its row.
    saved = visible_rows(Event.objects.all(), request.user).get(pk=event.pk)
    utc = event_time_utc(saved, PAGE_LANGUAGE)
    context = event_context(request, saved, step="details", form=form, utc=utc, **_editor())
    return TemplateResponse(request, "studio/event/details.html", context, status=_status(form))


def create(request: HttpRequest) -> HttpResponse:
    """Create an event."""
    if not request.user.has_perm(PLAN):
        raise PermissionDenied
    posted = request.POST if request.method == "POST" else None
    form = EventForm(posted, account=request.user)
    if posted is not None and form.is_valid() and (event := form.kept()):
        messages.success(request, "Event created.")
        return redirect(event_url("event", event))
    context = {
        **admin.site.each_context(request),
        "title": "Create event",
        "form": form,
        **_editor(),
    }
    return TemplateResponse(request, "studio/event/create.html", context, status=_status(form))


def _editor() -> dict[str, object]:
    return {"composer_media": composer_media()}


def _status(form: EventForm) -> int:
    return CONFLICT if form.newer else UNPROCESSABLE if form.errors else 200
