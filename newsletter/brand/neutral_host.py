"""Middleware of the neutral link domain, at which only the pages of links in discreet mail answer.

Somebody who looks over a person's shoulder, or goes through their history, may open the domain by
itself: nothing there tells whose it is. Home page, archive and staff pages aren't there.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponse
from django.http.request import split_domain_port
from django.shortcuts import render

from newsletter.core.requests.neutral_request import mark_neutral
from newsletter.models import THE_BRAND, Brand

type GetResponse = Callable[[HttpRequest], HttpResponse]

OPEN = (
    "/read/",
    "/u/",
    "/never/",
    "/confirm/",
    "/invitation/",
    "/join/answer/",
    "/preferences/",
    "/rsvp/",
    # Emails for subscribers, which their link shows behind a button.
    "/archive/mine/",
    # Images in what is read there; their addresses say nothing of whose they are.
    "/media/",
    # What a form in a rush of sign-ups asks for before it is sent.
    "/subscribe/challenge/",
)
"""The beginnings of the paths that are answered. The files of pages are served before."""
_EVERYWHERE = ("/livez", "/readyz")


def neutral_host_middleware(get_response: GetResponse) -> GetResponse:
    """Answer at the neutral link domain as a site without a name.

    It stands behind the middleware of languages, which has taken the language off the path.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if not _is_neutral_host(request):
            return get_response(request)
        mark_neutral(request)
        if not request.path_info.startswith(OPEN):
            return render(request, "neutral_404.html", status=404)
        return get_response(request)

    return answer


def _is_neutral_host(request: HttpRequest) -> bool:
    if request.path_info in _EVERYWHERE:
        return False
    try:
        host, _ = split_domain_port(request.get_host())
    except DisallowedHost:
        return False  # it is refused behind here
    if host in ("localhost", urlsplit(settings.SITE_URL).hostname):
        return False  # of nearly every request, and of scrapes, without a query
    return Brand.objects.filter(pk=THE_BRAND, neutral_domain=host).exists()
