"""The steps by which the person of a request has signed in."""

from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest


def used_second_factor(request: HttpRequest) -> bool:
    """Return whether this person has shown a second factor since they signed in."""
    records = get_authentication_records(request, request.user)
    return any(each["method"] == "mfa" for each in records)
