"""Columns that hold custom fields: known by a field's name or its key."""

from collections.abc import Iterable, Mapping

from subscribers.imports.reading.headers import same
from subscribers.models import CustomField

type CustomHeaders = Mapping[str, str]
"""The words of a heading, as `same` leaves them → the key of a custom field."""


def custom_headers(fields: Iterable[CustomField]) -> CustomHeaders:
    """Return the headings by which custom fields are known. Keys and names are never ours."""
    given = list(fields)
    names = {same(field.name): field.key for field in given}
    return {**names, **{same(field.key): field.key for field in given}}
