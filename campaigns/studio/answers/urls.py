"""URLs of the pages about the answers to an event, below the event list of the admin site."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from campaigns.studio.answers import came, counts, enter, export, listing, printed


def answer_urls(guarded: Callable[[Any], Any]) -> list[URLPattern]:
    """Return all pages about answers.

    Args:
        guarded: the admin site's `admin_view`: sign-in, CSRF, no caching, and the staff policy.
    """

    def page(route: str, view: Any, name: str) -> URLPattern:
        address: URLPattern = path(
            f"<int:row_id>/answers/{route}", guarded(view), name=f"studio_{name}"
        )
        return address

    return [
        page("", listing.answers, "answers"),
        page("numbers/", counts.counts, "answer_counts"),
        page("enter/", enter.enter, "enter_answer"),
        page("<int:rsvp_id>/", enter.answer, "answer"),
        page("came/", came.came, "came"),
        page("export/", export.export, "export_answers"),
        page("badges/", printed.badges, "badges"),
        page("attendance/", printed.attendance_list, "attendance_list"),
    ]
