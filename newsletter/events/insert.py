"""Inserting many provider events, leaving out those that are known."""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

from newsletter.models import ProviderEvent


def insert_new(events: Sequence[ProviderEvent]) -> None:
    """Insert `events`; one that another transaction has inserted meanwhile is left as it is.

    On PostgreSQL a column travels as one array. With a place for each value, of which a thousand events have sixteen
    thousand, most of the time of folding would go into the text of the statement.
    """
    if connection.vendor != "postgresql":
        ProviderEvent.objects.bulk_create(events, ignore_conflicts=True)
        return
    fields = [field for field in ProviderEvent._meta.concrete_fields if not field.primary_key]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    arrays = ", ".join(f"%s::{field.db_type(connection)}[]" for field in fields)
    table = quote(ProviderEvent._meta.db_table)
    values = [[_value(event, field.attname) for event in events] for field in fields]
    statement = f"INSERT INTO {table} ({columns}) SELECT * FROM unnest({arrays}) ON CONFLICT (fingerprint) DO NOTHING"  # noqa: S608 - names of ours
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def _value(event: ProviderEvent, name: str) -> Any:
    value = getattr(event, name)
    if name == "headers":
        return json.dumps(value)
    return str(value) if isinstance(value, str) else value  # a choice is text, too
