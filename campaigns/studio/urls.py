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
from campaigns.studio.composer.tried_links import try_links
from campaigns.studio.pages import (
    audience,
    details,
    launch,
    launch_times,
    progress,
    proofs,
    recipient_languages,
    report,
    retract,
    retry,
    review,
    review_comments,
    review_requests,
    saved_audiences,
    templates,
)
from campaigns.studio.pages.audience_suggestions import audience_suggestions
from campaigns.studio.pages.audience_why import audience_why
from campaigns.studio.pages.duplicate import duplicate_campaign
from campaigns.studio.pages.later_version import begin_later_version
from campaigns.studio.pages.over_time import over_time, over_time_csv
from campaigns.studio.pages.proof_recipients import list_proof_recipients
from campaigns.studio.pages.report_csv import report_csv
from campaigns.studio.pages.reviewed_audience import reviewed_audience
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
        path(
            "test-recipients/",
            guarded(list_proof_recipients),
            name="studio_proof_recipients",
        ),
        path(
            "audiences/",
            guarded(saved_audiences.list_saved_audiences),
            name="studio_saved_audiences",
        ),
        path(
            "audiences/new/",
            guarded(saved_audiences.edit_saved_audience),
            name="studio_new_audience",
        ),
        path(
            "audiences/suggestions/",
            guarded(audience_suggestions),
            name="studio_audience_suggestions",
        ),
        path(
            "savedaudience/<int:row_id>/",
            guarded(saved_audiences.edit_saved_audience),
            name="studio_saved_audience",
        ),
        path(
            "savedaudience/<int:row_id>/delete/",
            guarded(saved_audiences.delete_audience),
            name="studio_delete_audience",
        ),
        path("over-time/", guarded(over_time), name="studio_over_time"),
        path("over-time/numbers.csv", guarded(over_time_csv), name="studio_over_time_csv"),
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
        page("approved/<str:language>/", email.approved_email, "approved_email"),
        page("preview/", email.preview_frame, "preview_frame"),
        page("audience/", audience.audience, "audience"),
        page("audience/estimate/", audience.estimate_audience, "estimate_audience"),
        page("audience/why/", audience_why, "audience_why"),
        page("review/", review.review, "review"),
        page("review/languages/", recipient_languages.recipient_languages, "recipient_languages"),
        page("review/audience/", reviewed_audience, "reviewed_audience"),
        page("review/accept-fallback/", recipient_languages.accept, "accept_fallback"),
        page("review/links/", try_links, "tried_links"),
        page("review/proof/", proofs.proof, "proof"),
        page("review/proofs/", proofs.proofs_to_list, "proofs_to_list"),
        page("review/submit/", review_requests.submit_for_review, "submit"),
        page("review/ask/", review_requests.ask_reviewers, "ask_reviewers"),
        page("review/withdraw/", review_requests.withdraw_from_review, "withdraw"),
        page("review/comment/", review_comments.comment, "comment"),
        page("review/comments/done/", review_comments.comment_done, "comment_done"),
        page("review/looked/", review_comments.looked, "looked"),
        page("review/decide/", review.decide, "decide"),
        page("launch/", launch.launch_page, "launch"),
        page("launch/numbers/", launch.launch_numbers, "launch_numbers"),
        page("launch/times/", launch_times.launch_times, "launch_times"),
        page("launch/undo/", launch.undo_launch, "undo"),
        page("progress/", progress.progress, "progress"),
        page("progress/control/", progress.control, "control"),
        page("progress/new-version/", begin_later_version, "later_version"),
        page("report/", report.report, "report"),
        page("report/numbers.csv", report_csv, "report_csv"),
        page("report/recipients/", report.recipients, "recipients"),
        page("report/resolve/", report.resolve_deliveries, "resolve"),
        page("report/retry/", retry.retry, "retry"),
        page("report/sent-in-error/", retract.retract_page, "retract"),
    ]
