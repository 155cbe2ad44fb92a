"""The home page: who we are, the next events, the latest emails, and how to subscribe."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from campaigns.content.archive import archived_campaigns, list_emails
from campaigns.events.listing import list_events, next_events
from campaigns.views.archive import language_preference
from newsletter.core.requests.page_language import page_language
from subscribers.consent.offered_topics import topics_offered

EVENTS, EMAILS = 3, 3
"""The number of each that the home page shows."""


@require_safe
@vary_on_headers("Accept-Language")
def home(request: HttpRequest) -> HttpResponse:
    """Show the home page.

    Where email goes to the development inbox, the page also tells the operator where to look.
    """
    context = {
        "events": list_events(
            next_events(now=timezone.now(), number=EVENTS), language=page_language(request).tag
        ),
        "emails": list_emails(archived_campaigns()[:EMAILS], language_preference(request)),
        "topics": topics_offered(),
        "for_operator": settings.INBOX_ENABLED,
    }
    return render(request, "campaigns/home.html", context)
