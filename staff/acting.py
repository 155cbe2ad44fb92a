"""Naming whoever acts in a request, for the audit log."""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from newsletter.audit.actor import Actor, ActorKind, acting
from newsletter.core.requests.network import network_of


def acting_middleware(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Have all that a request does done by whoever is signed in, or else by a visitor.

    A visitor is also whoever uses a public page, where nobody asks who is signed in: its links come
    by mail, and mail is passed on.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        with acting(lambda: actor_of(request)):
            return get_response(request)

    return middleware


def actor_of(request: HttpRequest) -> Actor:
    """Return who makes this request, as the audit log names them."""
    network = network_of(request.META)
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Actor(ActorKind.VISITOR, "Visitor", network=network)
    return Actor(ActorKind.ACCOUNT, user.get_username(), user.pk, network)
