"""For people who don't know which of their addresses we email: each that they enter gets an answer.

The answer is an email to that address. The page is the same for every address.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from newsletter.public_pages.page_cache import cached_page
from subscribers.consent.submissions import store_address_check
from subscribers.views.address_form_page import address_form_page
from subscribers.views.public_page import public_page


@public_page
@cached_page()
def which_address_page(request: HttpRequest) -> HttpResponse:
    """Ask for an address; on POST, have its owner told whether we email it."""
    language = get_language() or ""
    return address_form_page(
        request,
        "subscribers/which_address.html",
        form="address check",
        store=lambda address, network, trust: store_address_check(
            address, language=language, network=network, trust=trust
        ),
        then="which_address_sent",
    )


@require_safe
@cached_page()
def which_address_sent(request: HttpRequest) -> HttpResponse:
    """Show the answer to everybody."""
    return render(request, "subscribers/which_address_sent.html")
