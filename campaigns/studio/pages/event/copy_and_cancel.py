"""The buttons of an event's overview: the next quarter's event, and cancelling."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from campaigns.event_states import EventChange
from campaigns.events.check_event import BadEvent
from campaigns.events.next_quarter import copy_to_next_quarter
from campaigns.events.schedule import cancel_event
from campaigns.models import Event
from campaigns.studio.event_view import EDIT, PLAN, event_url, event_view
from campaigns.studio.pages.event.drafts_again import tell_of_updates, warn_of_end


@event_view("POST", permission=PLAN, page="event")
def copy(request: HttpRequest, event: Event) -> HttpResponse:
    """Copy an event to the next quarter, and lead to the copy."""
    try:
        made = copy_to_next_quarter(event, planned_by=request.user)
    except BadEvent as error:
        messages.error(request, f"The event can’t be copied: {error.problem}")
        return redirect(event_url("event", event))
    messages.success(
        request,
        f"“{made}” is created. Check its date and texts, add the meeting link, and make it "
        "public when it is ready.",
    )
    return redirect(event_url("event", made))


@event_view("POST", permission=EDIT, page="event")
def cancel(request: HttpRequest, event: Event) -> HttpResponse:
    """Cancel an event. Its page and the feed show that; emails about it stop."""
    drafts = cancel_event(event)
    if drafts is None:
        messages.warning(request, "Nothing was changed: this event was already cancelled.")
    else:
        messages.success(
            request,
            f"“{event}” is cancelled. Its page and our feed show that. Nobody has been told by "
            "email yet. If a campaign about it was being sent, it is stopped.",
        )
        warn_of_end(request, drafts)
        tell_of_updates(request, event, of=[EventChange.CANCELLED])
    return redirect(event_url("event", event))
