"""URLs of an event's pages, below the list of events of the admin site."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from campaigns.studio.answers.urls import answer_urls
from campaigns.studio.pages.event import (
    announcements,
    calendars,
    copy_and_cancel,
    details,
    documents,
    overview,
    programme,
    series,
)


def event_urls(guarded: Callable[[Any], Any]) -> list[URLPattern]:
    """Return all pages of an event.

    Args:
        guarded: the admin site's `admin_view`: sign-in, CSRF, no caching, and the staff policy.
    """

    def page(route: str, view: Any, name: str) -> URLPattern:
        address: URLPattern = path(f"<int:row_id>/{route}", guarded(view), name=f"studio_{name}")
        return address

    return [
        page("overview/", overview.overview, "event"),
        page("details/", details.edit, "event_details"),
        page("programme/", programme.programme, "event_programme"),
        page("documents/", documents.documents, "event_documents"),
        page("documents/<int:eventdocument_id>/", documents.download, "event_document"),
        page("documents/<int:eventdocument_id>/delete/", documents.delete, "event_document_delete"),
        *answer_urls(guarded),
        path("calendars/", guarded(calendars.calendars), name="studio_calendars"),
        path("calendars/test/", guarded(calendars.test_mailers), name="studio_test_calendars"),
        path(
            "calendars/<int:mail_id>/done/",
            guarded(calendars.end_mail),
            name="studio_end_calendar_mail",
        ),
        page("series/", series.draft, "draft_series"),
        page("draft-again/", announcements.draft_stopped, "draft_stopped"),
        page("copy/", copy_and_cancel.copy, "event_copy"),
        page("cancel/", copy_and_cancel.cancel, "event_cancel"),
    ]
