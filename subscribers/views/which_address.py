"""For people who don't know which of their addresses we email: each that they enter gets an answer.

The answer is an email to that address. The page is the same for every address.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from newsletter.public_pages.page_cache import cached_page
from subscribers.consent.form_limits import within_limits
from subscribers.consent.submissions import store_address_check
from subscribers.views.forms import AddressForm
from subscribers.views.public_page import UNPROCESSABLE, network_of_request, public_page


@public_page
@cached_page()
def which_address_page(request: HttpRequest) -> HttpResponse:
    """Ask for an address; on POST, have its owner told whether we email it."""
    if request.method != "POST":
        return render(request, "subscribers/which_address.html", {"form": AddressForm()})
    form = AddressForm(request.POST)
    if not form.is_valid():
        return render(
            request, "subscribers/which_address.html", {"form": form}, status=UNPROCESSABLE
        )
    address = form.cleaned_data["email"]
    network = network_of_request(request)
    may_go_on = within_limits(form="address check", network=network, address=address)
    if may_go_on and not form.is_trapped:
        store_address_check(address, language=get_language() or "", network=network)
    return redirect("which_address_sent")


@require_safe
@cached_page()
def which_address_sent(request: HttpRequest) -> HttpResponse:
    """Show the answer to everybody."""
    return render(request, "subscribers/which_address_sent.html")
