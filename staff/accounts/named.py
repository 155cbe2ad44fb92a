"""The account that somebody means by what they type."""

from django.contrib.auth.models import User
from django.db.models import Q


def username_of(typed: str) -> str:
    """Return the username of the account with this username or, failing that, email address.

    Where no account has it, or two have the address, it is what was typed: one query either way.
    """
    named = User.objects.filter(Q(username=typed) | Q(email__iexact=typed))
    names = list(named.values_list("username", flat=True)[:3])
    if typed not in names and len(names) == 1:
        return names[0]
    return typed
