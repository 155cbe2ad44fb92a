"""Queries of pages that are asked for often, whose SQL is made once.

For one row by its id, Django spends three times as long on making the statement as on asking it,
and for one with the rows of three more models eight times.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import FETCH_ONE, Expression, Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Statement[Row: Model]:
    """A query as SQL, with how its columns become rows.

    Args:
        names: of the model's columns, which are the first.
        related: put the rows of other models, by their own columns, to that of the model.
        converters: of values, by the place of their column.
        locks: whether it locks its rows until the transaction ends.
    """

    sql: str
    parameters: tuple[Any, ...]
    model: type[Row]
    names: Sequence[str]
    related: Sequence[Any]
    converters: Sequence[tuple[int, Sequence[Callable[..., Any]], Expression]]
    locks: bool

    def ask(self, values: Sequence[object]) -> list[Row]:
        if self.locks and not connection.in_atomic_block:
            raise TransactionManagementError(f"{self.model.__name__} is locked by no transaction")
        bound: list[Any] = [
            values[one.place] if isinstance(one, Parameter) else one for one in self.parameters
        ]
        with connection.cursor() as cursor:
            cursor.execute(self.sql, bound)
            return [self._row(columns) for columns in cursor.fetchall()]

    def _row(self, columns: Iterable[Any]) -> Row:
        columns = list(columns)
        for place, converters, expression in self.converters:
            for convert in converters:
                columns[place] = convert(columns[place], expression, connection)
        row = self.model.from_db(DEFAULT_DB_ALIAS, self.names, columns[: len(self.names)])
        for populator in self.related:
            populator.populate(columns, row)
        return row


class KeptQuery[Row: Model]:
    """A query for rows of one model, with those of others that `select_related` brings."""

    def __init__(self, build: Callable[..., QuerySet[Row]], *, values: int) -> None:
        """Keep a query that isn't made yet.

        Args:
            build: returns it. It gets a `Parameter` for each value, to be compared with a column.
            values: their number.
        """
        self._build, self._values = build, values

    def rows(self, *values: Value) -> list[Row]:
        """Return the rows for these values."""
        return self._made.ask([_bound(value) for value in values])

    def first(self, *values: Value) -> Row | None:
        """Return the first of them, if any."""
        return next(iter(self.rows(*values)), None)

    @cached_property
    def _made(self) -> _Statement[Row]:
        queryset = self._build(*map(Parameter, range(self._values)))
        compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        sql, parameters = compiler.as_sql()
        select, shape = compiler.select, compiler.klass_info
        columns = [column for column, *_ in select]
        own = shape["select_fields"]
        if own != list(range(len(own))) or compiler.annotation_col_map:
            raise TypeError(f"{queryset.model.__name__} can't be read by a kept query like that")
        return _Statement(
            sql=sql,
            parameters=tuple(parameters),
            model=queryset.model,
            names=[columns[place].target.attname for place in own],
            related=get_related_populators(shape, select, DEFAULT_DB_ALIAS, FETCH_ONE),
            locks=queryset.query.select_for_update,
            converters=[
                (place, converters, expression)
                for place, (converters, expression) in compiler.get_converters(columns).items()
            ],
        )


def _bound(value: Value) -> object:
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    return value
