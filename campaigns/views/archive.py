"""The archive: the list of sent emails, and one email as anybody may read it."""

from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.csp import CSP
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from campaigns.content.archive import (
    archived_campaigns,
    archived_email,
    archived_languages,
    list_emails,
    readable_campaigns,
)
from campaigns.content.archive_language import (
    LanguagePreference,
    language_switch_entries,
    with_archive_bar,
)
from newsletter.core.requests.page_language import page_language
from newsletter.rendering.email_csp import EMAIL_POLICY

EMAILS_A_PAGE = 20

UNFRAMED_EMAIL_POLICY: dict[str, list[str]] = {**EMAIL_POLICY, "frame-ancestors": [CSP.NONE]}
"""Content security policy of an archived email.

It is a page of its own, as safe as a frame, and without a scroll bar inside of a phone's page.
"""


def language_preference(request: HttpRequest) -> LanguagePreference:
    """Read from a request the language that its sender prefers.

    An email is shown in the language that a link asks for by `?language=`, else in that of the
    page, where the visitor chose one.
    """
    page = page_language(request)
    asked = request.GET.get("language", "") or (page.tag if page.is_chosen else "")
    return LanguagePreference(chosen=asked, accepted=request.headers.get("Accept-Language", ""))


@require_safe
@vary_on_headers("Accept-Language")
def archive(request: HttpRequest) -> HttpResponse:
    """Show the list of sent emails, the latest first."""
    page = Paginator(archived_campaigns(), EMAILS_A_PAGE).get_page(request.GET.get("page"))
    preference, written = language_preference(request), archived_languages()
    current = preference.choose(written, own=settings.CONTENT_LANGUAGES[0])
    context = {
        "page": page,
        "emails": list_emails(page.object_list, preference),
        "languages": language_switch_entries(written, current=current),
        "chosen": preference.chosen if preference.chosen in written else "",
    }
    return render(request, "campaigns/archive.html", context)


@require_safe
@vary_on_headers("Accept-Language")
@csp_override(UNFRAMED_EMAIL_POLICY)
def archive_email(request: HttpRequest, slug: UUID) -> HttpResponse:
    """Show one sent email in its own layout, with links to its other languages above it."""
    campaign = get_object_or_404(readable_campaigns(), slug=slug)
    written = set(campaign.contents.values_list("language", flat=True))
    language = language_preference(request).choose(written, own=campaign.language)
    email = archived_email(campaign, language=language)
    if email is None:
        raise Http404
    response = HttpResponse(
        with_archive_bar(email.html, language_switch_entries(written, current=language))
    )
    response["Referrer-Policy"] = "no-referrer"
    return response
