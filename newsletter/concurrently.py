"""Indexes and unique constraints of large tables, made while the installation runs."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently as OnPostgresql
from django.db import transaction
from django.db.migrations import AddConstraint, AddIndex
from django.db.models import UniqueConstraint


class AddIndexConcurrently(OnPostgresql):
    """Django's operation for PostgreSQL; on SQLite, which has one writer anyway, a plain AddIndex.

    The migration that uses it must not be atomic.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        operation: Any = super() if schema_editor.connection.vendor == "postgresql" else AddIndex(self.model_name, self.index)
        operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        operation: Any = super() if schema_editor.connection.vendor == "postgresql" else AddIndex(self.model_name, self.index)
        operation.database_backwards(app_label, schema_editor, from_state, to_state)


class AddUniqueConcurrently(AddConstraint):
    """An AddConstraint of a UniqueConstraint on plain columns, whose index is built while others write. On SQLite a plain one.

    The migration that uses it must not be atomic. It may be run again where it was interrupted.
    """

    constraint: UniqueConstraint

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if schema_editor.connection.vendor != "postgresql":
            # There it copies the table, drops it and renames the copy, which shall not end half-way.
            with transaction.atomic(schema_editor.connection.alias):
                super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        quote = schema_editor.quote_name
        table, name = quote(model._meta.db_table), quote(self.constraint.name)
        columns = ", ".join(quote(model._meta.get_field(field).column) for field in self.constraint.fields)
        # What an interrupted run has left is no valid index.
        schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        schema_editor.execute(f"CREATE UNIQUE INDEX CONCURRENTLY {name} ON {table} ({columns})")
        schema_editor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE USING INDEX {name}")
