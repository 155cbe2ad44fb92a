"""The username and email address that an account is known by, and no other account has.

People sign in with either. Limits on guessing, and devices, know an account by its username in
small letters.
"""

import unicodedata

from django.contrib.auth.models import User

from newsletter.core.addresses import BadAddress, parse_address
from staff.accounts.administrators import one_after_the_other
from staff.accounts.names import refuse_disguise


class NotFree(ValueError):
    """A username or an address that an account can't have. The message is fit to be shown."""


def own_address(raw: str, *, of: User | None = None) -> str:
    """Return an address as it is kept, which no other account is known by.

    Args:
        of: the account that is to have it.

    Raises:
        NotFree: it is no address, or another account's.
    """
    try:
        address = parse_address(raw)
    except BadAddress as error:
        raise NotFree(str(error)) from error
    if _folded(address) in _taken(besides=of):
        raise NotFree("There is already a staff account with this email address.")
    return address


def own_username(name: str, *, of: User | None = None) -> str:
    """Return a username that no other account is known by.

    Args:
        of: the account that is to have it.

    Raises:
        NotFree: it is another account's, also where that has other capitals.
        staff.accounts.names.BadName: it looks like another.
    """
    refuse_disguise(name)
    if _folded(name) in _taken(besides=of):
        raise NotFree("Another staff account has this username or email address.")
    return name


def free_username(made: str) -> str:
    """Return a username, with a number where another account is known by it."""
    taken = _taken()
    names = [made, *(f"{made}-{number}" for number in range(2, len(taken) + 3))]
    return next(each for each in names if _folded(each) not in taken)


def _taken(*, besides: User | None = None) -> set[str]:
    """Return what accounts are known by, and hold that until the transaction ends.

    There are few accounts.
    """
    one_after_the_other()
    others = User.objects.exclude(pk=besides.pk) if besides else User.objects.all()
    return {_folded(text) for row in others.values_list("username", "email") for text in row}


def _folded(text: str) -> str:
    """Return the form in which two are the same to a database, a form or a limit."""
    return unicodedata.normalize("NFKC", text.upper().casefold())
