"""Queries of pages that are asked for often, whose SQL is made once.

For one row by its id, Django spends three times as long on making the statement as on asking it.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Model, QuerySet
from django.db.models.sql.compiler import SQLCompiler

type Value = int | str | datetime


class Parameter(Expression):
    """A value that is given when the query is asked."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self.place = place

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)


class KeptQuery[Row: Model]:
    """A query for rows of one model, which brings no rows of others."""

    def __init__(self, build: Callable[..., QuerySet[Row]], *, values: int) -> None:
        """Keep a query that isn't made yet.

        Args:
            build: returns it. It gets a `Parameter` for each value, to be compared with a column.
            values: their number.
        """
        self._build, self._values = build, values

    def rows(self, *values: Value) -> list[Row]:
        """Return the rows for these values."""
        model, sql, parameters = self._made
        given = [_bound(value) for value in values]
        bound = [given[one.place] if isinstance(one, Parameter) else one for one in parameters]
        return list(model._default_manager.raw(sql, bound))

    def first(self, *values: Value) -> Row | None:
        """Return the first of them, if any."""
        return next(iter(self.rows(*values)), None)

    @cached_property
    def _made(self) -> tuple[type[Row], str, tuple[Any, ...]]:
        query = self._build(*map(Parameter, range(self._values)))
        sql, parameters = query.query.sql_with_params()
        return query.model, sql, tuple(parameters)


def _bound(value: Value) -> object:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
