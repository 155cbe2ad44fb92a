"""The details of an audit entry, in words."""

from collections.abc import Mapping
from datetime import UTC, datetime


def named_details(details: Mapping[str, object]) -> list[tuple[str, str]]:
    """Return details as pairs of name and value, such as ("New device", "yes")."""
    return [
        (name.replace("_", " ").capitalize(), _in_words(value)) for name, value in details.items()
    ]


def details_in_words(details: Mapping[str, object]) -> str:
    """Return details as one line, such as "Until: 2027-02-01; New device: yes"."""
    return "; ".join(f"{name}: {value}" for name, value in named_details(details))


def _in_words(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(str(each) for each in value) or "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "–" if value is None else _moment_in_words(str(value))


def _moment_in_words(text: str) -> str:
    """Return a moment as pages write it, and any other text as it is."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return f"{moment.astimezone(UTC):%-d %b %Y, %H:%M} UTC" if moment.tzinfo else text
