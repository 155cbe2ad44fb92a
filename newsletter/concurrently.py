"""Indexes of large tables, made while the installation runs."""

from typing import Any

from django.contrib.postgres.operations import AddIndexConcurrently as OnPostgresql
from django.db.migrations import AddIndex


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
