"""Erasing everything, by a link of its own that is mailed to the owner."""

from django.http import HttpRequest, HttpResponse

from newsletter.core.addresses import masked_address
from newsletter.core.tokens import Purpose
from newsletter.public_pages.page_for_one import page_for_one
from subscribers.people.erase import erase
from subscribers.states import ConsentMethod
from subscribers.views.owner_link import owner_of, refuse
from subscribers.views.public_page import public_page


@public_page
def erase_page(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for confirmation; on POST, erase."""
    subscriber = owner_of(request, token, Purpose.ERASE)
    if subscriber is None:
        return refuse(request, token, Purpose.ERASE)
    if request.method != "POST":
        address = masked_address(subscriber.email)
        return page_for_one(request, "subscribers/erase.html", {"address": address})
    erase(subscriber.pk, method=ConsentMethod.MAIL_LINK)
    return page_for_one(request, "subscribers/erased.html")
