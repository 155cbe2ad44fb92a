"""Asking for a fresh sign-in before mail leaves.

This app knows nothing of how staff sign in: an app above says how they are asked again.
"""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

_asks: list[Callable[[HttpRequest], HttpResponse | None]] = []


def tell_how_to_ask(ask: Callable[[HttpRequest], HttpResponse | None]) -> None:
    """Say how somebody who presses a button is asked to sign in again.

    Args:
        ask: returns the answer that leads there, or None for whoever signed in recently.
    """
    _asks.append(ask)


def asked_to_sign_in(request: HttpRequest) -> HttpResponse | None:
    """Return the answer that asks whoever pressed a button to sign in again; None: no need to.

    Raises:
        LookupError: nobody has said how to ask, so nobody could have been asked.
    """
    if not _asks:
        raise LookupError("Say by tell_how_to_ask() how staff sign in again.")
    return _asks[0](request)
