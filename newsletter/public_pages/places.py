"""Places in a page that is kept for many visitors, for the values of one.

The page is made with a mark at each place, and split at its marks once. A visitor's values are
joined in between, so none of them is looked at again, whatever it contains.
"""

import re
import secrets
from collections.abc import Mapping

from django.utils.html import conditional_escape

# Drawn by each process, so nothing that anybody writes can be one.
_MARK = f"@@{secrets.token_hex(8)}:"
_PLACE = re.compile(f"{_MARK}([a-z0-9_]+)@@".encode())

type Parts = tuple[bytes | str, ...]
"""The texts of a page as bytes, and the names of its places, in turn."""
type Values = Mapping[str, str]
"""What stands at the places, by name. It is escaped, unless it is marked as HTML already."""


def place(name: str) -> str:
    """Return the mark of a place, for the context of a template.

    Args:
        name: of small letters, digits and underscores.
    """
    return f"{_MARK}{name}@@"


def is_place(text: object) -> bool:
    """Return whether this is the mark of a place."""
    return isinstance(text, str) and text.startswith(_MARK)


def split_at_places(content: bytes) -> Parts:
    """Return the parts of a finished page."""
    return tuple(
        part.decode() if number % 2 else part for number, part in enumerate(_PLACE.split(content))
    )


def fill_places(parts: Parts, values: Values) -> bytes:
    """Return the page with the values of one visitor."""
    return b"".join(
        part if isinstance(part, bytes) else conditional_escape(values[part]).encode()
        for part in parts
    )
