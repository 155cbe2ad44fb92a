"""The account that somebody means by what they type."""

from django.contrib.auth.models import User
from django.db.models import Q


def account_named(typed: str) -> tuple[str, int | None]:
    """Return username and key of the account with this username or, failing that, email address.

    Where no account has it, or two have the address, it is what was typed, and None: one query
    either way.
    """
    named = User.objects.filter(Q(username=typed) | Q(email__iexact=typed))
    found = dict(named.values_list("username", "pk")[:3])
    if typed not in found and len(found) == 1:
        return next(iter(found.items()))
    return typed, found.get(typed)
