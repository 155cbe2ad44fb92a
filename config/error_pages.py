"""The page of an error that nobody handled, which tells a database that is away from a fault."""

import sys

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.template.loader import render_to_string
from django.urls import reverse

from config.log_outages import outage_of

AGAIN_AFTER = "60"
"""Seconds, for programs that ask."""


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer an error within the page of which it came. Neither template asks the database.

    Returns:
        503 while the database is away, which search engines and monitors take for what it is
        (RFC 9110, section 15.6.4); else 500.
    """
    if outage_of(sys.exc_info()[1]) != "PostgreSQL":
        return HttpResponseServerError(render_to_string("500.html"))
    is_staff_page = request.path.startswith(reverse("admin:index"))
    page = render_to_string("studio/database_away.html" if is_staff_page else "500.html")
    return HttpResponse(page, status=503, headers={"Retry-After": AGAIN_AFTER})
