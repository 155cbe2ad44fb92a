"""URLs of an event's pages, below the list of events of the admin site."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from campaigns.studio.answers.urls import answer_urls
from campaigns.studio.pages.event import calendars, overview, series


def event_urls(guarded: Callable[[Any], Any]) -> list[URLPattern]:
    """Return all pages of an event.

    Args:
        guarded: the admin site's `admin_view`: sign-in, CSRF, no caching, and the staff policy.
    """

    def page(route: str, view: Any, name: str) -> URLPattern:
        address: URLPattern = path(f"<int:event_id>/{route}", guarded(view), name=f"studio_{name}")
        return address

    return [
        page("overview/", overview.overview, "event"),
        *answer_urls(guarded),
        path("calendars/", guarded(calendars.calendars), name="studio_calendars"),
        path("calendars/test/", guarded(calendars.test_mailers), name="studio_test_calendars"),
        path(
            "calendars/<int:mail_id>/done/",
            guarded(calendars.end_mail),
            name="studio_end_calendar_mail",
        ),
        page("series/", series.draft, "draft_series"),
    ]
