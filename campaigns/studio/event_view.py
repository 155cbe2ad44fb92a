"""Parts that the studio's pages of an event share: permission and event, and their context."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from campaigns.models import Event
from campaigns.need_to_know import visible_events
from campaigns.status_colours import EVENT_COLOURS
from newsletter.admin.visibility import note_view

SEE = "campaigns.view_event"
"""Every role has it."""
EDIT = "campaigns.change_event"
PLAN = "campaigns.add_event"

type View = Callable[..., HttpResponse]


def event_view(
    *methods: str, permission: str = EDIT, to_read: str = SEE, page: str = ""
) -> Callable[[View], View]:
    """Turn `view(request, event, …)` into a view that takes the event's id.

    The admin site's `admin_view` sees to signing in. Staff without the permission get a 403, and an
    event that doesn't exist, or that they may not know of, a 404, in that order, so that ids tell
    nothing.

    Args:
        methods: the HTTP methods that are answered.
        permission: the one that is needed to post.
        to_read: the one that is needed to read the page.
        page: for an address that is only posted to, the page that its button stands on. Whoever
            reads the address, after signing in or by reloading, is led there.
    """
    if bool(page) is ("GET" in methods):
        raise TypeError("An address is read, or it leads to the page that its button stands on")

    def decorate(view: View) -> View:
        @require_http_methods([*methods, "GET", "HEAD"])
        @wraps(view)
        def wrapper(request: HttpRequest, event_id: int, **kwargs: Any) -> HttpResponse:
            posts = request.method == "POST"
            if not request.user.has_perm(permission if posts else to_read):
                raise PermissionDenied
            known = visible_events(request.user).select_related("topic")
            event = get_object_or_404(known, pk=event_id)
            if page and not posts:
                return redirect(event_url(page, event))
            answer = view(request, event, **kwargs)
            # What is posted may be answered by a page of the event, too.
            if not posts or not 300 <= answer.status_code < 400:
                note_view(event, request.user)
            return answer

        return wrapper

    return decorate


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
