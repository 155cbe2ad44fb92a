"""Names of staff, as an administrator enters them."""

import unicodedata

from django.contrib.auth.models import User

from newsletter.core.web_addresses import holds_web_address

MAXIMUM_NAME = 150
_JOINERS = "\u200c\u200d"
"""Persian and Indic names need them. All other invisible characters only serve tricks."""
_FORBIDDEN = frozenset('<>{}[]|\\^`"@')


class BadName(ValueError):
    """A text that is no name. The message is fit to be shown."""


def clean_name(raw: str) -> str:
    """Return a name as it is kept: one line, NFC, single blanks.

    Raises:
        BadName: it is empty, too long, or holds what no name has.
    """
    name = " ".join(unicodedata.normalize("NFC", raw).split())
    if not name:
        raise BadName("Enter a name.")
    if len(name) > MAXIMUM_NAME:
        raise BadName(f"A name can have at most {MAXIMUM_NAME} characters.")
    if any(not (each.isprintable() or each in _JOINERS) for each in name):
        raise BadName("The name contains an invisible character. Please type it again.")
    if _FORBIDDEN & set(name) or holds_web_address(name):
        raise BadName("A name can’t contain a web or email address, or signs such as < and @.")
    return name


def parts_of(name: str) -> tuple[str, str]:
    """Return what Django keeps as first and last name; together they are the name again."""
    first, _, last = name.rpartition(" ")
    return (first, last) if first else (last, "")


def called(account: User) -> str:
    """Return what colleagues know an account by: the person's name, and the username."""
    name, username = account.get_full_name(), account.get_username()
    return f"{name} ({username})" if name else username
