"""Values of custom fields: read from what was typed, and set for one person."""

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone

from newsletter.core.hidden_characters import hidden_fault_of
from subscribers.models import CustomField, CustomFieldValue, Subscriber
from subscribers.models.custom_field import LONGEST_VALUE
from subscribers.person_names import clean_name
from subscribers.states import FieldKind

type ReadDay = Callable[[str], date | None]
"""A text → the day that it says, or None."""


class BadValue(ValueError):
    """A text that is no value of its field. The message is fit to be shown."""


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A value as it is kept. An empty text is no value."""

    text: str = ""
    day: date | None = None


def iso_day(text: str) -> date | None:
    """Return the day of a text such as 2027-01-31."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None


def read_value(field: CustomField, raw: str, *, read_day: ReadDay = iso_day) -> FieldValue:
    """Return the value that a text says.

    Raises:
        BadValue: it is too long, no date, or none of the choices.
    """
    text = " ".join(raw.split())
    if not text:
        return FieldValue()
    if field.kind == FieldKind.DATE:
        day = read_day(text)
        if day is None:
            raise BadValue(f"{field.name}: we don’t know which day “{_short(text)}” is.")
        return FieldValue(day.isoformat(), day)
    if len(unicodedata.normalize("NFC", text)) > LONGEST_VALUE:
        raise BadValue(f"{field.name}: it has more than {LONGEST_VALUE} characters.")
    value = clean_name(text)
    if value and (fault := hidden_fault_of(value)):
        raise BadValue(f"{field.name}: {fault}")
    if field.kind == FieldKind.CHOICE and value:
        folded = value.casefold()
        found = next((each for each in field.choices if each.casefold() == folded), None)
        if found is None:
            raise BadValue(f"{field.name}: “{_short(value)}” is none of the choices.")
        value = found
    return FieldValue(value)


def values_of(subscriber_id: int) -> dict[int, CustomFieldValue]:
    """Return field id → a person's value, where they have one."""
    rows = CustomFieldValue.objects.filter(subscriber=subscriber_id)
    return {row.field_id: row for row in rows}


@transaction.atomic
def set_values(subscriber: Subscriber, values: Mapping[int, FieldValue]) -> None:
    """Set values of one person; an empty one is taken away.

    Args:
        values: field id → value. Other fields stay as they are.
    """
    now = timezone.now()
    for field_id, value in values.items():
        if not value.text:
            CustomFieldValue.objects.filter(subscriber=subscriber, field=field_id).delete()
            continue
        CustomFieldValue.objects.update_or_create(
            subscriber=subscriber,
            field_id=field_id,
            # What staff say is theirs: an undone import leaves it.
            defaults={
                "value": value.text,
                "day": value.day,
                "import_batch": None,
                "set_at": now,
            },
        )


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:59]}…"
