"""Lookups for sets of rows."""

import json
from collections.abc import Iterable
from typing import Any

from django.db.models import BigIntegerField, CharField, Lookup


class AnyOf(Lookup):
    """`pk__any_of=ids`: as `pk__in`, with all of the values in one parameter.

    Of `pk__in`, Django and psycopg look at each value several times, which for the thousands of
    rows that a worker claims and settles every second costs more than all the rest of the
    statement.
    """

    lookup_name = "any_of"
    array = "bigint[]"

    def get_prep_lookup(self) -> list[int | str]:
        values: Iterable[int | str] = self.rhs
        return list(values)

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} = ANY(%s::{self.array})", (*parameters, self.rhs)

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        return f"{column} IN (SELECT value FROM json_each(%s))", (*parameters, json.dumps(self.rhs))  # noqa: S608 - a column's name and a parameter


class AnyText(AnyOf):
    """The same for text.

    `text[]`: a cast to the column's own length would cut what is longer, and find it.
    """

    array = "text[]"


BigIntegerField.register_lookup(AnyOf)  # and so those of keys, which are a kind of it
CharField.register_lookup(AnyText)
