"""The home page: who we are, the next meeting, how to subscribe, and the latest emails."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from campaigns.content.archive import archived_campaigns, list_emails
from campaigns.events.listing import list_events, next_end, next_events
from campaigns.views.email_lines import emails_html
from campaigns.views.visitor_languages import list_key, list_preference
from newsletter.brand.about import about_us
from newsletter.brand.current import brand_of_pages
from newsletter.core.requests.page_language import page_language
from newsletter.public_pages.page_cache import cached_page
from newsletter.public_pages.shared_page import SharedPage
from subscribers.views.forms import STAMP_PLACE, SignUpForm, stamp_values

EVENTS, EMAILS = 3, 3
"""The number of each that the home page shows."""


def _until() -> datetime | None:
    return next_end(now=timezone.now())


@require_safe
@vary_on_headers("Accept-Language")
@cached_page(key=list_key, until=_until, values=stamp_values)
def home(request: HttpRequest) -> HttpResponse:
    """Show the home page.

    Where email goes to the development inbox, the page also tells the operator where to look.
    """
    language = page_language(request).tag
    brand = brand_of_pages()
    about = about_us(brand, language)
    events = list_events(next_events(now=timezone.now(), number=EVENTS), language=language)
    context = {
        "about": about,
        "next_event": events[0] if events else None,
        "events": events[1:],
        "emails": emails_html(list_emails(archived_campaigns()[:EMAILS], list_preference(request))),
        "form": SignUpForm(),
        "stamp": STAMP_PLACE,
        "language": language if language in settings.CONTENT_LANGUAGES else "",
        "for_operator": settings.INBOX_ENABLED,
        "shared": SharedPage(
            title=brand.name, description=brand.tagline or about.text, path=reverse("home")
        ),
    }
    return render(request, "campaigns/home.html", context)
