"""The view of the page of an event's programme."""

from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse

from campaigns.admin.drafts_again import warn_of_drafts
from campaigns.admin.programme_forms import Programme, RowForm
from campaigns.edit_conflict import EditConflict
from campaigns.events.check_event import BadEvent
from campaigns.events.programme import BadProgramme
from campaigns.events.schedule import change_event, event_version
from campaigns.models import Event
from campaigns.studio.decorators import seen_in


@dataclass(frozen=True, slots=True)
class RowProblem:
    """An error above the form, with the field that it leads to."""

    text: str
    id: str = ""


def programme_page(request: HttpRequest, event: Event, *, may_change: bool) -> HttpResponse:
    """Show the speakers and the agenda of an event; on POST, save them or add a row."""
    posted = request.POST if request.method == "POST" else None
    programme = Programme(event, posted)
    if posted is None or posted.get("act") in ("add-speaker", "add-item"):
        return _show(request, programme, may_change=may_change)
    if not programme.is_valid():
        return _show(request, programme, may_change=may_change, problems=_problems(programme))
    speakers, agenda = programme.rows()
    try:
        drafts = change_event(event, seen=seen_in(posted), speakers=speakers, agenda=agenda)
    except EditConflict as conflict:
        return _show(request, programme, may_change=may_change, newer=conflict.newer)
    except BadEvent as error:
        _mark(programme, error)
        found = _problems(programme) or [RowProblem(error.problem)]
        return _show(request, programme, may_change=may_change, problems=found)
    messages.success(request, "Programme saved.")
    warn_of_drafts(request, drafts)
    return redirect(reverse("admin:campaigns_event_programme", args=[event.pk]))


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
    page = {
        **admin.site.each_context(request),
        "title": f"Programme: {event.title}",
        "event": event,
        "programme": programme,
        "may_change": may_change,
        "seen": request.POST.get("seen") or event_version(event),
        **context,
    }
    return TemplateResponse(request, "studio/programme.html", page)
