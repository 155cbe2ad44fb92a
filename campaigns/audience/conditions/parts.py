"""Reading the parts of a condition from untrusted JSON."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from campaigns.audience.conditions.kind import LONGEST_LIST, BadCondition

LONGEST_TEXT = 200
_LARGEST_ID = 2**63 - 1


def only_keys(data: Mapping[str, Any], path: str, *names: str) -> None:
    """Refuse a condition with other keys than those of its kind, or without one of them."""
    for name in names:
        if name not in data:
            raise BadCondition(f"{path}.{name}", "is missing")
    for name in data:
        if name not in ("kind", *names):
            raise BadCondition(
                f"{path}.{str(name)[:60]}", f"is unknown here; known are {', '.join(names)}"
            )


def text_of(data: Mapping[str, Any], path: str, name: str) -> str:
    """Return one line of text that isn't empty."""
    value = data[name]
    if not isinstance(value, str):
        raise BadCondition(f"{path}.{name}", "must be text")
    text = " ".join(value.split())
    if not text:
        raise BadCondition(f"{path}.{name}", "is empty")
    if len(text) > LONGEST_TEXT:
        raise BadCondition(f"{path}.{name}", f"is longer than {LONGEST_TEXT} characters")
    if not text.isprintable():
        raise BadCondition(f"{path}.{name}", "has a character that can’t be shown")
    return text


def choice_of(data: Mapping[str, Any], path: str, name: str, known: Collection[str]) -> str:
    """Return one of several words."""
    value = data[name]
    if not isinstance(value, str) or value not in known:
        raise BadCondition(f"{path}.{name}", f"must be one of {', '.join(known)}")
    return value


def id_of(data: Mapping[str, Any], path: str, name: str) -> int:
    """Return the number of a row, whether there is one or not."""
    value = data[name]
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= _LARGEST_ID:
        raise BadCondition(f"{path}.{name}", "must be the number of a row")
    return value


def day_of(data: Mapping[str, Any], path: str, name: str) -> str:
    """Return a date as it is kept: 2027-01-31."""
    value = data[name]
    try:
        if not isinstance(value, str):
            raise TypeError
        return date.fromisoformat(value).isoformat()
    except (TypeError, ValueError) as error:
        raise BadCondition(f"{path}.{name}", "must be a date, such as 2027-01-31") from error


def texts_of(data: Mapping[str, Any], path: str, name: str) -> list[str]:
    """Return a list of texts with something in it."""
    value = data[name]
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise BadCondition(f"{path}.{name}", "must be a list of texts")
    if not value:
        raise BadCondition(f"{path}.{name}", "is empty: choose at least one")
    if len(value) > LONGEST_LIST:
        raise BadCondition(f"{path}.{name}", f"has more than {LONGEST_LIST} entries")
    return value


def day_in_words(day: str) -> str:
    """Return a date as people read it: 31 January 2027."""
    return f"{date.fromisoformat(day):%-d %B %Y}"
