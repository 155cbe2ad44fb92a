"""The page for whoever can't be answered at the moment, because too many ask for too much."""

from django.http import HttpResponse
from django.template.loader import render_to_string
from django.urls import get_script_prefix
from django.utils.translation import get_language

from newsletter.brand.current import brand_of_pages
from newsletter.public_pages.kept_value import VALUES

RETRY_AFTER = "10"
"""Seconds, for programs (RFC 9110, section 10.2.3)."""


def busy_page() -> HttpResponse:
    """Return the page, which is the same for all, and is made once for each language.

    It says nothing of the request, not even its query.
    """
    name = ("busy page", get_language(), get_script_prefix())
    content = VALUES.value(name, _busy_page)
    return HttpResponse(content, status=503, headers={"Retry-After": RETRY_AFTER})


def _busy_page() -> str:
    return render_to_string("busy.html", {"brand": brand_of_pages()})
