"""Changing the address, by a link in the old mailbox and a button behind one in the new."""

from django.http import HttpRequest, HttpResponse

from newsletter.core.addresses import masked_address
from newsletter.core.tokens import Purpose
from newsletter.public_pages.page_for_one import page_for_one
from newsletter.states import Trust
from subscribers.consent.admission import Answer, admit
from subscribers.consent.form_limits import Asked
from subscribers.people.change_address import use_address
from subscribers.people.new_address import ask_for_address
from subscribers.views.forms import NewAddressForm
from subscribers.views.held_back import answer_held_back
from subscribers.views.owner_link import change_of, owner_of, refuse
from subscribers.views.public_page import UNPROCESSABLE, network_of_request, posted, public_page


@public_page
def change_address_page(request: HttpRequest, token: str) -> HttpResponse:
    """Show the form for a new address; on POST, ask the owner of that address.

    The answer is the same for every address.
    """
    subscriber = owner_of(request, token, Purpose.CHANGE_ADDRESS)
    if subscriber is None:
        return refuse(request, token, Purpose.CHANGE_ADDRESS)
    form = NewAddressForm(
        posted(request) if request.method == "POST" else None, present=subscriber.digest
    )
    if not form.is_valid():
        return page_for_one(
            request,
            "subscribers/address.html",
            {"address": masked_address(subscriber.email)},
            shape=None if form.is_bound else "empty",
            context=lambda: {"form": form},
            status=UNPROCESSABLE if form.is_bound else 200,
        )
    address = form.cleaned_data["email"]
    network = network_of_request(request)
    admission = admit(
        Asked(form="new address", network=network, address=address),
        proof=form.proof,
        waiting=form.waiting_pass,
    )
    if admission.answer in (Answer.PROVE, Answer.CLOSED):
        return answer_held_back(request, admission, fields=("email",))
    if admission.trust is not Trust.NONE:
        ask_for_address(subscriber.pk, to=address, network=network)
    return page_for_one(request, "subscribers/address_asked.html")


@public_page
def new_address_page(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for confirmation; on POST, change the address."""
    change = change_of(request, token)
    if change is None:
        return refuse(request, token, Purpose.NEW_ADDRESS)
    if request.method != "POST":
        address = masked_address(change.email)
        return page_for_one(request, "subscribers/new_address.html", {"address": address})
    done = use_address(change.pk, network=network_of_request(request))
    if done is None:
        return refuse(request, token, Purpose.NEW_ADDRESS)
    return page_for_one(
        request,
        "subscribers/address_changed.html",
        {"address": masked_address(change.email)},
        shape=None,
        context=lambda: {"done": done},
    )
