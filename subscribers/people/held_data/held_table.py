"""The rows of one table that are about one person, as they are given to that person."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Field, Model, QuerySet
from django.utils.functional import Promise

type Row = dict[str, Any]

_URL = re.compile(r"https?://\S+")
_TOKEN = re.compile(r"(?=[\w:-]*[A-Z])[\w:-]{20,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldTable:
    """The rows of one table that are about one person.

    Every column is given, also one that is new, unless `left_out` names it.

    Args:
        name: its key in the file for machines. It never changes.
        title: its heading in the file for people.
        rows: the person's.
        left_out: columns that are not given → why not.
        more: what else is said of a row, such as the name of what it points to.
    """

    name: str
    title: str | Promise
    rows: QuerySet[Any, Any]
    left_out: Mapping[str, str] = field(default_factory=dict)
    more: Callable[[Any], Row] | None = None

    @property
    def model(self) -> type[Model]:
        return self.rows.model

    def given(self) -> Iterator[Row]:
        """Yield the rows as plain values, which JSON knows."""
        for row in self.rows.iterator(chunk_size=500):
            values = {
                column.name: plain(column.value_from_object(row)) for column in self.columns()
            }
            yield values | (self.more(row) if self.more else {})

    def columns(self) -> "list[Field[Any, Any]]":
        """Return the columns that are given."""
        columns = self.model._meta.concrete_fields
        return [column for column in columns if column.name not in self.left_out]


def plain(value: Any) -> Any:
    """Return a value of a column as JSON knows it."""
    match value:
        case datetime() | date():
            return value.isoformat()
        case bytes() | memoryview():
            return without_tokens(bytes(value).decode("utf-8", "replace"))
        case UUID():
            return str(value)
        case str():
            return without_tokens(value)
        case None | bool() | int() | float() | list() | dict():
            return value
    return str(value)


def without_tokens(text: str) -> str:
    """Remove the tokens of links to our pages.

    A file is passed on more easily than a mailbox, and such a link acts in its owner's name.
    """

    def cut(match: re.Match[str]) -> str:
        url = match[0]
        return _TOKEN.sub("…", url) if url.startswith(settings.SITE_URL) else url

    return _URL.sub(cut, text)
