"""Pages that ask for an address and answer by email alone, the same for every address."""

from collections.abc import Callable, Mapping

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from newsletter.states import Trust
from subscribers.consent.admission import Answer, admit
from subscribers.consent.form_limits import Asked
from subscribers.views.forms import AddressForm
from subscribers.views.held_back import answer_early, answer_held_back
from subscribers.views.public_page import UNPROCESSABLE, network_of_request

CARRIED = frozenset({"email"})
"""Fields that the page in between brings back."""


def address_form_page(
    request: HttpRequest,
    template: str,
    *,
    form: str,
    store: Callable[[str, str, Trust], object],
    then: str,
    context: Mapping[str, object] | None = None,
) -> HttpResponse:
    """Show a form that asks for an address; on POST, store what was asked for.

    Args:
        template: of the form.
        form: the form's name, by which its limits are counted.
        store: takes the address, the network it was entered from, and the trust.
        then: the name of the page that answers everybody.
        context: what the template shows beside the form; nothing of whoever asks.
    """
    context = context or {}
    if request.method != "POST":
        return render(request, template, {**context, "form": AddressForm()})
    early = answer_early(request, form=form, fields=CARRIED)
    if early is not None:
        return early
    filled_in = AddressForm(request.POST)
    if not filled_in.is_valid():
        return render(request, template, {**context, "form": filled_in}, status=UNPROCESSABLE)
    address = filled_in.cleaned_data["email"]
    network = network_of_request(request)
    admission = admit(
        Asked(form=form, network=network, address=address),
        proof=filled_in.proof,
        waiting=filled_in.waiting_pass,
        is_trapped=filled_in.is_trapped,
    )
    if admission.answer in (Answer.PROVE, Answer.CLOSED):
        return answer_held_back(request, admission, fields=CARRIED)
    store(address, network, admission.trust)
    return redirect(then)
