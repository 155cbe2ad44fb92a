"""Past emails for subscribers of their topics, behind a link that is mailed to them on request.

The address of such an email leads to the page that asks for an address. Its answer is the same for
every address.
"""

from collections.abc import Mapping
from dataclasses import replace
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.csp import CSP
from django.utils.translation import get_language
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_safe

from campaigns.content.archive import (
    campaigns_for_subscribers,
    list_emails,
    readable_campaigns,
)
from campaigns.content.archive_for_subscribers import emails_of, own_emails
from campaigns.content.archive_language import (
    LanguagePreference,
    language_switch_entries,
    with_archive_bar,
)
from campaigns.content.archive_link import store_archive_request
from campaigns.content.archived_email import (
    archived_email,
    hides_email,
    retracted_html,
    retraction_html,
)
from campaigns.content.discreet import discreet_archived_html
from campaigns.models import CampaignContent
from campaigns.views.discreet import discreet_page
from campaigns.views.visitor_languages import email_preference
from newsletter.core.requests.neutral_request import is_neutral
from newsletter.core.tokens import Purpose
from newsletter.public_pages.page_cache import cached_page
from newsletter.rendering.email_csp import EMAIL_POLICY
from subscribers.models import Subscriber
from subscribers.views.address_form_page import address_form_page
from subscribers.views.neutral_button import behind_neutral_button
from subscribers.views.owner_link import owner_of, refuse
from subscribers.views.public_page import public_page

_POLICY: dict[str, list[str]] = {**EMAIL_POLICY, "frame-ancestors": [CSP.NONE]}
"""As of an email in the public archive."""


@public_page
@cached_page()
def archive_ask_page(request: HttpRequest) -> HttpResponse:
    """Ask for an address, and mail the link. The answer is the same for every address."""
    slug = _slug_of(request.GET)
    if slug and readable_campaigns().filter(slug=slug).exists():
        return redirect("archive_email", slug)  # anybody may read it by now
    campaign = campaigns_for_subscribers().filter(slug=slug).first() if slug else None
    # The neutral domain says of no topic that there is one, nor does the address of an email say
    # it of a topic that not everybody may know of.
    names_topic = campaign is not None and campaign.topic.is_public and not is_neutral(request)
    return address_form_page(
        request,
        "campaigns/archive_ask.html",
        form="archive link",
        store=lambda address, network, trust: store_archive_request(
            address, slug=campaign.slug if campaign else None, network=network, trust=trust
        ),
        then="archive_link_sent",
        context={
            "slug": campaign.slug if campaign else "",
            "topic": campaign.topic if campaign and names_topic else None,
        },
    )


def _slug_of(query: Mapping[str, str]) -> UUID | None:
    try:
        return UUID(query.get("email", ""))
    except ValueError:
        return None


@require_safe
@cached_page()
def archive_link_sent(request: HttpRequest) -> HttpResponse:
    """Show the answer to everybody."""
    return render(request, "campaigns/archive_link_sent.html")


@behind_neutral_button
@require_safe
def own_emails_page(request: HttpRequest, token: str) -> HttpResponse:
    """List the emails for subscribers of a person's topics."""
    subscriber = owner_of(request, token, Purpose.ARCHIVE)
    if subscriber is None:
        return refuse(request, token, Purpose.ARCHIVE, again="archive_ask")
    page = own_emails(subscriber, before=request.GET.get("before", ""))
    preference = _preference(request, subscriber)
    context = {
        "emails": list_emails(page.campaigns, preference),
        "older": page.older,
        "token": token,
    }
    return _private(render(request, "campaigns/own_emails.html", context))


@behind_neutral_button
@require_safe
def own_email_page(request: HttpRequest, token: str, slug: UUID) -> HttpResponse:
    """Show one of those emails as in the archive, with links to the list and other languages."""
    subscriber = owner_of(request, token, Purpose.ARCHIVE)
    if subscriber is None:
        return refuse(request, token, Purpose.ARCHIVE, again="archive_ask")
    campaign = emails_of(subscriber).filter(slug=slug).first()
    if campaign is None:
        return _not_theirs(request, token, slug)
    notice, back = retraction_html(campaign), reverse("own_emails", args=[token])
    if hides_email(campaign):
        return _show(request, with_archive_bar(retracted_html(), [], notice=notice, back=back))
    contents = {content.language: content for content in campaign.contents.filter(falls_back=False)}
    chosen = _preference(request, subscriber).choose(contents, own=campaign.language)
    content = contents.get(chosen) or contents.get(campaign.language)
    if content is None:
        raise Http404
    content.campaign = campaign
    choices = language_switch_entries(contents, current=content.language)
    html = _html_of(request, content)
    return _show(request, with_archive_bar(html, choices, notice=notice, back=back))


def _not_theirs(request: HttpRequest, token: str, slug: UUID) -> HttpResponse:
    """Answer whoever may not read an email by this link, or need not."""
    if not is_neutral(request) and readable_campaigns().filter(slug=slug).exists():
        return redirect("archive_email", slug)
    page = render(request, "campaigns/own_email_gone.html", {"token": token}, status=404)
    return _private(page)


def _preference(request: HttpRequest, subscriber: Subscriber) -> LanguagePreference:
    """Return the language that was asked for by a link, else that of the person."""
    asked = email_preference(request)
    return replace(asked, accepted=subscriber.language or asked.accepted)


def _html_of(request: HttpRequest, content: CampaignContent) -> str:
    if is_neutral(request):
        return discreet_archived_html(content)
    email = archived_email(content.campaign, language=content.language)
    return email.html if email else ""


def _show(request: HttpRequest, html: str) -> HttpResponse:
    if is_neutral(request):
        return _private(discreet_page(request, html, get_language() or ""))
    return _private(_as_email(request, html))


@csp_override(_POLICY)
def _as_email(request: HttpRequest, html: str) -> HttpResponse:
    return HttpResponse(html)


def _private(response: HttpResponse) -> HttpResponse:
    """Keep a page of one person's link out of search engines, and its address from other sites."""
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
