"""Lookups that pass a set of values as one array."""

import json
from collections.abc import Iterable
from typing import Any

from django.db.models import BigIntegerField, CharField, Lookup


class AnyOf(Lookup):
    """The lookup `pk__any_of=ids`: like `pk__in`, with all of the values in one parameter.

    Django and psycopg look at each value of `pk__in` several times. For the thousands of rows that
    a worker claims and settles every second, that costs more than the rest of the statement.
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
    """The same lookup for text.

    It passes `text[]`, because a cast to the column's own length would cut longer values and then
    find them.
    """

    array = "text[]"


BigIntegerField.register_lookup(AnyOf)  # and so those of keys, which are a kind of it
CharField.register_lookup(AnyText)
