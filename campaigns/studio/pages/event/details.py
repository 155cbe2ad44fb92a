"""The page on which an event is written, for a new one and later."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from campaigns.events.local_time import event_time_utc
from campaigns.events.picture_uses import hiding_event
from campaigns.models import Event
from campaigns.studio.composer.editor import composer_media
from campaigns.studio.event_view import EDIT, PLAN, event_context, event_url, event_view
from campaigns.studio.media.picker import CHOOSE, describe, image_asked_for, latest_images
from campaigns.studio.pages.event.drafts_again import (
    sent_about,
    tell_of_updates,
    warn_of_drafts,
    warn_of_pauses,
)
from campaigns.studio.pages.event.form import EventForm
from campaigns.studio.times import PAGE_LANGUAGE
from newsletter.admin.visibility import visible_rows
from newsletter.media.image_use import reference_to

CONFLICT, UNPROCESSABLE = 409, 422


@event_view("GET", "POST", to_read=EDIT)
def edit(request: HttpRequest, event: Event) -> HttpResponse:
    """Write an event: its texts, time, place, and who can ask and answer."""
    posted, only_shows = _posted(request)
    sending = sent_about(event) if posted is not None else []
    form = EventForm(posted, instance=event, account=request.user)
    if posted is not None and not only_shows and form.is_valid() and form.kept():
        messages.success(request, "Event saved.")
        warn_of_drafts(request, form.drafts)
        warn_of_pauses(request, sending)
        tell_of_updates(request, event, of=form.to_tell)
        return redirect(event_url("event", event))
    # A form that is refused has written what was typed into its row.
    saved = visible_rows(Event.objects.all(), request.user).get(pk=event.pk)
    utc = event_time_utc(saved, PAGE_LANGUAGE)
    more = _editor(request, is_restricted=bool(hiding_event(saved)))
    context = event_context(request, saved, step="details", form=form, utc=utc, **more)
    return TemplateResponse(request, "studio/event/details.html", context, status=_status(form))


def create(request: HttpRequest) -> HttpResponse:
    """Create an event."""
    if not request.user.has_perm(PLAN):
        raise PermissionDenied
    posted, only_shows = _posted(request)
    form = EventForm(posted, account=request.user)
    is_valid = posted is not None and not only_shows and form.is_valid()
    if is_valid and (event := form.kept()):
        messages.success(request, "Event created.")
        return redirect(event_url("event", event))
    context = {
        **admin.site.each_context(request),
        "title": "Create event",
        "form": form,
        # The name of a file could tell of a topic that is only being chosen.
        **_editor(request, is_restricted="topic" in form.fields),
    }
    return TemplateResponse(request, "studio/event/create.html", context, status=_status(form))


def _posted(request: HttpRequest) -> tuple[QueryDict | None, bool]:
    """Return what was posted, and whether a button only puts an image into the form."""
    if request.method != "POST":
        return None, False
    act = request.POST.get("act", "")
    chosen = image_asked_for(act, {"picture"}, request.user)
    if chosen is None:
        return request.POST, act.startswith(f"{CHOOSE}:")
    _, image = chosen
    posted = request.POST.copy()
    posted["picture"] = reference_to(image.key)
    describe(posted, image, alt="picture_alt", decorative="picture_is_decorative")
    return posted, True


def _editor(request: HttpRequest, *, is_restricted: bool) -> dict[str, object]:
    return {
        "composer_media": composer_media(),
        "latest_images": latest_images(request.user),
        "is_restricted": is_restricted,
    }


def _status(form: EventForm) -> int:
    return CONFLICT if form.newer else UNPROCESSABLE if form.errors else 200
