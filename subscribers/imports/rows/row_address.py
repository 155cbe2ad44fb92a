"""The address of a row, also where the cell holds a name or a link around it."""

import re
from collections.abc import Callable

from newsletter.core.addresses import BadAddress
from subscribers.imports.rows.decision import RefusedRow

_NAMED = re.compile(
    r"\s*[\"']?(?P<name>.*?)[\"']?\s*<\s*(?:mailto:)?(?P<address>[^<>]+)>[\s;,]*",
    re.IGNORECASE | re.DOTALL,
)
_LONGEST_NAMED = 1_000
_LINK = re.compile(r"\s*mailto:(?P<address>[^?]+).*", re.IGNORECASE | re.DOTALL)


def read_address(text: str, *, parse: Callable[[str], str]) -> tuple[str, str]:
    """Return the address, and the name before it in cells such as "Ada <ada@example.org>".

    Args:
        text: the cell.
        parse: text → address, or BadAddress; see newsletter.core.addresses.

    Raises:
        RefusedRow: it holds no address.
    """
    if not text:
        raise RefusedRow("There is no email address.")
    try:
        return parse(text), ""
    except BadAddress as error:
        match = (
            (_NAMED.fullmatch(text) or _LINK.fullmatch(text))
            if len(text) <= _LONGEST_NAMED
            else None
        )
        if match is None:
            raise RefusedRow(str(error)) from None
    named = match.groupdict().get("name") or ""
    try:
        return parse(match["address"]), "" if "@" in named else named
    except BadAddress as error:
        raise RefusedRow(str(error)) from None
