"""Triggers that note changes of what public pages show.

The database notes them, because rows are written in many ways: by forms, functions, commands, and
by operators in SQL. A change is noted in its own transaction, so it is seen when the row is.
"""

import hashlib
from collections.abc import Sequence
from uuid import uuid4

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from newsletter.core.db.clock import database_now
from newsletter.models import PublicChange
from newsletter.public_pages.watched_tables import WATCHED

CHANGES = "newsletter_publicchange"
_PREFIX = "public_change_"
_FUNCTION = f"""
CREATE OR REPLACE FUNCTION newsletter_note_public_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO {CHANGES} (nonce, at) VALUES (gen_random_uuid()::text, clock_timestamp());
    RETURN NULL;
END $$
"""  # noqa: S608 - constants
_SQLITE_NOTE = (
    f"INSERT INTO {CHANGES} (nonce, at) "  # noqa: S608 - constants
    "VALUES (lower(hex(randomblob(16))), strftime('%Y-%m-%d %H:%M:%f', 'now'))"
)


def install_triggers() -> None:
    """Make the triggers that are missing, after migrations. What is as it should be stays.

    The version is a new one afterwards, for migrations write rows, too.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if CHANGES not in tables:
            return
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for table, columns in WATCHED.items():
            if table in tables:
                _install(cursor, table, columns)
        PublicChange.objects.create(nonce=str(uuid4()), at=database_now())


def remove_triggers() -> None:
    """Take all triggers away."""
    with transaction.atomic(), connection.cursor() as cursor:
        for name, table in _installed(cursor):
            _drop(cursor, name, table)


def _install(cursor: CursorWrapper, table: str, columns: Sequence[str]) -> None:
    statements = (
        _postgresql(cursor, table, columns) if connection.vendor == "postgresql" else _sqlite(table)
    )
    names = {name for name, its_table in _installed(cursor) if its_table == table}
    for name in names - statements.keys():
        _drop(cursor, name, table)
    for name in statements.keys() - names:
        cursor.execute(statements[name])


def _postgresql(cursor: CursorWrapper, table: str, columns: Sequence[str]) -> dict[str, str]:
    quote = connection.ops.quote_name
    description = connection.introspection.get_table_description(cursor, table)
    # Migrations may have stopped half-way, before a column was there.
    there = [name for name in columns if name in {column.name for column in description}]
    of = f" OF {', '.join(map(quote, there))}" if there else ""
    what = f"AFTER INSERT OR UPDATE{of} OR DELETE ON {quote(table)}"
    name = _PREFIX + hashlib.sha256(what.encode()).hexdigest()[:12]
    # One row a statement, however many rows it changes.
    action = "FOR EACH STATEMENT EXECUTE FUNCTION newsletter_note_public_change()"
    return {name: f"CREATE TRIGGER {name} {what} {action}"}


def _sqlite(table: str) -> dict[str, str]:
    # Each change of a row counts there: a trigger that names columns would keep migrations from
    # removing them.
    return {
        f"{_PREFIX}{table}_{event.lower()}": (
            f"CREATE TRIGGER {_PREFIX}{table}_{event.lower()} AFTER {event} ON "
            f"{connection.ops.quote_name(table)} BEGIN {_SQLITE_NOTE}; END"
        )
        for event in ("INSERT", "UPDATE", "DELETE")
    }


def _installed(cursor: CursorWrapper) -> list[tuple[str, str]]:
    """Return the names of our triggers, each with its table."""
    if connection.vendor == "postgresql":
        cursor.execute(
            "SELECT tgname, relname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
            "WHERE NOT tgisinternal AND starts_with(tgname::text, %s) "
            "AND relnamespace = current_schema()::regnamespace",
            [_PREFIX],
        )
    else:
        cursor.execute(
            "SELECT name, tbl_name FROM sqlite_master "
            "WHERE type = 'trigger' AND substr(name, 1, length(%s)) = %s",
            [_PREFIX, _PREFIX],
        )
    return [(str(name), str(table)) for name, table in cursor.fetchall()]


def _drop(cursor: CursorWrapper, name: str, table: str) -> None:
    quote = connection.ops.quote_name
    where = f" ON {quote(table)}" if connection.vendor == "postgresql" else ""
    cursor.execute(f"DROP TRIGGER {quote(name)}{where}")
