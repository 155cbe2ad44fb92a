"""An expression for one UPDATE of many rows, each of which gets a value of its own."""

import json
from collections.abc import Mapping
from typing import Any

from django.db.models import CharField, F, Func, Value


class by_row(Func):  # noqa: N801 - it reads as the function that it is
    """An expression that looks its value up by the row's id, so that one UPDATE does for all."""

    output_field = CharField()

    def __init__(self, values: Mapping[int, str]) -> None:
        super().__init__(Value(json.dumps(values)), F("pk"))

    def as_postgresql(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        (values, first), (pk, second) = (
            compiler.compile(part) for part in self.get_source_expressions()
        )
        return f"COALESCE(({values})::jsonb ->> ({pk})::text, '')", (*first, *second)

    def as_sqlite(self, compiler: Any, connection: Any, **_: Any) -> tuple[str, Any]:
        (values, first), (pk, second) = (
            compiler.compile(part) for part in self.get_source_expressions()
        )
        return f"""COALESCE(json_extract({values}, '$."' || {pk} || '"'), '')""", (*first, *second)
