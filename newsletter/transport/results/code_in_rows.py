"""The code of an answer, as the database finds it in a column of many rows."""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func, TextField
from django.db.models.sql.compiler import SQLCompiler

_HTTP = r"\yHTTP [2-5][0-9]{2}\y"
_SMTP = r"(?:\A|[;:.>] ?)([245][0-9]{2})"
_ENHANCED = r"[245]\.[0-9]{1,3}\.[0-9]{1,3}"
_BOTH = rf"{_SMTP}[ -]#?({_ENHANCED})\y"
_PLAIN = rf"{_SMTP}\y"
_ALONE = rf"(?<![0-9.]){_ENHANCED}(?![0-9.])"


class CodeInRows(Func):
    """A text with the code of an answer and little else, to group a million answers by.

    `reply_codes.code_of` finds in it the same code as in the answer. PostgreSQL returns that code;
    SQLite has no such function, so it returns the whole answer.
    """

    output_field = TextField()
    arity = 1

    def as_sqlite(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        return super().as_sql(compiler, connection, template="%(expressions)s", **context)

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any
    ) -> tuple[str, Any]:
        # As `code_of` looks: by HTTP, by both codes of SMTP together, or by each alone.
        template = (
            f"COALESCE(SUBSTRING(%(expressions)s FROM '{_HTTP}'),"
            f" array_to_string(REGEXP_MATCH(%(expressions)s, '{_BOTH}'), ' '),"
            f" CONCAT_WS(' ', SUBSTRING(%(expressions)s FROM '{_PLAIN}'),"
            f" SUBSTRING(%(expressions)s FROM '{_ALONE}')))"
        )
        return super().as_sql(compiler, connection, template=template, **context)
