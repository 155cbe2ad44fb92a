"""Guests: people of whom we know a name and an address alone."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Guest:
    """Somebody of whom we know a name and an address alone.

    Args:
        email: as `parse_address` returned it.
        language: a tag; of the emails to them.
    """

    email: str
    full_name: str
    language: str
