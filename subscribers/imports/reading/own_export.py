"""Our own export, known by its headers. Some of them mean something else in other lists."""

from collections.abc import Mapping, Sequence

_ENOUGH = frozenset({"email", "topic", "status", "changed_at", "suppressed"})
"""Headers that no other list has together."""
_FIELDS: Mapping[str, str] = {
    "topic": "topic",
    "changed_at": "timestamp",
    "paused_until": "paused_until",
    "greeting": "greeting",
    "salutation": "salutation",
    "discreet_since": "discreet_since",
}
"""Header → field, where a header of any list would not be read so. The topic of a form is a
question, and the salutation of another system is "Mr".
"""


def is_own_export(headers: Sequence[str]) -> bool:
    """Return whether a list is one that `export_subscribers` has written."""
    return {header.strip().lower() for header in headers} >= _ENOUGH


def own_field(header: str) -> str | None:
    """Return the field of a header in our own export, where it says more than in any list."""
    return _FIELDS.get(header.strip().lower())
