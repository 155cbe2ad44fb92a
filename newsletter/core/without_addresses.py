"""Text from outside without the email addresses in it."""

import re

_INSIDE = r'[^\s<>"(),:;\[\]]'
"""A character of an address in running text. The signs around an address are none."""
_HOST = r"[\w-]{1,63}(?:\.[\w-]{1,63}){0,9}\.(?:xn--[\w-]{1,59}|[^\W\d_]{2,63})"
_AT = rf"(?:[@\uff20\ufe6b]|%40|\+40{_HOST})"
"""The @ as people write it, as URLs do, and as delivery reports may (xtext, RFC 3461 section 4)."""
_ENCODED_AT = f"={_HOST}"
"""The @ of an address inside of a return path (VERP, SRS), and in quoted-printable text:
`bounce+ada=example.org`, `ada=40example.org`."""
_ABOUT_HOST = r"(?:\w+\.)?(?:\w*(?:from|helo|name|domain|host|relay)|d|mx)=[\w.-]*+"
"""A host that a mail server names: `header.d=example.org` (RFC 8601 section 2.7), and Postfix's and
Exchange's `name=` and `LastAttemptedServerName=`."""
_SIGNS = re.compile(r"[@\uff20\ufe6b%+=]")
_ADDRESS_LIKE = re.compile(
    rf"""<?(?:
    "(?:[^"\\]|\\.){{1,130}}+"@{_INSIDE}*
    | (?<!{_INSIDE})(?:(?!{_AT}){_INSIDE})*+{_AT}{_INSIDE}*
    | (?<!{_INSIDE})(?!{_ABOUT_HOST}(?!{_INSIDE}))
      (?:(?!{_ENCODED_AT}){_INSIDE})*+{_ENCODED_AT}{_INSIDE}*
    )(?<![.!?])>?""",
    re.IGNORECASE | re.VERBOSE,
)
"""All that could be an address, up to the white space or the sign that ends it. A word is read from
its beginning alone, so the time grows with the length of a text, and no faster."""


def without_addresses(text: str) -> str:
    """Return `text` with a mark in place of each email address.

    It is for the words of mail servers, which name recipients, and are kept for longer than those.
    Rather too much is taken for an address than too little. A text must be cut afterwards, because
    a half of an address may not look like one.
    """
    # Most answers have none of the signs, and this is done for each event.
    return _ADDRESS_LIKE.sub("<address>", text) if _SIGNS.search(text) else text
