"""Addresses of the studio's pages, below the campaign list of the admin site."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from campaigns.studio import compose, details, email, launching, progress, readers, report, review


def studio_urls(guarded: Callable[[Any], Any]) -> list[URLPattern]:
    """All pages of the studio.

    Args:
        guarded: the admin site's `admin_view`: sign-in, CSRF, no caching, and the staff policy.
    """

    def page(route: str, view: Any, name: str) -> URLPattern:
        address: URLPattern = path(
            f"<int:campaign_id>/{route}", guarded(view), name=f"studio_{name}"
        )
        return address

    return [
        page("details/", details.details, "details"),
        page("write/<str:language>/", compose.write, "write"),
        page("write/<str:language>/email/", email.typed_email, "typed_email"),
        page("email/<str:language>/", email.saved_email, "email"),
        page("readers/", readers.readers, "readers"),
        page("readers/estimate/", readers.estimate_readers, "estimate"),
        page("review/", review.review, "review"),
        page("review/proof/", review.proof, "proof"),
        page("review/submit/", review.submit_for_review, "submit"),
        page("review/decide/", review.decide, "decide"),
        page("launch/", launching.launch_page, "launch"),
        page("launch/undo/", launching.take_back, "undo"),
        page("progress/", progress.progress, "progress"),
        page("progress/control/", progress.control, "control"),
        page("report/", report.report, "report"),
        page("report/recipients/", report.recipients, "recipients"),
        page("report/resolve/", report.resolve, "resolve"),
    ]
