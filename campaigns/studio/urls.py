"""URLs of the studio's pages, below the campaign list of the admin site."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from campaigns.studio.composer import email
from campaigns.studio.composer import page as composer
from campaigns.studio.composer.autosave import autosave
from campaigns.studio.composer.conflict import typed_difference
from campaigns.studio.composer.ping import ping
from campaigns.studio.composer.preflight import typed_findings
from campaigns.studio.composer.remove_language import remove_language
from campaigns.studio.pages import (
    audience,
    details,
    launch,
    progress,
    recipient_languages,
    report,
    review,
    templates,
)
from campaigns.studio.pages.duplicate import duplicate_campaign
from campaigns.studio.pages.versions import compare_version, list_versions


def studio_urls(guarded: Callable[[Any], Any]) -> list[URLPattern]:
    """Return all pages of the studio.

    Args:
        guarded: the admin site's `admin_view`: sign-in, CSRF, no caching, and the staff policy.
    """

    def page(route: str, view: Any, name: str) -> URLPattern:
        address: URLPattern = path(f"<int:row_id>/{route}", guarded(view), name=f"studio_{name}")
        return address

    return [
        path("templates/", guarded(templates.list_templates), name="studio_templates"),
        path(
            "campaigntemplate/<int:row_id>/rename/",
            guarded(templates.rename),
            name="studio_rename_template",
        ),
        path(
            "campaigntemplate/<int:row_id>/delete/",
            guarded(templates.delete),
            name="studio_delete_template",
        ),
        page("template/", templates.save_as_template, "save_as_template"),
        page("details/", details.details, "details"),
        page("duplicate/", duplicate_campaign, "duplicate"),
        page("content/<str:language>/", composer.write, "content"),
        page("content/<str:language>/autosave/", autosave, "autosave"),
        page("content/<str:language>/difference/", typed_difference, "typed_difference"),
        page("content/<str:language>/ping/", ping, "ping"),
        page("content/<str:language>/email/", email.typed_email, "typed_email"),
        page("content/<str:language>/checks/", typed_findings, "typed_findings"),
        page("content/<str:language>/remove/", remove_language, "remove_language"),
        page("versions/", list_versions, "versions"),
        page("versions/<int:campaignversion_id>/<str:language>/", compare_version, "version"),
        page("email/<str:language>/", email.saved_email, "email"),
        page("preview/", email.preview_frame, "preview_frame"),
        page("audience/", audience.audience, "audience"),
        page("audience/estimate/", audience.estimate_audience, "estimate_audience"),
        page("review/", review.review, "review"),
        page("review/languages/", recipient_languages.recipient_languages, "recipient_languages"),
        page("review/accept-fallback/", recipient_languages.accept, "accept_fallback"),
        page("review/proof/", review.proof, "proof"),
        page("review/submit/", review.submit_for_review, "submit"),
        page("review/decide/", review.decide, "decide"),
        page("launch/", launch.launch_page, "launch"),
        page("launch/undo/", launch.undo_launch, "undo"),
        page("progress/", progress.progress, "progress"),
        page("progress/control/", progress.control, "control"),
        page("report/", report.report, "report"),
        page("report/recipients/", report.recipients, "recipients"),
        page("report/resolve/", report.resolve_deliveries, "resolve"),
    ]
