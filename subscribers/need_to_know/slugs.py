"""Slugs of what is need-to-know."""

import secrets
import string

_CHARACTERS = string.ascii_lowercase + string.digits
_LENGTH = 10


def unguessable(slug: str, *, at_most: int) -> str:
    """Return a slug with an ending that nobody can guess.

    A slug that is taken is refused, also to who may not know what has taken it. With this ending
    nobody types one that is.

    Args:
        at_most: characters in all.
    """
    ending = "".join(secrets.choice(_CHARACTERS) for _ in range(_LENGTH))
    return f"{slug[: at_most - _LENGTH - 1].rstrip('-')}-{ending}"
