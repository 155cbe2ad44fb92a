"""The way back to the review page, in the language and for the recipient that it showed."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from campaigns.models import Campaign
from campaigns.studio.decorators import studio_url

SHOWN = ("language", "recipient")
"""Fields of the page's forms that say what it showed."""


def same_email(request: HttpRequest, campaign: Campaign, *, at: str = "") -> HttpResponse:
    """Lead back to the page.

    Args:
        at: the id of a part of the page.
    """
    shown = {name: value for name in SHOWN if (value := request.POST.get(name))}
    address = studio_url("review", campaign)
    query = f"?{urlencode(shown)}" if shown else ""
    return redirect(f"{address}{query}{f'#{at}' if at else ''}")
