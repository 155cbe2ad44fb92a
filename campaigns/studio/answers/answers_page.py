"""Parts that the pages about answers share: who may open them, and their context."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from campaigns.models import Event
from campaigns.rsvp.attendance import may_mark
from campaigns.studio.event_view import event_context
from campaigns.studio.times import place_time

SEE = "campaigns.view_rsvp"
ENTER = "campaigns.change_rsvp"


def answers_context(
    request: HttpRequest, event: Event, title: str, **context: Any
) -> dict[str, Any]:
    """Return what the layout of the pages about answers needs, and the page's own context."""
    return event_context(
        request,
        event,
        step="answers",
        **{
            "title": title,
            "when": place_time(event.starts_at, event.time_zone),
            "may_see": request.user.has_perm(SEE),
            "may_enter": request.user.has_perm(ENTER),
            "may_mark": request.user.has_perm(ENTER) and may_mark(event, now=timezone.now()),
            **context,
        },
    )
