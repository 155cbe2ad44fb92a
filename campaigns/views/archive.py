"""The archive: the list of sent emails with its search, and one email as anybody may read it."""

from dataclasses import replace
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.csp import CSP
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from campaigns.content.archive import (
    archived_languages,
    campaigns_for_subscribers,
    list_emails,
    readable_campaigns,
)
from campaigns.content.archive_for_subscribers import has_emails_for_subscribers
from campaigns.content.archive_language import language_switch_entries, with_archive_bar
from campaigns.content.archive_page import (
    ArchiveFilter,
    archive_page,
    archived_topics,
    archived_years,
    read_filter,
)
from campaigns.content.archived_email import (
    archived_email,
    hides_email,
    neutral_text,
    retracted_html,
    retraction_html,
)
from campaigns.views.email_lines import emails_html
from campaigns.views.visitor_languages import email_key, email_preference, list_key, list_preference
from newsletter.brand.current import brand_of_pages
from newsletter.public_pages.asked_pages import AskedPages
from newsletter.public_pages.page_cache import cached_page
from newsletter.public_pages.page_for_one import page_for_one
from newsletter.public_pages.shared_page import SharedPage
from newsletter.rendering.email_csp import EMAIL_POLICY
from newsletter.views.busy import busy_page

UNFRAMED_EMAIL_POLICY: dict[str, list[str]] = {**EMAIL_POLICY, "frame-ancestors": [CSP.NONE]}
"""Content security policy of an archived email.

It is a page of its own, as safe as a frame, and without a scroll bar inside of a phone's page.
"""


SEARCHES = AskedPages(list_preference, refuse=busy_page)


@require_safe
@vary_on_headers("Accept-Language")
@cached_page(key=list_key, asked=SEARCHES)
def archive(request: HttpRequest) -> HttpResponse:
    """Show the list of sent emails, the latest first, or those that a visitor looks for."""
    preference, written = list_preference(request), archived_languages()
    current = preference.choose(written, own=settings.CONTENT_LANGUAGES[0])
    wanted = read_filter(request.GET)
    page = archive_page(
        wanted, before=request.GET.get("before", ""), after=request.GET.get("after", "")
    )
    chosen = preference.chosen if preference.chosen in written else ""
    emails = emails_html(list_emails(page.campaigns, preference))
    values = {
        "words": wanted.words,
        "emails": emails,
        "newer": page.newer,
        "older": page.older,
        "query": _query(wanted, chosen),
    }
    found = (bool(emails), bool(page.newer), bool(page.older))
    return page_for_one(
        request,
        "campaigns/archive.html",
        values,
        shape=(preference, replace(wanted, words=""), bool(wanted), found),
        context=lambda: {
            "has_emails": bool(emails),
            "has_newer": bool(page.newer),
            "has_older": bool(page.older),
            "wanted": wanted,
            "topics": archived_topics(),
            "years": archived_years(),
            "languages": language_switch_entries(written, current=current),
            "chosen": chosen,
            "is_more_for_subscribers": has_emails_for_subscribers(),
            "shared": _shared(),
        },
    )


def _shared() -> SharedPage:
    says = _("Emails that %(brand)s has sent to subscribers")
    return SharedPage(
        title=_("Past emails"),
        description=says % {"brand": brand_of_pages().name},
        path=reverse("archive"),
    )


def _query(wanted: ArchiveFilter, chosen: str) -> str:
    """Return what the addresses of the other pages of a list repeat."""
    fields = {"language": chosen, "q": wanted.words, "topic": wanted.topic, "year": wanted.year}
    query = urlencode({name: value for name, value in fields.items() if value})
    return f"&{query}" if query else ""


@require_safe
@vary_on_headers("Accept-Language")
@csp_override(UNFRAMED_EMAIL_POLICY)
@cached_page(key=email_key)
def archive_email(request: HttpRequest, slug: UUID) -> HttpResponse:
    """Show one sent email in its own layout, with links to its other languages above it.

    One for subscribers is asked for by its reader at another page.
    """
    campaign = readable_campaigns().filter(slug=slug).first()
    if campaign is None:
        get_object_or_404(campaigns_for_subscribers(), slug=slug)
        return redirect(f"{reverse('archive_ask')}?email={slug}")
    if hides_email(campaign):
        return _without_referrer(
            with_archive_bar(retracted_html(), [], notice=retraction_html(campaign))
        )
    contents = {content.language: content for content in campaign.contents.filter(falls_back=False)}
    language = email_preference(request).choose(contents, own=campaign.language)
    email = archived_email(campaign, language=language)
    if email is None:
        raise Http404
    content = contents.get(language) or contents[campaign.language]
    shared = SharedPage(
        title=neutral_text(content.subject, campaign, content.language),
        description=neutral_text(content.preheader, campaign, content.language),
        path=reverse("archive_email", args=[campaign.slug]),
        kind="article",
        published_at=campaign.launched_at,
    )
    return _without_referrer(
        with_archive_bar(
            email.html,
            language_switch_entries(contents, current=language),
            shared=shared,
            notice=retraction_html(campaign),
        )
    )


def _without_referrer(html: str) -> HttpResponse:
    response = HttpResponse(html)
    response["Referrer-Policy"] = "no-referrer"
    return response
