"""Inserting many provider events, leaving out those that are known."""

import json
from collections.abc import Sequence
from datetime import datetime

from django.db import connection

from newsletter.models import ProviderEvent


def insert_new(events: Sequence[ProviderEvent]) -> None:
    """Insert `events`; one that another transaction has inserted meanwhile is left as it is.

    On PostgreSQL they travel as one value. With a place for each value, of which a thousand events
    have sixteen thousand, most of the time of processing would go into the text of the SQL.
    """
    if connection.vendor != "postgresql":
        ProviderEvent.objects.bulk_create(events, ignore_conflicts=True)
        return
    quote = connection.ops.quote_name
    fields = [field for field in ProviderEvent._meta.concrete_fields if not field.primary_key]
    columns = [quote(str(field.column)) for field in fields]
    types = [str(field.db_type(connection)) for field in fields]
    values = [
        f"decode({column}, 'hex')" if kind == "bytea" else column
        for column, kind in zip(columns, types, strict=True)
    ]
    typed = [
        f"{column} {'text' if kind == 'bytea' else kind}"
        for column, kind in zip(columns, types, strict=True)
    ]
    rows = json.dumps(
        [
            {str(field.column): getattr(event, field.attname) for field in fields}
            for event in events
        ],
        default=_as_text,
    )
    table = quote(ProviderEvent._meta.db_table)
    sql = (
        f"INSERT INTO {table} ({', '.join(columns)}) "  # noqa: S608 - names of ours
        f"SELECT {', '.join(values)} "
        f"FROM json_to_recordset(%s) AS event ({', '.join(typed)}) "
        "ON CONFLICT (fingerprint) DO NOTHING"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [rows])


def _as_text(value: object) -> str:
    match value:
        case datetime():
            return value.isoformat()
        case bytes() | memoryview():
            return value.hex()
    raise TypeError(f"A {type(value).__name__} has no place in an event")
