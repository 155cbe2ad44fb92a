"""Operations of migrations that change large tables while the installation runs."""

from typing import Any

from django.contrib.postgres import operations as postgres
from django.db.migrations import AddIndex, RunPython

from newsletter.core.db.words_index import words_index


class AddIndexConcurrently(postgres.AddIndexConcurrently):
    """Django's operation for PostgreSQL, which may be run again where it was interrupted.

    The migration that uses it must not be atomic. On SQLite, which has one writer anyway, it is a
    plain `AddIndex`.
    """

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        operation: Any = self._operation(schema_editor)
        if schema_editor.connection.vendor == "postgresql":
            # An index that was being built when its migration ended is there, but isn't valid.
            name = schema_editor.quote_name(self.index.name)
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        operation: Any = self._operation(schema_editor)
        operation.database_backwards(app_label, schema_editor, from_state, to_state)

    def _operation(self, schema_editor: Any) -> Any:
        if schema_editor.connection.vendor == "postgresql":
            return super()
        return AddIndex(self.model_name, self.index)


def add_words_index(name: str, table: str, *columns: str) -> RunPython:
    """Return the operation that makes PostgreSQL's index for a search for words.

    As above: the migration must not be atomic, and may be run again. SQLite has no such index.

    Args:
        name, table, columns: as `words_index` takes them.
    """
    make, remove = words_index(name, table, *columns)

    def forwards(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(remove)
            schema_editor.execute(make)

    def backwards(apps: Any, schema_editor: Any) -> None:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(remove)

    return RunPython(forwards, backwards)
