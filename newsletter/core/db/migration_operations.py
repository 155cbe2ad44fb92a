"""Operations of migrations that change large tables while the installation runs."""

from typing import Any

from django.contrib.postgres import operations as postgres
from django.db.migrations import AddIndex, RemoveIndex, RunPython

from newsletter.core.db.words_index import words_index


class _PlainOnSqlite:
    """The way of an operation that PostgreSQL does beside those who write, and SQLite plainly."""

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        way = self._way(schema_editor)
        way.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        way = self._way(schema_editor)
        way.database_backwards(app_label, schema_editor, from_state, to_state)

    def _way(self, schema_editor: Any) -> Any:
        return super() if schema_editor.connection.vendor == "postgresql" else self._plain()

    def _plain(self) -> Any:
        raise NotImplementedError


class AddIndexConcurrently(_PlainOnSqlite, postgres.AddIndexConcurrently):
    """Django's operation for PostgreSQL, which may be run again where it was interrupted.

    The migration that uses it must not be atomic. On SQLite, which has one writer anyway, it is a
    plain `AddIndex`.
    """

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any
    ) -> None:
        if schema_editor.connection.vendor == "postgresql":
            # An index that was being built when its migration ended is there, but isn't valid.
            name = schema_editor.quote_name(self.index.name)
            schema_editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {name}")
        super().database_forwards(app_label, schema_editor, from_state, to_state)

    def _plain(self) -> AddIndex:
        return AddIndex(self.model_name, self.index)


class RemoveIndexConcurrently(_PlainOnSqlite, postgres.RemoveIndexConcurrently):
    """Django's operation for PostgreSQL, and a plain `RemoveIndex` on SQLite.

    The migration that uses it must not be atomic. Run again where it was interrupted, it finds the
    index, valid or not, or none.
    """

    def _plain(self) -> RemoveIndex:
        return RemoveIndex(self.model_name, self.name)


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
