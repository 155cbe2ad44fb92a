"""Parts that the studio's pages of an event share: permission and event, and their context."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse

from campaigns.models import Event
from campaigns.need_to_know import visible_events
from campaigns.status_colours import EVENT_COLOURS
from campaigns.studio.guarded_view import View, guarded_view

SEE = "campaigns.view_event"
"""Every role has it."""
EDIT = "campaigns.change_event"
PLAN = "campaigns.add_event"


def event_view(
    *methods: str, permission: str = EDIT, to_read: str = SEE, page: str = ""
) -> Callable[[View], View]:
    """Turn `view(request, event, …)` into a view that takes the event's id.

    `guarded_view` says who gets in.

    Args:
        methods: the HTTP methods that are answered.
        permission: the one that is needed to post.
        to_read: the one that is needed to read the page.
        page: for an address that is only posted to, the page that its button stands on.
    """
    return guarded_view(
        *methods,
        permission=permission,
        to_read=to_read,
        known=lambda request: visible_events(request.user).select_related("topic"),
        url_of_page=(lambda event, *_: event_url(page, event)) if page else None,
    )


def event_url(name: str, event: Event, *arguments: object) -> str:
    """Return the URL of a page of an event: its overview is “event”."""
    return reverse(f"admin:studio_{name}", args=[event.pk, *arguments])


def event_context(
    request: HttpRequest, event: Event, *, step: str, **context: Any
) -> dict[str, Any]:
    """Return what the layout of an event's pages needs, and the page's own context.

    Args:
        step: the page of the menu that this is, or belongs to: overview, details, programme.
    """
    return {
        **admin.site.each_context(request),
        "title": event.title,
        "event": event,
        "step": step,
        "status_colour": EVENT_COLOURS.get(event.status),
        "may_edit": request.user.has_perm(EDIT),
        "may_plan": request.user.has_perm(PLAN),
        **context,
    }
