"""The calendar entry of a message or a request to a provider, as the provider finds it there."""

import json
import re
from base64 import b64decode

_WHOLE = re.compile(rb"BEGIN:VCALENDAR.*?END:VCALENDAR", re.DOTALL)
_ENCODED = re.compile(rb"QkVHSU46VkNBTEVOREFS(?:[A-Za-z0-9+/=\s]|\\[nr])+")
"""The same in base64, whose lines may end as in JSON."""
_FACTS = {
    "method": re.compile(rb"^METHOD:(\w+)", re.MULTILINE),
    "uid": re.compile(rb"^UID:(\S+)", re.MULTILINE),
    "sequence": re.compile(rb"^SEQUENCE:(\d+)", re.MULTILINE),
}


def entry_in(sent: bytes, *, is_ses: bool = False) -> dict[str, str]:
    """Return method, UID and SEQUENCE of the entry in what was sent; nothing where there is none.

    Args:
        is_ses: whether it is a request to Amazon, which holds a whole message in base64.
    """
    if is_ses:
        sent = b64decode(json.loads(sent)["Content"]["Raw"]["Data"])
    text = _calendar(sent)
    found = {name: pattern.search(text) for name, pattern in _FACTS.items()}
    return {name: match[1].decode() for name, match in found.items() if match}


def _calendar(sent: bytes) -> bytes:
    if match := _WHOLE.search(sent):
        return match[0]
    if match := _ENCODED.search(sent):
        text = re.sub(rb"\\[nr]|\s", b"", match[0]).partition(b"=")[0]
        return b64decode(text + b"=" * (-len(text) % 4))
    return b""
