"""Pages that ask for an address and answer by email alone, the same for every address."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from subscribers.consent.form_limits import within_limits
from subscribers.views.forms import AddressForm
from subscribers.views.public_page import UNPROCESSABLE, network_of_request


def address_form_page(
    request: HttpRequest,
    template: str,
    *,
    form: str,
    store: Callable[[str, str], object],
    then: str,
) -> HttpResponse:
    """Show a form that asks for an address; on POST, store what was asked for.

    Args:
        template: of the form.
        form: the form's name, by which its limits are counted.
        store: takes the address and the network it was entered from.
        then: the name of the page that answers everybody.
    """
    if request.method != "POST":
        return render(request, template, {"form": AddressForm()})
    filled_in = AddressForm(request.POST)
    if not filled_in.is_valid():
        return render(request, template, {"form": filled_in}, status=UNPROCESSABLE)
    address = filled_in.cleaned_data["email"]
    network = network_of_request(request)
    may_go_on = within_limits(form=form, network=network, address=address)
    if may_go_on and not filled_in.is_trapped:
        store(address, network)
    return redirect(then)
