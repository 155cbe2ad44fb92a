"""Requests to the neutral link domain: whether one is, as pages and their cache ask it."""

from django.http import HttpRequest

_KEY = "convene.neutral_host"


def mark_neutral(request: HttpRequest) -> None:
    """Note that the page that is being answered must not tell whose it is."""
    request.META[_KEY] = True


def is_neutral(request: HttpRequest) -> bool:
    """Return whether the page that is being answered must not tell whose it is."""
    return bool(request.META.get(_KEY))
