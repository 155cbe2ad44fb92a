"""Links mailed to the owner of an address on request: one purpose each, for an hour.

They are void once the person has another address.
"""

from django.http import HttpRequest, HttpResponse

from newsletter.core.db.kept_query import KeptQuery
from newsletter.core.requests.link_language import answer_in
from newsletter.core.tokens import Purpose, ReadToken, read_token, was_made
from newsletter.public_pages.page_for_one import page_for_one
from subscribers.models import AddressChange, Subscriber

NOT_FOUND = 404
GONE = 410
_SUBSCRIBER = KeptQuery(lambda pk: Subscriber.objects.filter(pk=pk), values=1)
_CHANGE = KeptQuery(lambda pk: AddressChange.objects.filter(pk=pk), values=1)


def owner_of(request: HttpRequest, token: str, purpose: Purpose) -> Subscriber | None:
    """Return the subscriber of the link, and answer in their language.

    None where it opens nothing. It is forged, for another page, expired, void, or the person is
    erased.

    Args:
        purpose: MANAGE, ERASE or CHANGE_ADDRESS.
    """
    link = read_token(token, purpose)
    subscriber = _SUBSCRIBER.first(link.subject) if link else None
    if link is None or subscriber is None or _is_void(link, subscriber):
        return None
    answer_in(request, subscriber.language)
    return subscriber


def change_of(request: HttpRequest, token: str) -> AddressChange | None:
    """Return the change of address of a NEW_ADDRESS link, or None as in `owner_of`."""
    link = read_token(token, Purpose.NEW_ADDRESS)
    change = _CHANGE.first(link.subject) if link else None
    if change is not None:
        answer_in(request, change.subscriber.language)
    return change


def refuse(
    request: HttpRequest, token: str, purpose: Purpose, *, again: str = "preferences"
) -> HttpResponse:
    """Answer a link that opens nothing.

    A link that we made has expired or was used; the page tells neither which nor whose it was.

    Args:
        again: the name of the page on which a new one is asked for.
    """
    if was_made(token, purpose):
        return page_for_one(
            request,
            "subscribers/link_expired.html",
            shape=again,
            context=lambda: {"again": again},
            status=GONE,
        )
    return page_for_one(request, "subscribers/link_gone.html", status=NOT_FOUND)


def _is_void(link: ReadToken, subscriber: Subscriber) -> bool:
    """Return whether the link was mailed to an earlier address of the person.

    Others may read that mailbox now.
    """
    return subscriber.address_since is not None and link.made_at < subscriber.address_since
