"""Inserting rows that belong to nothing else, by one statement that commits by itself."""

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import InterfaceError, OperationalError, connection
from django.db.models import Field, Model


def insert_rows(rows: Sequence[Model]) -> None:
    """Insert rows of one model by one statement, and give them their ids.

    Outside of a transaction it is one round trip: neither BEGIN and COMMIT, nor Django's question
    whether a kept connection is well, which cost as much as the INSERT. Where the connection turns
    out to be broken, nothing was inserted by it, or the answer got lost; it is made anew and asked
    once more, so that in the latter case a row is there twice. So this is for rows whose work may
    be done twice.

    Args:
        rows: at least one, unsaved.

    Raises:
        DatabaseError: nothing was inserted.
    """
    if connection.in_atomic_block:
        _insert(rows)
        return
    connection.health_check_done = True  # type: ignore[attr-defined] # django-stubs doesn't know it
    try:
        _insert(rows)
    except (OperationalError, InterfaceError):
        connection.close()  # the database was restarted since the last request
        _insert(rows)


def _insert(rows: Sequence[Model]) -> None:
    fields = _fields(type(rows[0]))
    values = [
        field.get_db_prep_save(field.pre_save(row, add=True), connection)
        for row in rows
        for field in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(_statement(type(rows[0]), len(rows)), values)
        # In the order of VALUES, as Django's bulk_create, too, takes them.
        for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = number


@cache
def _fields(model: type[Model]) -> "list[Field[Any, Any]]":
    return [field for field in model._meta.local_concrete_fields if not field.primary_key]


@cache
def _statement(model: type[Model], number: int) -> str:
    """Return the statement for so many rows. To write it takes as long as to send it."""
    quote, fields = connection.ops.quote_name, _fields(model)
    columns = ", ".join(quote(str(field.column)) for field in fields)
    places = ", ".join([f"({', '.join(['%s'] * len(fields))})"] * number)
    return (
        f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES {places} "  # noqa: S608 - only names and places
        f"RETURNING {quote(str(model._meta.pk.column))}"
    )
