"""The view of the page of an event's programme."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.response import TemplateResponse

from campaigns.edit_conflict import EditConflict
from campaigns.events.check_event import BadEvent
from campaigns.events.picture_uses import hiding_event
from campaigns.events.programme import BadProgramme
from campaigns.events.schedule import change_event, event_version
from campaigns.models import Event
from campaigns.studio.decorators import seen_in
from campaigns.studio.event_view import EDIT, event_context, event_url, event_view
from campaigns.studio.media.picker import CHOOSE, image_asked_for, latest_images
from campaigns.studio.pages.event.drafts_again import warn_of_drafts
from campaigns.studio.pages.event.programme_forms import Programme, RowForm
from newsletter.media.image_use import reference_to
from subscribers.need_to_know.hidden import Account


@dataclass(frozen=True, slots=True)
class RowProblem:
    """An error above the form, with the field that it leads to."""

    text: str
    id: str = ""


@event_view("GET", "POST")
def programme(request: HttpRequest, event: Event) -> HttpResponse:
    """Show the speakers and the agenda of an event; on POST, save them or add a row."""
    may_change = request.user.has_perm(EDIT)
    posted = request.POST if request.method == "POST" else None
    act = posted.get("act", "") if posted else ""
    typed = _with_portrait(posted, act, request.user) if posted else None
    rows = Programme(event, typed, account=request.user)
    if posted is None or act in ("add-speaker", "add-item") or act.startswith(f"{CHOOSE}:"):
        return _show(request, rows, may_change=may_change)
    if not rows.is_valid():
        return _show(request, rows, may_change=may_change, problems=_problems(rows))
    speakers, agenda = rows.rows()
    try:
        drafts = change_event(event, seen=seen_in(posted), speakers=speakers, agenda=agenda)
    except EditConflict as conflict:
        return _show(request, rows, may_change=may_change, newer=conflict.newer)
    except BadEvent as error:
        _mark(rows, error)
        found = _problems(rows) or [RowProblem(error.problem)]
        return _show(request, rows, may_change=may_change, problems=found)
    messages.success(request, "Programme saved.")
    warn_of_drafts(request, drafts)
    return redirect(event_url("event_programme", event))


def _with_portrait(posted: QueryDict, act: str, account: Account) -> QueryDict:
    """Return what was posted, with the portrait that a button puts into a row."""
    places = {name.removesuffix("-portrait") for name in posted if name.endswith("-portrait")}
    chosen = image_asked_for(act, places, account)
    if chosen is None:
        return posted
    place, image = chosen
    posted = posted.copy()
    posted[f"{place}-portrait"] = reference_to(image.key)
    return posted


def _mark(programme: Programme, error: BadEvent) -> None:
    """Show what the action refused beside the field of its row."""
    cause = error.__cause__
    if not isinstance(cause, BadProgramme) or cause.number is None:
        return
    rows: list[RowForm] = [
        *(programme.kept_speakers if error.field == "speakers" else programme.kept_items)
    ]
    form = rows[cause.number]
    field = "starts" if cause.field == "after" else cause.field
    form.add_error(field if field in form.fields else None, cause.problem)


def _problems(programme: Programme) -> list[RowProblem]:
    return [
        RowProblem(str(text), form[name].id_for_label if name in form.fields else "")
        for form in (*programme.speakers, *programme.items)
        if form.is_bound
        for name, texts in form.errors.items()
        for text in texts
    ]


def _show(
    request: HttpRequest, programme: Programme, *, may_change: bool, **context: Any
) -> HttpResponse:
    event = programme.event
    if not may_change:
        for form in (*programme.speakers, *programme.items):
            for field in form.fields.values():
                field.disabled = True
    programme.show_portraits()
    page = event_context(
        request,
        event,
        step="programme",
        programme=programme,
        may_change=may_change,
        latest_images=latest_images(request.user),
        is_restricted=bool(hiding_event(event)),
        seen=request.POST.get("seen") or event_version(event),
        **context,
    )
    return TemplateResponse(request, "studio/event/programme.html", page)
